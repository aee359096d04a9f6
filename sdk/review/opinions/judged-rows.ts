import { OPINIONS } from '../../data-model/decision-effects.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { ReviewRow } from '../../ports/answer-operations.js'
import type { Principal } from '../principal.js'
import { isReadTwice, judgementStep, type JudgementStep, type Opinion } from './judgement.js'
import { opinionsOf } from './opinion-views.js'

/** A request that judges units. */
interface JudgingRequest {
  readonly verdict: string
  readonly asOpinion?: boolean
}

/** Units by what becomes of a verdict on them. */
export interface JudgedRows {
  readonly decide: readonly ReviewRow[]
  readonly opine: readonly ReviewRow[]
  readonly leave: readonly ReviewRow[]
  readonly opinions: ReadonlyMap<string, readonly Opinion[]>
}

/** Sorts units by what becomes of a reviewer's verdict. What does not wait for a decision is left to the decision, which says so. */
export async function judgedRows(hold: RunHold, rows: readonly ReviewRow[], { principal, request }: { readonly principal: Principal; readonly request: JudgingRequest }): Promise<JudgedRows> {
  const verdict = OPINIONS.find(one => one === request.verdict)
  if (verdict === undefined) return { decide: rows, opine: [], leave: [], opinions: new Map() }
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
