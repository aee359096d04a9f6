import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MephistoError } from '../errors.js'
import { leftOutText } from '../review/exports/removed-data.js'
import { withBusyLine, type Tell } from './busy-line.js'
import type { CliStreams } from './streams.js'
import { writeWholeFile } from './whole-file.js'

/** What is written, and what is done when it was. */
export interface Export<T> {
  readonly content: Readable
  /** Runs that are left out, because their data was removed. */
  readonly removed: number
  /** Writes what comes beside it. Returns what was exported. */
  finish(): Promise<T>
}

/** Where an export is written, and whether it is said as JSON what was. */
export interface OutChoice {
  /** @default standard output */
  readonly out?: string | undefined
  readonly json?: true | undefined
}

/** Writes an export while a line says how far it is. Returns what was exported, and how many runs were left out, which is said too. */
export async function writeExport<T>({ stdout, stderr }: CliStreams, { out, json }: OutChoice, open: (tell: Tell) => Promise<Export<T>>): Promise<{ readonly exported: T; readonly removed: number }> {
  // Two writers on one terminal would be one too many.
  const isQuiet = json === true || (out === undefined && stdout.isTTY === true)
  const done = await withBusyLine(stderr, { text: 'exporting', isQuiet }, async tell => {
    const { content, removed, finish } = await open(tell)
    if (out === undefined) await pipeline(content, stdout, { end: false })
    else await writeWholeFile(out, content)
    return { exported: await finish(), removed }
  })
  const leftOut = leftOutText(done.removed)
  if (leftOut !== null) stderr.write(`${leftOut}\n`)
  return done
}

/** Pieces, of each of which somebody is told when it was taken. */
export async function* told<T>(pieces: AsyncIterable<T>, tell: (piece: T) => void): AsyncGenerator<T> {
  for await (const piece of pieces) {
    yield piece
    tell(piece)
  }
}

/** A download to its end. @throws MephistoError `unavailable` for one that breaks off */
export async function* whole(url: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (cause) {
    throw new MephistoError('unavailable', `The answer of ${url} broke off, so the export is not whole.`, { cause })
  }
}
