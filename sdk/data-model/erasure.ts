/** What stands where a text was erased: JSON, so that it can also stand where JSON is read. */
export const ERASED_TEXT = '{"erased":true}'

/** External ids of people whose names were taken away begin with one of these; nobody can come in under such a one. */
export const NAMELESS_PREFIXES = { pseudonymise: 'anonymous:', erase: 'erased:' } as const

/** True for the external id of a worker who was erased: nothing they send is taken any more. */
export function isErasedName(externalId: string): boolean {
  return externalId.startsWith(NAMELESS_PREFIXES.erase)
}

/** True for an external id that stands for somebody whose name was taken away, or looks like one to a database. */
export function isNameless(externalId: string): boolean {
  return Object.values(NAMELESS_PREFIXES).some(prefix => externalId.trim().toLowerCase().startsWith(prefix))
}
