import type { RunHold } from '../../operations/run-hold.js'
import type { DecisionRow, ReviewRow } from '../../ports/answer-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import type { DecideOutcome, DecideRequest } from '../deciding.js'
import { decisionRow, type ReviewBatch } from '../decision-row.js'
import type { Principal } from '../principal.js'
import { opinionOf, type JudgedRows } from './judged-rows.js'
import type { Opinion } from './judgement.js'
import { opinionsOf } from './read-opinions.js'

/** A verdict, and what becomes of it. */
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
  const opinion = opinionOf(request)
  const batch = { principal, batchId: request.decisionId, undoes: new Map<string, DecisionRow>() }
  if (opinion !== null) await writeRows(hold, runtime, { batch, rows: opine, said: { verdict: 'opine', note: request.note, effects: { opinion } } })
  const othersOf = ({ unitId }: ReviewRow): readonly Opinion[] => (opinions.get(unitId) ?? []).filter(({ actorId }) => actorId !== principal.id)
  const message = hasExtras(request) ? 'Nothing was done of what goes with the verdict: that is for whoever decides.' : null
  return [
    ...opine.map((row): DecideOutcome => ({ ...left(row, message), opinion: othersOf(row).length === 0 ? 'waits' : 'differs' })),
    ...leave.map(row => left(row, `${othersOf(row).map(({ actorName }) => actorName).join(' and ')} would decide otherwise than you; somebody else is to decide between you.`)),
  ]
}

/** Takes back what a reviewer said about units that still wait. Where somebody else has spoken too, they know what was said, or the reviewer does: there it stays. */
export async function retractOpinions(hold: RunHold, runtime: Runtime, { rows, ...batch }: ReviewBatch & { readonly rows: readonly ReviewRow[] }): Promise<readonly DecideOutcome[]> {
  const opinions = await opinionsOf(hold.tx, rows.map(({ unitId }) => unitId))
  const isFree = ({ unitId, status }: ReviewRow): boolean => status === 'completed' && (opinions.get(unitId) ?? []).every(({ actorId }) => actorId === batch.principal.id)
  await writeRows(hold, runtime, { batch, rows: rows.filter(isFree), said: { verdict: 'retract', note: null, effects: {} } })
  return rows.map((row): DecideOutcome => (isFree(row) ? { ...left(row, null), opinion: 'taken_back' } : left(row, 'Somebody else has spoken about this answer too; what you said stays.')))
}

function left({ unitId, status }: ReviewRow, message: string | null): DecideOutcome {
  return { unitId, decided: false, status, message, opinion: null }
}

function hasExtras({ message, bonus, grants = [], revokes = [], block, requeue = false }: DecideRequest): boolean {
  return [message, bonus, block].some(given => given !== undefined) || grants.length > 0 || revokes.length > 0 || requeue
}

interface OpinionRows {
  readonly batch: ReviewBatch
  readonly rows: readonly ReviewRow[]
  readonly said: Pick<DecisionRow, 'note' | 'effects'> & { readonly verdict: 'opine' | 'retract' }
}

async function writeRows(hold: RunHold, runtime: Runtime, { batch, rows, said }: OpinionRows): Promise<void> {
  if (rows.length === 0) return
  const made = rows.map(row => decisionRow(batch, row, { ...said, id: runtime.newId(), message: null, at: hold.at }))
  await hold.tx.decisions.insert(made)
  for (const [index, { runId, head }] of rows.entries()) hold.log(runId, head, { type: said.verdict, body: { decision: made[index]?.id ?? null }, status: 'completed' })
}
