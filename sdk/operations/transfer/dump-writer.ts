import { createHash, type Hash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { MephistoError } from '../../errors.js'
import { fileTrouble } from './file-trouble.js'
import type { DumpRow } from './dump-format.js'

/** Writes the lines of a dump into a file, and knows their hash. */
export interface DumpWriter {
  /** Writes a line that is no row. */
  line(value: object): Promise<void>
  row(row: DumpRow): Promise<void>
  /** How it stands, to come back to. */
  mark(): Promise<DumpMark>
  /** Takes everything back that was written since. */
  back(mark: DumpMark): Promise<void>
  /** Writes the end. Returns what it says. */
  finish(): Promise<{ readonly rows: number; readonly sha256: string }>
  /** Closes the file, and removes it when it was not finished. */
  close(): Promise<void>
}

/** A place in a dump that is being written. */
export interface DumpMark {
  readonly position: number
  readonly rows: number
  readonly hash: Hash
}

const CHUNK_CHARACTERS = 65_536

/** Makes a new file for a dump. @throws MephistoError `already_exists` for one that is there, `invalid_input` where none can be made */
export async function createDumpWriter(file: string): Promise<DumpWriter> {
  const handle: FileHandle = await open(file, 'wx').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new MephistoError('already_exists', `${file} is there already and stays as it is. Give the dump another name.`)
    throw fileTrouble(error)
  })
  let [hash, position, rows, text]: [Hash, number, number, string] = [createHash('sha256'), 0, 0, '']
  let isFinished = false

  async function flush(): Promise<void> {
    const bytes = Buffer.from(text)
    text = ''
    hash.update(bytes)
    // A disk that is nearly full takes less than it is given.
    for (let from = 0; from < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, from, bytes.length - from, position).catch((error: unknown) => { throw fileTrouble(error, file) })
      position += bytesWritten
      from += bytesWritten
    }
  }
  async function line(value: object): Promise<void> {
    text += `${JSON.stringify(value)}\n`
    if (text.length >= CHUNK_CHARACTERS) await flush()
  }
  return {
    line,
    async row(row) {
      rows += 1
      await line(row)
    },
    async mark() {
      await flush()
      return { position, rows, hash: hash.copy() }
    },
    async back(mark) {
      text = ''
      ;[position, rows, hash] = [mark.position, mark.rows, mark.hash.copy()]
      await handle.truncate(position)
    },
    async finish() {
      await flush()
      const end = { rows, sha256: hash.copy().digest('hex') }
      await line(end)
      await flush()
      await handle.sync()
      isFinished = true
      return end
    },
    async close() {
      await handle.close()
      if (!isFinished) await rm(file, { force: true })
    },
  }
}
