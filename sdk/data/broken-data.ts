import { MephistoError } from '../errors.js'

/** What is read, and how far. Its reader keeps it up to date; errors say where they are by it. */
export interface Reading {
  /** The file's name; null for data that has none. */
  readonly name: string | null
  /** Rows given so far. */
  rows: number
  /** Whether what comes next belongs to a row, and not to what is around the rows. */
  isInRows: boolean
}

interface Broken {
  readonly message: string
  /** From 1. */
  readonly line?: number | undefined
  readonly cause?: unknown
}

/** An error that names the file, the row as the launcher counts (from 1, without header and blank lines) and the line. */
export function brokenData({ name, rows, isInRows }: Reading, { message, line, cause }: Broken): MephistoError {
  const file = name === null ? '' : ` file ${name}`
  const row = isInRows ? `row ${String(rows + 1)}` : ''
  const lineText = line === undefined ? '' : `line ${String(line)}`
  const place = row !== '' && lineText !== '' ? `${row} (${lineText})` : row + lineText
  return new MephistoError('invalid_input', `Data${file}${place === '' ? '' : `, ${place}`}: ${message}`, { cause, problems: [{ path: row, rule: 'broken_data', message }] })
}

/** What breaks below the rows, where the row is not known; it becomes a {@link brokenData}. */
export class BrokenText extends Error implements Broken {
  readonly line: number | undefined
  constructor({ message, line, cause }: Broken) {
    super(message, { cause })
    this.line = line
  }
}

/** How many characters one row may have: a quote or bracket that is never closed must not fill the memory. */
export const MOST_CHARACTERS = 10_000_000

/** What is said of a row with more than {@link MOST_CHARACTERS}. */
export const TOO_LONG = 'has more than 10,000,000 characters, the most that one row may have; perhaps a quote or bracket in it is never closed.'
