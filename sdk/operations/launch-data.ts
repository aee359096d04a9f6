import type { AnyIterable } from '../data-model/iterable.js'
import { isMephistoError, MephistoError } from '../errors.js'
import { checkRow, type CheckedRow, type RowRule } from './data-check.js'

/** How the data of a launch is read. */
export interface DataReading extends RowRule {
  /** A row after so many is refused. */
  readonly mostRows: number
  /** Rows that are read; others are left. @default all */
  readonly rows?: number
  /** Wrong rows that are named before the data is refused. @default 1 */
  readonly mostProblems?: number
}

/** Rows of data, each read and checked once. */
export interface CheckedRows {
  /** To be iterated over once. @throws MephistoError `invalid_input`, naming the wrong rows */
  readonly rows: AsyncGenerator<CheckedRow>
  /** Whether rows were left; known at the end. */
  isCut(): boolean
}

/** The data of a launch, of which the first rows have been read. */
export interface LaunchData extends CheckedRows {
  readonly first: readonly CheckedRow[]
  /** Whether there are others after the first ones. */
  readonly goesOn: boolean
  /** Closes what the rows come from, wherever reading stands. */
  close(): Promise<void>
}

/** Rows that are checked before a launch writes anything, and after how many characters it is enough. */
const AHEAD = { rows: 1_000, characters: 2_000_000 }

/** Checks rows as they are read. */
export function checkedRows(data: AnyIterable<unknown>, reading: DataReading): CheckedRows {
  const { rows = Infinity, mostProblems = 1 } = reading
  let isCut = false
  async function* read(): AsyncGenerator<CheckedRow> {
    const refusals: MephistoError[] = []
    let number = 0
    for await (const row of data) {
      isCut = number === rows
      if (isCut) break
      number += 1
      checkNumber(reading, number)
      const checked = await checkRow(reading, row, number).catch((error: unknown) => {
        if (!isMephistoError(error)) throw error
        return error
      })
      if (isMephistoError(checked)) refusals.push(checked)
      else if (refusals.length === 0) yield checked
      if (refusals.length === mostProblems) break
    }
    if (refusals.length > 0) throw refusedRows(refusals, mostProblems)
  }
  return { rows: read(), isCut: () => isCut }
}

/** Reads the first rows: up to a thousand. @throws MephistoError `invalid_input`, naming the wrong rows */
export async function readAhead(data: AnyIterable<unknown>, reading: DataReading): Promise<LaunchData> {
  const { rows, isCut } = checkedRows(data, reading)
  const first: CheckedRow[] = []
  let [characters, goesOn] = [0, true]
  while (goesOn && first.length < AHEAD.rows && characters < AHEAD.characters) {
    const next = await rows.next()
    goesOn = next.done !== true
    if (next.done) break
    first.push(next.value)
    characters += next.value.input.length
  }
  async function* all(): AsyncGenerator<CheckedRow> {
    yield* first
    yield* rows
  }
  return { first, goesOn, rows: all(), isCut, close: async () => { await rows.return(undefined) } }
}

/** @throws MephistoError `invalid_input` when there is a row after the last one that may come */
function checkNumber({ mostRows, consequence }: DataReading, number: number): void {
  if (number <= mostRows) return
  const sentences = [`Launch options: data: has more than ${String(mostRows)} rows.`, consequence, 'Raise "mostRows" for so many; data without an end is for a feed.']
  throw new MephistoError('invalid_input', sentences.filter(sentence => sentence !== '').join(' '))
}

function refusedRows(refusals: readonly MephistoError[], mostProblems: number): MephistoError {
  const [only] = refusals
  if (only && mostProblems === 1) return only
  const isMore = refusals.length === mostProblems ? ' There may be more.' : ''
  return new MephistoError('invalid_input', `${refusals.map(error => error.message.trim()).join(' ')}${isMore}`, { problems: refusals.flatMap(error => error.problems) })
}
