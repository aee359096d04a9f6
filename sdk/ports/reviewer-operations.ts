import type { OpinionVerdict } from '../data-model/decision-effects.js'
import type { Verdict } from '../data-model/entities.js'
import type { WorkScope } from './data-operations.js'

/** Which decisions count: those of a run, a task or a project, from one instant to before another, epoch ms. @default whenever */
export interface ReviewerScope {
  readonly scope: WorkScope
  readonly from?: number
  readonly before?: number
}

/** How often a reviewer gave a verdict, an opinion (`opine`), or took one back (`undo`, `retract`). */
export interface ReviewerSum {
  readonly actorId: string
  /** As they were called, or the last in the alphabet of several names. */
  readonly actorName: string
  readonly verdict: Verdict
  readonly units: number
}

/** What the two said who judged an answer without knowing of each other, and how often these two said so. */
export interface JudgedPair {
  readonly first: string
  readonly firstVerdict: OpinionVerdict
  readonly second: string
  readonly secondVerdict: OpinionVerdict
  readonly units: number
}

/** What reviewers did, added up by the database. */
export interface ReviewerOperations {
  sums(scope: ReviewerScope): Promise<readonly ReviewerSum[]>
  /** How many verdicts of a reviewer somebody else took back, or approved after all, by reviewer. */
  overruled(scope: ReviewerScope): Promise<ReadonlyMap<string, number>>
  /** Times from one act of a reviewer to the next, added up, by reviewer; those longer than `longestMs` are breaks. An act on many units is one. */
  paces(scope: ReviewerScope, longestMs: number): Promise<ReadonlyMap<string, { readonly times: number; readonly totalMs: number }>>
  /** Answers that two judged, by who they were and what they said. Whoever decides between two knows what these said, and is not in it. */
  pairs(scope: ReviewerScope): Promise<readonly JudgedPair[]>
}
