import { OPINIONS } from '../../data-model/decision-effects.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { DecisionRow, ReviewRow } from '../../ports/answer-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import type { DecideOutcome, DecideRequest } from '../deciding.js'
import type { Principal } from '../principal.js'
import type { JudgedRows } from './judged-rows.js'
import { opinionsOf } from './opinion-views.js'
import type { Opinion } from './judgement.js'

/** Opinions of one request. */
interface OpinionBatch {
  readonly principal: Principal
  readonly batchId: string
  readonly rows: readonly ReviewRow[]
}

/** A verdict, sorted by what becomes of it. */
interface Judged {
  readonly principal: Principal
  readonly request: DecideRequest
  readonly judged: JudgedRows
}

/**
 * Keeps the verdict on units that it does not decide as what its reviewer would decide: rows of the history that move neither work nor money. What goes with a
 * verdict is done by the one that decides.
 */
export async function keepOpinions(hold: RunHold, runtime: Runtime, { principal, request, judged: { opine, leave, opinions } }: Judged): Promise<readonly DecideOutcome[]> {
  const verdict = OPINIONS.find(one => one === request.verdict)
  if (verdict !== undefined) {
    await writeRows(hold, runtime, { principal, batchId: request.decisionId, rows: opine, verdict: 'opine', note: request.note, effects: { opinion: verdict }, undoes: new Map() })
  }
  const othersOf = ({ unitId }: ReviewRow): readonly Opinion[] => (opinions.get(unitId) ?? []).filter(({ actorId }) => actorId !== principal.id)
  const message = hasExtras(request) ? 'Nothing was done of what goes with the verdict: that is for whoever decides.' : null
  return [
    ...opine.map((row): DecideOutcome => ({ unitId: row.unitId, decided: false, status: row.status, message, opinion: othersOf(row).length === 0 ? 'waits' : 'differs' })),
    ...leave.map((row): DecideOutcome => ({ unitId: row.unitId, decided: false, status: row.status, message: `${othersOf(row).map(({ actorName }) => actorName).join(' and ')} would decide otherwise than you; somebody else is to decide between you.`, opinion: null })),
  ]
}

function hasExtras({ message, bonus, grants, revokes, block, requeue }: DecideRequest): boolean {
  return [message, bonus, block].some(given => given !== undefined) || [...grants ?? [], ...revokes ?? []].length > 0 || requeue === true
}

/** Takes back what a reviewer said about units that still wait. Where somebody else has spoken too, they know what was said, or the reviewer does: there it stays. */
export async function retractOpinions(hold: RunHold, runtime: Runtime, { undoes, ...batch }: OpinionBatch & { readonly undoes: ReadonlyMap<string, DecisionRow> }): Promise<readonly DecideOutcome[]> {
  const opinions = await opinionsOf(hold.tx, batch.rows.map(({ unitId }) => unitId))
  const isFree = ({ unitId, status }: ReviewRow): boolean => status === 'completed' && (opinions.get(unitId) ?? []).every(({ actorId }) => actorId === batch.principal.id)
  const rows = batch.rows.filter(isFree)
  await writeRows(hold, runtime, { ...batch, rows, verdict: 'retract', note: null, effects: {}, undoes })
  return batch.rows.map((row): DecideOutcome => ({
    unitId: row.unitId, decided: false, status: row.status, ...(isFree(row) ? { message: null, opinion: 'taken_back' } : { message: 'Somebody else has spoken about this answer too; what you said stays.', opinion: null }),
  }))
}

interface OpinionRows extends OpinionBatch, Pick<DecisionRow, 'verdict' | 'note' | 'effects'> {
  readonly undoes: ReadonlyMap<string, DecisionRow>
}

async function writeRows(hold: RunHold, runtime: Runtime, { principal, batchId, rows, undoes, ...what }: OpinionRows): Promise<void> {
  const made = rows.map(row => ({
    ...what, id: runtime.newId(), unitId: row.unitId, runId: row.runId, agentId: row.agentId, workerId: row.workerId, previous: row.status, message: null,
    undoes: undoes.get(row.unitId)?.id ?? null, batchId, actorId: principal.id, actorName: principal.name, createdAt: Math.max(hold.at, (row.decision?.createdAt ?? 0) + 1),
  }))
  if (made.length > 0) await hold.tx.decisions.insert(made)
  const ids = new Map(made.map(({ unitId, id }) => [unitId, id]))
  for (const row of rows) hold.log(row.runId, row.head, { type: what.verdict, body: { decision: ids.get(row.unitId) ?? null }, status: 'completed' })
}
