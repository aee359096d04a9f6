import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MephistoError } from '../errors.js'
import { BrokenText } from './broken-data.js'

/**
 * Where data is: a file by its path or `file:` URL, a text, bytes, or a stream of bytes or texts, such as a Node stream
 * or the body of a `Request`. A stream is read once, the others as often as they are asked.
 */
export type DataSource = string | URL | { readonly text: string } | Uint8Array | AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>

/** @throws MephistoError `invalid_input` for what is no {@link DataSource} */
export function checkSource(source: unknown): void {
  if (source instanceof URL) {
    if (isOfFile(source)) return
    throw new MephistoError('invalid_input', `Data: an address at ${source.protocol}//${source.host} is no file of this computer; fetch it, and give the body of the response.`)
  }
  if (typeof source === 'string' && source !== '') return
  if (typeof source === 'object' && source !== null && (source instanceof Uint8Array || hasText(source) || Symbol.asyncIterator in source)) return
  throw new MephistoError('invalid_input', 'Data: give the path of a file, a file: URL, { text }, bytes, or a stream of bytes or texts.')
}

function isOfFile(url: URL): boolean {
  try {
    return fileURLToPath(url) !== ''
  } catch {
    return false
  }
}

function hasText(source: object): source is { readonly text: string } {
  return 'text' in source && typeof source.text === 'string'
}

/** The name of the file in errors; null for a source that is none. */
export function nameOf(source: DataSource): string | null {
  if (typeof source === 'string') return source
  return source instanceof URL ? fileURLToPath(source) : null
}

const PIECE = 65_536

/** The source in small pieces. @throws BrokenText for a file or stream that cannot be read */
export async function* piecesOf(source: DataSource): AsyncGenerator<Uint8Array | string, void, undefined> {
  const isFile = typeof source === 'string' || source instanceof URL
  try {
    for await (const chunk of isFile ? createReadStream(source) as AsyncIterable<unknown> : chunksOf(source)) {
      const whole = checkedChunk(chunk)
      for (let at = 0; at < whole.length; at += PIECE) yield typeof whole === 'string' ? whole.slice(at, at + PIECE) : whole.subarray(at, at + PIECE)
    }
  } catch (cause) {
    throw new BrokenText({ message: isFile ? fileMessage(cause) : `the stream broke: ${messageOf(cause)}`, cause })
  }
}

function chunksOf(source: Exclude<DataSource, string | URL>): AsyncIterable<unknown> | readonly unknown[] {
  if (source instanceof Uint8Array) return [source]
  // A web stream is iterable in Node, which not every declaration of it says.
  return hasText(source) ? [source.text] : source as AsyncIterable<unknown>
}

function checkedChunk(chunk: unknown): Uint8Array | string {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return chunk
  throw new TypeError(`it gave ${typeof chunk === 'object' ? 'an object' : `a ${typeof chunk}`}, where bytes or texts are wanted.`)
}

function fileMessage(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': case 'ENOTDIR': return 'there is no such file; check the path and the folder in which the process runs.'
    case 'EISDIR': return 'is a folder; name a file in it.'
    case 'EACCES': case 'EPERM': return 'this process may not read it; check the permissions.'
    default: return `cannot be read: ${messageOf(error)}`
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
