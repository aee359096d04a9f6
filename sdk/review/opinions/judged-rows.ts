import { OPINIONS, type OpinionVerdict } from '../../data-model/decision-effects.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { ReviewRow } from '../../ports/answer-operations.js'
import type { DecideRequest } from '../deciding.js'
import type { Principal } from '../principal.js'
import { isReadTwice, judgementStep, type JudgementStep } from './judgement.js'
import { opinionsOf, type Opinions } from './read-opinions.js'

/** Units by what becomes of a verdict on them. */
export interface JudgedRows {
  readonly decide: readonly ReviewRow[]
  /** Those about which it is kept as an opinion. */
  readonly opine: readonly ReviewRow[]
  /** Those that others are to decide. */
  readonly leave: readonly ReviewRow[]
  readonly opinions: Opinions
}

/** What a request says of answers that wait; null for an overturn, which is about rejected ones. */
export function opinionOf({ verdict }: Pick<DecideRequest, 'verdict'>): OpinionVerdict | null {
  return OPINIONS.find(one => one === verdict) ?? null
}

/** Sorts units by what becomes of a reviewer's verdict. What does not wait for a decision is left to the decision, which says so. */
export async function judgedRows(hold: RunHold, rows: readonly ReviewRow[], { principal, request }: { readonly principal: Principal; readonly request: DecideRequest }): Promise<JudgedRows> {
  const verdict = opinionOf(request)
  if (verdict === null) return { decide: rows, opine: [], leave: [], opinions: new Map() }
  const opinions = await opinionsOf(hold.tx, rows.filter(({ status }) => status === 'completed').map(({ unitId }) => unitId))
  const step = (row: ReviewRow): JudgementStep => {
    const run = hold.run(row.runId)
    if (row.status !== 'completed' || !run) return 'decide'
    return judgementStep({ principal, verdict, asOpinion: request.asOpinion ?? false, isReadTwice: isReadTwice(run, row.unitId), opinions: opinions.get(row.unitId) ?? [] })
  }
  const steps = new Map(rows.map(row => [row.unitId, step(row)]))
  const that = (wanted: JudgementStep): readonly ReviewRow[] => rows.filter(({ unitId }) => steps.get(unitId) === wanted)
  return { decide: that('decide'), opine: that('opine'), leave: that('leave'), opinions }
}
