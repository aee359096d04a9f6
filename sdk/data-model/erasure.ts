/** What stands where a text was erased: JSON, so that it can also stand where JSON is read. */
export const ERASED_TEXT = '{"erased":true}'

/** True for an answer or a packet's body in whose place {@link ERASED_TEXT} stands: it has none of the fields that its blueprint says. */
export function isErasureMark(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'erased' in value && value.erased === true && Object.keys(value).length === 1
}

/** Ways of taking a name away, and what stands before a worker's own id where their name stood. */
export const NAMELESS_PREFIXES = { pseudonymise: 'anonymous:', erase: 'erased:' } as const
/** A way of taking a name away. */
export type NameRemoval = keyof typeof NAMELESS_PREFIXES

/** What a worker is called whose name was taken away. Nobody can come in under such a name. */
export function namelessName(removal: NameRemoval, workerId: string): string {
  return `${NAMELESS_PREFIXES[removal]}${workerId}`
}

/** The signs of a UUID, as LIKE knows them: `_` is any one. */
const UUID_SIGNS = [8, 4, 4, 4, 12].map(length => '_'.repeat(length)).join('-')

/** How {@link isErasedName} is asked of a database. */
export const LIKE_ERASED_NAME = namelessName('erase', UUID_SIGNS)

const UUID_LIKE = new RegExp(`^${UUID_SIGNS.replaceAll('_', '.')}$`, 'u')

/** True for the external id of a worker who was erased: nothing they send is taken any more. */
export function isErasedName(externalId: string): boolean {
  return isNameOf('erase', externalId)
}

/** True for an external id that stands for somebody whose name was taken away, or looks like one to a database. A host's own ids may begin so. */
export function isNameless(externalId: string): boolean {
  const seen = externalId.trim().toLowerCase()
  return isNameOf('erase', seen) || isNameOf('pseudonymise', seen)
}

function isNameOf(removal: NameRemoval, externalId: string): boolean {
  const prefix = NAMELESS_PREFIXES[removal]
  return externalId.startsWith(prefix) && UUID_LIKE.test(externalId.slice(prefix.length))
}
