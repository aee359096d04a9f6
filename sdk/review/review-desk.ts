import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import { nextAgentStatus, nextUnitStatus } from '../data-model/lifecycle.js'
import type { LedgerEntry } from '../data-model/entities.js'
import { isMephistoError } from '../errors.js'
import { book } from '../ledger/book.js'
import { ledgerEntry, type Movement } from '../ledger/entries.js'
import type { DbOperations, DecisionRow, MephistoDb, NewDecision, ReviewFilter, ReviewRow } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { Principal } from './principal.js'

/** A verdict on units. `decisionId` is the caller's own id: sent again, it decides nothing new and gets the same outcomes. */
export interface DecideRequest {
  readonly decisionId: string
  readonly unitIds: readonly string[]
  readonly verdict: 'approve' | 'soft_reject' | 'reject'
  readonly note: string | null
}

/** What became of one unit of a decision. */
export interface DecideOutcome {
  readonly unitId: string
  readonly decided: boolean
  readonly status: UnitStatus
  readonly message: string | null
}

/** Where completed work is looked at and decided. */
export interface ReviewDesk {
  queue(filter: ReviewFilter): Promise<readonly ReviewRow[]>
  /** Decides units, each for itself: one that somebody else has decided stays as it is and its outcome says who. */
  decide(principal: Principal, request: DecideRequest): Promise<readonly DecideOutcome[]>
  /** Takes the reviewer's latest decision in the run back: its units wait for review again. Empty when there is none. */
  undo(principal: Principal, request: { decisionId: string; runId: string }): Promise<readonly DecideOutcome[]>
}

type Verb = DecideRequest['verdict'] | 'undo'

/** The review desk over a database. */
export function createReviewDesk(db: MephistoDb, runtime: Runtime): ReviewDesk {
  return {
    queue: filter => db.units.review(filter),
    decide: (principal, request) => db.transaction(async tx => {
      const done = new Map((await tx.decisions.byBatch(request.decisionId)).map(decision => [decision.unitId, decision]))
      const rows = await tx.units.reviewById([...new Set(request.unitIds)])
      const fresh = rows.filter(row => !done.has(row.unitId))
      const decided = await writeDecisions(tx, runtime, { principal, verb: request.verdict, batchId: request.decisionId, note: request.note, rows: fresh, undoes: new Map() })
      return request.unitIds.map(unitId => {
        const row = rows.find(candidate => candidate.unitId === unitId)
        if (!row) return { unitId, decided: false, status: 'created', message: 'This unit has no answer to decide on.' }
        return decided.get(unitId) ?? { unitId, decided: true, status: statusAfter(row, request.verdict), message: null }
      })
    }),
    undo: (principal, request) => db.transaction(async tx => {
      const repeated = await tx.decisions.byBatch(request.decisionId)
      if (repeated.length > 0) return repeated.map(({ unitId }) => ({ unitId, decided: true, status: 'completed', message: null }))
      const last = await tx.decisions.lastOf(request.runId, principal.id)
      const rows = await tx.units.reviewById(last.map(decision => decision.unitId))
      const undoes = new Map(last.map(decision => [decision.unitId, decision]))
      const current = rows.filter(row => row.decision?.id === undoes.get(row.unitId)?.id)
      const undone = await writeDecisions(tx, runtime, { principal, verb: 'undo', batchId: request.decisionId, note: null, rows: current, undoes })
      return rows.map(row => undone.get(row.unitId) ?? {
        unitId: row.unitId, decided: false, status: row.status, message: `${row.decision?.actorName ?? 'Somebody'} has decided this unit since; it stays as it is.`,
      })
    }),
  }
}

interface Batch {
  readonly principal: Principal
  readonly verb: Verb
  readonly batchId: string
  readonly note: string | null
  readonly rows: readonly ReviewRow[]
  /** For an undo: the decision it takes back, by unit. */
  readonly undoes: ReadonlyMap<string, DecisionRow>
}

async function writeDecisions(tx: DbOperations, runtime: Runtime, batch: Batch): Promise<Map<string, DecideOutcome>> {
  const outcomes = new Map<string, DecideOutcome>()
  const at = await tx.now()
  const planned = batch.rows.flatMap(row => {
    try {
      return [{ row, to: nextUnitStatus(row.status, batch.verb), agentTo: nextAgentStatus(agentStatusOf(row.status), batch.verb) }]
    } catch (error) {
      if (!isMephistoError(error)) throw error
      outcomes.set(row.unitId, { unitId: row.unitId, decided: false, status: row.status, message: whyNot(row) })
      return []
    }
  })
  const moves = planned.map(({ row, to, agentTo }) => ({ unitId: row.unitId, agentId: row.agentId, from: row.status, to, agentTo }))
  const moved = moves.length > 0 ? await tx.units.decide(moves, at) : new Set<string>()
  const decisions: NewDecision[] = []
  const entries: LedgerEntry[] = []
  for (const { row, to } of planned) {
    if (!moved.has(row.unitId)) {
      outcomes.set(row.unitId, { unitId: row.unitId, decided: false, status: row.status, message: 'Somebody else decided this unit just now.' })
      continue
    }
    const id = runtime.newId()
    decisions.push({
      id, unitId: row.unitId, runId: row.runId, agentId: row.agentId, workerId: row.workerId, verdict: batch.verb, previous: row.status,
      note: batch.note, undoes: batch.undoes.get(row.unitId)?.id ?? null, batchId: batch.batchId,
      actorId: batch.principal.id, actorName: batch.principal.name, createdAt: at,
    })
    entries.push(ledgerEntry(movementOf(row.status, to), id, row))
    outcomes.set(row.unitId, { unitId: row.unitId, decided: true, status: to, message: null })
  }
  if (decisions.length > 0) await tx.decisions.insert(decisions)
  for (const runId of new Set(entries.map(entry => entry.runId))) {
    await book(tx, runtime, { runId, entries: entries.filter(entry => entry.runId === runId), at })
  }
  return outcomes
}

function statusAfter(row: ReviewRow, verb: Verb): UnitStatus {
  const after = { approve: 'accepted', soft_reject: 'soft_rejected', reject: 'rejected', undo: 'completed' } as const
  return row.decision?.verdict === 'undo' ? row.status : after[verb]
}

/** The agent's status that goes with a decided or completed unit. */
function agentStatusOf(status: UnitStatus): AgentStatus {
  if (status === 'accepted') return 'approved'
  return status === 'soft_rejected' || status === 'rejected' ? status : 'completed'
}

/** How money moves when a unit goes from one review status to another. */
function movementOf(from: UnitStatus, to: UnitStatus): Movement {
  if (to === 'completed') return from === 'rejected' ? 'reserve' : 'unowe'
  if (to === 'rejected') return 'release'
  return from === 'rejected' ? 'owe_overturned' : 'owe'
}

const DID = { approve: 'approved', soft_reject: 'soft-rejected', reject: 'rejected', undo: 'put back' } as const

function whyNot(row: ReviewRow): string {
  if (!row.decision) return 'This unit is not waiting for review.'
  return `${row.decision.actorName} ${DID[row.decision.verdict]} this already; it stays as it is.`
}
