import { ATTEMPT_EVENTS } from '../data-model/event-types.js'
import { instant } from '../data-model/instant.js'
import { MephistoError } from '../errors.js'
import { returnReasonIn } from '../data-model/return-reason.js'
import type { DecisionRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { DecisionView, UnitHistoryView } from '../protocol/review-views.js'
import { isToldWho } from './blind-review.js'
import { toDecisionView } from './decision-view.js'
import { maySeeOpinions } from './opinions/opinion-views.js'
import { opinionsOf } from './opinions/read-opinions.js'
import type { Principal } from './principal.js'

/** Attempts at one unit that are told. */
const MOST_ATTEMPTS = 200

/** What happened at a unit, attempt by attempt, in the order in which it did; each verdict with who gave it. @throws MephistoError `not_found` */
export async function unitHistory(db: MephistoDb, unitId: string, principal: Principal): Promise<UnitHistoryView> {
  const unit = await db.units.get(unitId)
  if (!unit) throw new MephistoError('not_found', `There is no unit ${unitId}.`)
  const [{ rows: agents }, { rows: decisions }] = await Promise.all([
    db.agents.find({ filter: { unitId }, sort: 'acceptedAt', limit: MOST_ATTEMPTS }), db.decisions.find({ filter: { unitId }, limit: MOST_ATTEMPTS }),
  ])
  const workerIds = [...new Set(agents.map(({ workerId }) => workerId))]
  const [events, { rows: workers }] = await Promise.all([
    db.events.ofStreams(agents.map(({ id }) => id)), db.workers.find({ filter: { ids: workerIds }, limit: Math.max(1, workerIds.length) }),
  ])
  const opinions = unit.status === 'completed' ? (await opinionsOf(db, [unitId])).get(unitId) ?? [] : []
  const run = await db.runs.get(unit.runId)
  const isTold = run !== null && isToldWho(run, { principal, status: unit.status })
  const isOpen = maySeeOpinions(opinions, { principal, isWaiting: unit.status === 'completed' })
  // What somebody thinks of an answer is kept from whoever is still to say so.
  const shown = (decision: DecisionRow): DecisionView => ({ ...toDecisionView(decision), ...(decision.verdict !== 'opine' || isOpen ? {} : { opinion: null, note: null }) })
  const pseudonyms = new Map(workers.map(({ id, pseudonym }) => [id, pseudonym]))
  const [attempts, verdicts] = [new Map(agents.map(agent => [agent.id, agent])), new Map(decisions.map(decision => [decision.id, decision]))]
  return {
    events: [...events].sort((one, other) => one.feed - other.feed).flatMap(({ streamId, type, body, at }) => {
      const attempt = attempts.get(streamId)
      const what = ATTEMPT_EVENTS.find(known => known === type)
      if (!attempt || what === undefined) return []
      const verdict = verdicts.get((JSON.parse(body) as { readonly decision?: string }).decision ?? '')
      // What was decided and taken back again tells what the first thought, too.
      if (!isOpen && opinions.length > 0 && verdict && verdict.verdict !== 'opine' && verdict.verdict !== 'retract') return []
      return [{
        at: instant(at), what, agent: attempt.id, pseudonym: isTold ? pseudonyms.get(attempt.workerId) ?? '' : null,
        decision: verdict ? shown(verdict) : null, reason: what === 'return' ? returnReasonIn(body) : null,
      }]
    }),
  }
}
