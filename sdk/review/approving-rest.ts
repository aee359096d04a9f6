import type * as z from 'zod'
import { MephistoError } from '../errors.js'
import type { RunHold } from '../operations/run-hold.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { approveRestRequest } from '../protocol/review-requests.js'
import type { ApproveRestReply } from '../protocol/review-views.js'
import { NO_EXTRAS } from './decision-extras.js'
import { writeDecisions } from './decisions.js'
import { isReadTwice } from './opinions/judgement.js'
import { opinionsOf } from './opinions/read-opinions.js'
import type { Principal } from './principal.js'
import { samplingOf } from './review-sample.js'
import { parseQueueCursor, queueCursor } from './review-unit-view.js'

/** What `approveRest` takes. */
export type ApproveRestRequest = z.output<typeof approveRestRequest>

/** Answers that are approved in one transaction. */
const PORTION = 500

/**
 * Approves the next answers that wait, oldest first, without that anybody has read them (docs/decisions/0053-approving-the-rest.md). What two reviewers judge, what somebody reviews just now and special units are left.
 * @throws MephistoError `illegal_move` where the run's random sample does not show the goal; `invalid_input` for a cursor that was not handed out
 */
export async function approveRest(hold: RunHold, runtime: Runtime, { principal, request }: { readonly principal: Principal; readonly request: ApproveRestRequest }): Promise<ApproveRestReply> {
  const { mostError, confidence, cursor, note, decisionId } = request
  const run = hold.run(request.run)
  if (!run) throw new MephistoError('not_found', `There is no task run ${request.run}.`)
  const before = Date.parse(request.before)
  const { verdict, checked, wrong } = await samplingOf(hold.tx, run, { mostError, confidence, before })
  if (verdict !== 'below') throw new MephistoError('illegal_move', `The random sample (${String(checked)} checked, ${String(wrong)} of them not used) does not show that fewer than ${String(mostError * 100)} % are wrong. Check more of it first.`)

  const units = await hold.tx.units.answered({ runId: run.id, statuses: ['completed'], order: 'oldest', before, limit: PORTION, ...(cursor === undefined ? {} : { after: parseQueueCursor(cursor) }) })
  const ids = units.flatMap(({ unitId, kind }) => (kind === 'standard' && !isReadTwice(run, unitId) ? [unitId] : []))
  const [claims, opinions, found] = [await hold.tx.claims.of(ids, hold.at), await opinionsOf(hold.tx, ids), await hold.tx.units.reviewById(ids)]
  const others = new Set(claims.flatMap(({ unitId, actorId }) => (actorId === principal.id ? [] : [unitId])))
  const rows = found.filter(({ unitId }: ReviewRow) => !others.has(unitId) && !opinions.has(unitId))
  const outcomes = await writeDecisions(hold, runtime, { principal, verb: 'approve', batchId: decisionId, note: note === '' ? null : note, extras: { ...NO_EXTRAS, isUnread: true }, rows, undoes: new Map() })
  const approved = [...outcomes.values()].filter(({ decided }) => decided).length
  const last = units.at(-1)
  return { approved, left: units.length - approved, nextCursor: units.length === PORTION && last ? queueCursor(last) : null }
}
