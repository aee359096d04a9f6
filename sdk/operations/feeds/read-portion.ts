import type { FeedRow, RowSource } from '../../blueprints/data-feed.js'
import { isMephistoError } from '../../errors.js'
import { checkRow, type CheckedRow, type RowRule } from '../data-check.js'
import { isTooDeep, jsonText } from '../json-text.js'
import type { FeedReader } from './feed-reader.js'

/** A row of a feed that fits, and where it stands. */
export interface TakenRow extends CheckedRow {
  /** JSON text of the place behind it. */
  readonly cursor: string
  readonly source: RowSource | null
}

/** What came after the rows of a portion. */
export type PortionEnd =
  /** Perhaps more. */
  | { readonly kind: 'more' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'rest'; readonly ms: number }
  /** A row that cannot be taken. */
  | { readonly kind: 'bad'; readonly error: string; readonly cursor: string | null }
  | { readonly kind: 'thrown'; readonly error: unknown }

/** Rows that are taken together. */
export interface Portion {
  readonly rows: readonly TakenRow[]
  /** JSON text of the place behind all of it. */
  readonly cursor: string | null
  readonly end: PortionEnd
}

/** Rows that came wait for others at most so long, ms. */
const FLUSH_MS = 500
const MOST_CHARACTERS = 2_000_000
const LONGEST_CURSOR = 4_000

/** Which rows are read. */
export interface PortionWanted {
  /** JSON text of the place that reading goes on behind; null for the beginning. */
  readonly after: string | null
  readonly most: number
  /** The number of the first one, from 1. */
  readonly first: number
  /** How long the first one may take before the portion is empty, ms. @default as long as the reader waits */
  readonly patienceMs?: number
}

/** Reads and checks rows: at most so many, fewer where they come slowly. */
export async function readPortion(reader: FeedReader, rule: RowRule, { after, most, first, patienceMs = Infinity }: PortionWanted): Promise<Portion> {
  const rows: TakenRow[] = []
  let [cursor, characters] = [after, 0]
  // A stopwatch, not a clock: nothing is decided by what time it is.
  const started = performance.now()
  const ended = (end: PortionEnd): Portion => ({ rows, cursor, end })
  try {
    while (rows.length < most && characters < MOST_CHARACTERS) {
      const step = await reader.next(cursor === after ? patienceMs : started + FLUSH_MS - performance.now())
      if (step === 'late') break
      if (step.done === true) {
        if (step.value === undefined) return ended({ kind: 'ended' })
        if (step.value.cursor !== undefined) cursor = cursorText(step.value.cursor)
        return ended({ kind: 'rest', ms: restOf(step.value.restMs) })
      }
      const behind = cursorText(step.value.cursor)
      if (behind === cursor) throw new TypeError(`it gave two rows under the cursor ${behind.slice(0, 100)}; give each row a cursor of its own`)
      if (step.value.error !== undefined) return ended({ kind: 'bad', error: step.value.error, cursor: behind })
      if (step.value.row !== undefined) {
        const taken = await takenRow(rule, { row: step.value, number: first + rows.length, cursor: behind })
        if (typeof taken === 'string') return ended({ kind: 'bad', error: taken, cursor: behind })
        rows.push(taken)
        characters += taken.input.length
      }
      cursor = behind
    }
    return ended({ kind: 'more' })
  } catch (error) {
    return ended({ kind: 'thrown', error })
  }
}

/** The row as it is stored, or what is wrong with it. */
async function takenRow(rule: RowRule, { row: { row, priority = 0, source, assignees }, number, cursor }: { readonly row: FeedRow<unknown>; readonly number: number; readonly cursor: string }): Promise<TakenRow | string> {
  if (assignees !== undefined && !rule.assignees) return `The feed says whom data row ${String(number)} is for, and its declaration does not say that its rows do (namesPeople). ${rule.consequence}`
  const named = rule.assignees && { ...rule.assignees, of: () => assignees ?? [] }
  try {
    return { ...await checkRow({ ...rule, priority: () => priority, assignees: named }, row, number), cursor, source: source ?? null }
  } catch (error) {
    if (isMephistoError(error)) return error.message
    throw error
  }
}

function cursorText(cursor: unknown): string {
  const text = cursor === null || isTooDeep(cursor) ? '' : jsonText(cursor, 'cursor')
  if (text !== '' && text.length <= LONGEST_CURSOR) return text
  throw new TypeError(`it gave a cursor that is ${cursor === null ? 'null' : 'too long or too deep'}; a cursor is JSON of at most ${String(LONGEST_CURSOR)} characters`)
}

function restOf(restMs: unknown): number {
  if (typeof restMs === 'number' && restMs >= 0 && restMs <= 86_400_000) return Math.ceil(restMs)
  throw new TypeError(`it returned a restMs of ${String(restMs)}; give ms from 0 to 86400000, or return nothing where it ends`)
}
