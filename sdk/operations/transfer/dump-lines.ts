import { createReadStream } from 'node:fs'
import { MephistoError } from '../../errors.js'
import { fileTrouble } from './file-trouble.js'

/** A line of a file, and where it is: bytes from its beginning to behind its line feed. */
export interface DumpLine {
  /** From 1, in what is read. */
  readonly number: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** What is wrong with a file whose first line does not say that it is a dump. */
export const NO_DUMP = 'this is no dump of Mephisto SDK; its first line does not say so'

const CHUNK = 262_144
/** Bytes that the first line of a file has at most, and any other: rows hold texts of a few megabytes, and a text in JSON may be six times as long. */
const LONGEST = { first: 65_536, other: 64 * 1_048_576 } as const

/**
 * The lines of a file, or of a stretch of it, in constant memory. Split at line feeds alone: `node:readline` also splits at
 * U+2028, which JSON texts may hold. What comes after the last line feed is a line too.
 * @throws MephistoError `invalid_input` for a line that is longer than any of a dump, and for a file that cannot be read
 */
export async function* dumpLines(file: string, { start = 0, end = Infinity }: { readonly start?: number; readonly end?: number } = {}): AsyncGenerator<DumpLine> {
  let [begun, length, at, number]: [Buffer[], number, number, number] = [[], 0, start, 0]
  const add = (piece: Buffer): void => {
    begun.push(piece)
    length += piece.length
    const isFirst = start === 0 && number === 0
    if (length <= (isFirst ? LONGEST.first : LONGEST.other)) return
    throw new MephistoError('invalid_input', `${file}, line ${String(number + 1)}: ${isFirst ? NO_DUMP : 'it is longer than any line of a dump'}. Nothing was imported.`)
  }
  const whole = (feedLength: number): DumpLine => {
    const line = { number: number += 1, bytes: begun.length === 1 && begun[0] ? begun[0] : Buffer.concat(begun), start: at, end: at + length + feedLength }
    ;[begun, length, at] = [[], 0, line.end]
    return line
  }
  // `end` of a stream is the last byte itself.
  for await (const chunk of chunksOf(file, { start, ...(end === Infinity ? {} : { end: end - 1 }) })) {
    let from = 0
    for (let feed = chunk.indexOf(10); feed >= 0; feed = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, feed))
      yield whole(1)
      from = feed + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
  if (length > 0) yield whole(0)
}

async function* chunksOf(file: string, range: { readonly start: number; readonly end?: number }): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { ...range, highWaterMark: CHUNK })) yield chunk as Buffer
  } catch (error) {
    throw fileTrouble(error)
  }
}
