import type { OpinionVerdict } from '../../data-model/decision-effects.js'
import type { TaskRun } from '../../data-model/entities.js'
import { seedOf } from '../../quality/random-order.js'
import type { Principal } from '../principal.js'

// Two reviewers judge an answer, neither knowing what the other says (docs/decisions/0047-second-opinions.md).

/** What a reviewer would decide about an answer. */
export interface Opinion {
  readonly actorId: string
  readonly actorName: string
  readonly verdict: OpinionVerdict
  readonly note: string | null
  /** Epoch ms. */
  readonly at: number
}

/** A verdict of a reviewer on one answer, and what was said of it so far. */
export interface Judgement {
  readonly principal: Principal
  readonly verdict: OpinionVerdict
  /** The reviewer wants somebody else to look at it. */
  readonly asOpinion: boolean
  /** Chance says that two look at it. */
  readonly isReadTwice: boolean
  readonly opinions: readonly Opinion[]
}

/** What becomes of a verdict: it decides, it is kept as an opinion, or it is left, since others are to decide. */
export type JudgementStep = 'decide' | 'opine' | 'leave'

/**
 * What becomes of a verdict. The first of two is an opinion, and so is a second one that differs; one that says what everybody else said decides. Where two
 * differ, the next one to look at it decides: somebody who has said nothing yet, or an operator. Pure.
 */
export function judgementStep({ principal, verdict, asOpinion, isReadTwice, opinions }: Judgement): JudgementStep {
  const others = opinions.filter(({ actorId }) => actorId !== principal.id)
  if (others.length === 0) return isReadTwice || asOpinion || opinions.length > 0 ? 'opine' : 'decide'
  if (others.every(other => other.verdict === verdict)) return 'decide'
  const hasSpoken = others.length < opinions.length
  if (hasSpoken) return principal.roles.includes('operator') ? 'decide' : 'leave'
  return others.length === 1 || asOpinion ? 'opine' : 'decide'
}

/** Whether an answer waits for what a reviewer thinks. Pure. */
export function isWantedOf(opinions: readonly Opinion[], principal: Principal): boolean {
  const hasSpoken = opinions.some(({ actorId }) => actorId === principal.id)
  return !hasSpoken || (differ(opinions) && principal.roles.includes('operator'))
}

/** Whether reviewers say different things of an answer. Pure. */
export function differ(opinions: readonly Opinion[]): boolean {
  return new Set(opinions.map(({ verdict }) => verdict)).size > 1
}

/** Whether chance says that two reviewers judge a unit's answer: by its id alone, so that it is always the same. Pure. */
export function isReadTwice({ config }: TaskRun, unitId: string): boolean {
  return seedOf(unitId) / 2 ** 32 < (config.secondOpinions ?? 0)
}
