import { createReadStream } from 'node:fs'
import { fileTrouble } from './file-trouble.js'

/** A line of a file, and where it is: bytes from its beginning to behind its line feed. */
export interface DumpLine {
  /** From 1, in what is read. */
  readonly number: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/**
 * The lines of a file, or of a stretch of it, in constant memory. Split at line feeds alone: `node:readline` also splits at
 * U+2028, which JSON texts may hold. What comes after the last line feed is a line too.
 */
export async function* dumpLines(file: string, { start = 0, end = Infinity }: { readonly start?: number; readonly end?: number } = {}): AsyncGenerator<DumpLine> {
  let [rest, at, number]: [Buffer, number, number] = [Buffer.alloc(0), start, 0]
  // `end` of a stream is the last byte itself.
  for await (const chunk of chunksOf(file, { start, ...(end === Infinity ? {} : { end: end - 1 }) })) {
    rest = Buffer.concat([rest, chunk])
    let from = 0
    for (let feed = rest.indexOf(10); feed >= 0; feed = rest.indexOf(10, from)) {
      number += 1
      yield { number, bytes: rest.subarray(from, feed), start: at + from, end: at + feed + 1 }
      from = feed + 1
    }
    at += from
    rest = rest.subarray(from)
  }
  if (rest.length > 0) yield { number: number + 1, bytes: rest, start: at, end: at + rest.length }
}

async function* chunksOf(file: string, range: { readonly start: number; readonly end?: number }): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, range)) yield chunk as Buffer
  } catch (error) {
    throw fileTrouble(error)
  }
}
