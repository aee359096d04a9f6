import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { AnsweredPlace, ReviewRow } from '../ports/answer-operations.js'
import type { ClaimView, OpinionView, ReviewUnitView } from '../protocol/review-views.js'
import type { JsonPayload } from '../protocol/worker-views.js'
import type { AnswerReader } from './answer-reader.js'
import { standingDecision } from './decision-view.js'
import { shortened } from './shortened.js'

/** What is known beside a row. */
interface KnownOfUnit {
  /** Derives something from the answer. */
  readonly reader?: { readonly run: TaskRun; readonly reader: AnswerReader } | null
  readonly claim?: ClaimView | null
  readonly opinions?: readonly OpinionView[]
  readonly isReadTwice?: boolean
  readonly isDisputed?: boolean
  /** Whose answer it is is kept from whoever asks. @default false */
  readonly isBlind?: boolean
  /** About so many characters of JSON are shown of the item, and of the answer. @default all */
  readonly longest?: number | undefined
}

/** A unit as reviewers see it, with what is known beside its row. */
export function toReviewUnit(row: ReviewRow, { reader: known = null, claim = null, opinions = [], isReadTwice = false, isDisputed = false, isBlind = false, longest = Infinity }: KnownOfUnit = {}): ReviewUnitView {
  const [input, answer] = [JSON.parse(row.input) as JsonPayload, JSON.parse(row.answer) as JsonPayload]
  const derived = known?.reader.derived(known.run, { unit: row.unitId, input, answer, schemaHash: row.schemaHash }) ?? null
  const isLong = row.input.length > longest || row.answer.length > longest
  const shown = (value: JsonPayload): JsonPayload => (longest === Infinity ? value : shortened(value, longest))
  return {
    unitId: row.unitId, runId: row.runId, assignmentId: row.assignmentId, position: row.position, unitIndex: row.unitIndex, kind: row.kind, status: row.status,
    worker: isBlind ? null : row.workerName, pseudonym: isBlind ? null : row.pseudonym, input: shown(input), answer: shown(answer),
    derived, schemaHash: row.schemaHash, isOlder: known !== null && !known.reader.isPresent(known.run, row), shortenedFrom: isLong ? row.input.length + row.answer.length : null, submittedAt: new Date(row.completedAt).toISOString(), durationMs: row.completedAt - row.acceptedAt,
    pay: { minor: row.payMinor, currency: row.currency }, decision: standingDecision(row.decision), claim, isReadTwice: isReadTwice || opinions.length > 0, isDisputed, opinions: [...opinions],
  }
}

/** Where a unit is in the order of answers. */
export function placeOf({ submittedAt, unitId }: Pick<ReviewUnitView, 'submittedAt' | 'unitId'>): AnsweredPlace {
  return { completedAt: Date.parse(submittedAt), unitId }
}

/** Where the queue goes on after a unit. */
export function queueCursor({ completedAt, unitId }: AnsweredPlace): string {
  return `${String(completedAt)}.${unitId}`
}

/** Where {@link queueCursor} says to go on. @throws MephistoError `invalid_input` for what it never said */
export function parseQueueCursor(cursor: string): AnsweredPlace {
  const match = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { completedAt: Number(match[1]), unitId: match[2] ?? '' }
}
