/**
 * A file as an answer names it. Pages send `$file` alone if they like: the rest is what the server has seen of the file, whatever the
 * page says of it. `$file` is kept for this: an object with that field in an answer is a file.
 */
export interface FileRef {
  /** The file's id. */
  readonly $file: string
  /** As the worker's device called it, without a folder; for people to read. */
  readonly name: string
  /** What the page said that it is, such as `image/png`; `application/octet-stream` where it said nothing. */
  readonly mediaType: string
  readonly bytes: number
  /** SHA-256 of the content, hexadecimal. */
  readonly sha256: string
}

/** Which files may be handed in. */
export interface FileLimits {
  /** @default what the instance takes, `files.maxBytes` */
  readonly maxBytes?: number
  /** Media types and endings, as in HTML's `accept`: `image/*`, `application/pdf`, `.csv`. @default any */
  readonly accept?: readonly string[]
}

/** What becomes of a file: its content is on its way, is there, is part of an answer, is to be removed, or was. */
export type FileStatus = 'arriving' | 'stored' | 'handed_in' | 'discarded' | 'removed'

/** What is wrong with a file; null for nothing. Pages ask before they send it. */
export function fileProblem({ name, mediaType, bytes }: Pick<FileRef, 'name' | 'mediaType' | 'bytes'>, { maxBytes, accept = [] }: FileLimits): string | null {
  if (maxBytes !== undefined && bytes > maxBytes) return `"${name}" is too large: at most ${bytesText(maxBytes)} can be handed in here.`
  if (accept.length > 0 && !accept.some(one => isOf(one, { name, mediaType }))) return `"${name}" cannot be handed in here; choose ${acceptText(accept)}.`
  return null
}

const KINDS: Readonly<Record<string, string>> = { 'image/*': 'a picture', 'audio/*': 'a sound', 'video/*': 'a film', 'text/*': 'a text', 'application/pdf': 'a PDF' }

function acceptText(accept: readonly string[]): string {
  const kinds = accept.map(one => KINDS[one.trim().toLowerCase()] ?? (one.trim().startsWith('.') ? `a file that ends with ${one.trim()}` : one.trim()))
  return [kinds.slice(0, -1).join(', '), kinds.at(-1)].filter(part => part !== '').join(' or ')
}

function isOf(accepted: string, { name, mediaType }: Pick<FileRef, 'name' | 'mediaType'>): boolean {
  const wanted = accepted.trim().toLowerCase()
  if (wanted.startsWith('.')) return name.toLowerCase().endsWith(wanted)
  return wanted.endsWith('/*') ? mediaType.startsWith(wanted.slice(0, -1)) : mediaType === wanted
}

/** A size for people: `5 MB`. */
export function bytesText(bytes: number): string {
  const [value, unit] = bytes < 1_000 ? [bytes, 'bytes'] : bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${String(Math.round(value * 10) / 10)} ${unit}`
}

/** Whether a value of an answer is a file. */
export function isFileRef(value: unknown): value is Pick<FileRef, '$file'> {
  return typeof value === 'object' && value !== null && '$file' in value && typeof value.$file === 'string'
}

/** The ids of the files that an answer names, each once. */
export function fileIdsIn(value: unknown): readonly string[] {
  const found = new Set<string>()
  const look = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    if (isFileRef(one)) found.add(one.$file)
    else for (const inner of Object.values(one)) look(inner)
  }
  look(value)
  return [...found]
}

const LONGEST_NAME = 150
/** Signs that turn the direction of a text around, so that `exe.png` could be a program, and those that nobody sees. */
const TRICKY = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** A file's name as it is kept: without a folder, one line, without signs that trick the eye. */
export function keptFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const clean = last.normalize('NFC').replace(TRICKY, '').replace(/[<>:"|?*]/g, '_').trim().replace(/^\.+/, '')
  if (clean.length <= LONGEST_NAME) return clean === '' ? 'file' : clean
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(clean)?.[0] ?? ''
  // Half of a sign at the cut goes as well.
  return `${clean.slice(0, LONGEST_NAME - ending.length).replace(/\p{Cs}/gu, '')}${ending}`
}

/** A media type without parameters, lower case; `application/octet-stream` for what is none. */
export function keptMediaType(given: string): string {
  const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}$/.test(type) ? type : 'application/octet-stream'
}
