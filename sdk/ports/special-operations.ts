import type { SpecialKind } from '../data-model/features.js'
import type { UnitKind } from '../data-model/unit-kind.js'

/** An item for training, screening or gold units. */
export interface NewSpecialItem {
  readonly id: string
  /** Below zero; see `specialPositions`. */
  readonly position: number
  /** JSON text. */
  readonly input: string
  /** What a right answer is, JSON text; null where the blueprint's judge knows. */
  readonly expected: string | null
}

/** An item that a worker has not answered. */
export interface SpecialItem {
  readonly assignmentId: string
  readonly input: string
  /** The index that the next unit of the item gets. */
  readonly nextIndex: number
}

/** A unit made for one worker. */
export interface NewSpecialUnit {
  readonly id: string
  readonly assignmentId: string
  readonly unitIndex: number
  readonly kind: SpecialKind
}

/** What an answer is judged by. */
export interface JudgedUnit {
  readonly kind: UnitKind
  /** JSON text. */
  readonly input: string
  /** JSON text. */
  readonly expected: string | null
}

/** How a worker stands with the items of a kind. */
export interface SpecialTally {
  readonly right: number
  /** Decided otherwise. */
  readonly wrong: number
  /** Unanswered or undecided. */
  readonly open: number
  /** Of those that are open, the ones that the worker is at, or has answered and nobody has decided about. */
  readonly undecided: number
}

/** Items and units for training, screening and gold. Whoever adds units of a run holds the run's row in the same transaction. */
export interface SpecialOperations {
  addItems(runId: string, items: readonly NewSpecialItem[], at: number): Promise<void>
  /** Items of this kind of which the worker has answered none and holds none, by their position. */
  unanswered(runId: string, kind: SpecialKind, workerId: string): Promise<readonly SpecialItem[]>
  /** Adds launched units, which no search finds. */
  addUnits(run: { readonly id: string; readonly payMinor: number }, units: readonly NewSpecialUnit[], at: number): Promise<void>
  /** Units of this kind in the run that did not expire. */
  count(runId: string, kind: SpecialKind): Promise<number>
  /** Units of all special kinds in the run that somebody is at. */
  countOpen(runId: string): Promise<number>
  /** How the worker stands with the items of a kind. */
  tally(runId: string, kind: SpecialKind, workerId: string): Promise<SpecialTally>
  /** The unit of an attempt as its judge sees it; null for an agent without one. */
  judged(agentId: string): Promise<JudgedUnit | null>
}
