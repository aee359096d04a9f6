import { DECIDING_VERDICTS } from '../data-model/entities.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { DecisionExtras } from '../protocol/decide-request.js'

/** The verbs that move a unit. */
export const DECIDE_VERBS = [...DECIDING_VERDICTS, 'undo'] as const
/** See {@link DECIDE_VERBS}. */
export type DecideVerb = (typeof DECIDE_VERBS)[number]

/** What became of one unit of a decision. */
export interface DecideOutcome {
  readonly unitId: string
  readonly decided: boolean
  readonly status: UnitStatus
  /** Why it was not decided, or what of it could not be done; null for neither. */
  readonly message: string | null
  /** Of a verdict that decides nothing yet: it waits for a second one, differs from the first one, or was taken back; null for others. */
  readonly opinion: 'waits' | 'differs' | 'taken_back' | null
}

/** A verdict on units. `decisionId` is the caller's own id: sent again, it decides nothing new and gets the same outcomes. */
export interface DecideRequest extends DecisionExtras {
  readonly decisionId: string
  readonly unitIds: readonly string[]
  readonly verdict: Exclude<DecideVerb, 'undo'>
  /** For the record; null for nothing. */
  readonly note: string | null
  /** For somebody else to judge as well. @default false */
  readonly asOpinion?: boolean
}
