import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import { nextAgentStatus, nextUnitStatus } from '../data-model/lifecycle.js'
import { isMephistoError } from '../errors.js'
import { ledgerEntry, type Movement } from '../ledger/entries.js'
import type { DecisionRow, NewDecision, ReviewRow } from '../ports/answer-operations.js'
import type { RunHold } from '../operations/run-hold.js'
import { withdrawUnits } from '../operations/withdraw.js'
import type { Runtime } from '../ports/runtime.js'
import { findPlaces } from './places.js'
import { noteVerdicts } from './special-verdicts.js'
import type { Principal } from './principal.js'

/** The verbs that decide a unit. */
export type DecideVerb = 'approve' | 'soft_reject' | 'reject' | 'overturn' | 'undo'

/** What became of one unit of a decision. */
export interface DecideOutcome {
  readonly unitId: string
  readonly decided: boolean
  readonly status: UnitStatus
  /** Why it was not decided; null when it was. */
  readonly message: string | null
}

/** Decisions of one request. */
export interface DecisionBatch {
  readonly principal: Principal
  readonly verb: DecideVerb
  readonly batchId: string
  readonly note: string | null
  readonly rows: readonly ReviewRow[]
  /** For an undo: the decision it takes back, by unit. */
  readonly undoes: ReadonlyMap<string, DecisionRow>
}

interface PlannedMove {
  readonly row: ReviewRow
  readonly to: UnitStatus
  readonly agentTo: AgentStatus
  readonly movement: Movement
}

/** Decides each unit for itself, with its money and its row in the history. Returns an outcome for each row. */
export async function writeDecisions(hold: RunHold, runtime: Runtime, batch: DecisionBatch): Promise<Map<string, DecideOutcome>> {
  const { tx, at } = hold
  const outcomes = new Map<string, DecideOutcome>()
  const refuse = (row: ReviewRow, message: string): void => {
    outcomes.set(row.unitId, { unitId: row.unitId, decided: false, status: row.status, message })
  }
  const wanted = batch.rows.flatMap(row => plan(row, batch.verb, refuse))
  const places = await findPlaces(hold, wanted)
  const placed = wanted.filter(({ row }) => {
    if (places.get(row.unitId)?.fits !== false) return true
    refuse(row, 'Its item has been given to somebody else since, and has all the answers that are wanted; reject one of those first.')
    return false
  })
  const planned = affordable(hold, placed, refuse)
  const moves = planned.map(({ row, to }) => ({ unitId: row.unitId, from: row.status, to }))
  const moved = moves.length > 0 ? await tx.units.decide(moves, at) : new Set<string>()
  const decisions: NewDecision[] = []
  for (const { row, to, agentTo, movement } of planned) {
    if (!moved.has(row.unitId)) {
      refuse(row, 'Somebody else decided this unit just now.')
      continue
    }
    const decision = newDecision(runtime, batch, { row, at })
    decisions.push(decision)
    hold.book(row.runId, [ledgerEntry(movement, decision.id, row)])
    // The decision's row says who: nothing that names a person can be taken out of the log again.
    hold.log(row.runId, row.head, { type: batch.verb, body: { decision: decision.id }, status: agentTo })
    outcomes.set(row.unitId, { unitId: row.unitId, decided: true, status: to, message: null })
  }
  if (decisions.length > 0) await tx.decisions.insert(decisions)
  await noteVerdicts(hold, runtime, planned.flatMap(({ row }) => (moved.has(row.unitId) ? { row, verb: batch.verb, actorId: batch.principal.id } : [])))
  await withdrawUnits(hold, planned.flatMap(({ row }) => (moved.has(row.unitId) ? places.get(row.unitId)?.withdraw ?? [] : [])))
  return outcomes
}

function plan(row: ReviewRow, verb: DecideVerb, refuse: (row: ReviewRow, message: string) => void): PlannedMove[] {
  try {
    const to = nextUnitStatus(row.status, verb)
    return [{ row, to, agentTo: nextAgentStatus(agentStatusOf(row.status), verb), movement: movementOf(row.status, to) }]
  } catch (error) {
    if (!isMephistoError(error)) throw error
    refuse(row, whyNot(row))
    return []
  }
}

/** Those moves whose money is there: taking back or overturning a rejection needs money that was freed before. */
function affordable(hold: RunHold, planned: readonly PlannedMove[], refuse: (row: ReviewRow, message: string) => void): PlannedMove[] {
  // By run and by project: units of several runs may draw on one project's budget.
  const taken = new Map<string, number>()
  const affords = ({ row, movement }: PlannedMove): boolean => {
    if (movement !== 'reserve' && movement !== 'owe_overturned') return true
    const caps = hold.caps(row.runId)
    if (caps.some(({ id, freeMinor }) => freeMinor - (taken.get(id) ?? 0) < row.payMinor)) return false
    for (const { id } of caps) taken.set(id, (taken.get(id) ?? 0) + row.payMinor)
    return true
  }
  return planned.filter(move => {
    if (affords(move)) return true
    refuse(move.row, 'The money of this rejection has been given to other work since; free some of the budget first.')
    return false
  })
}

function newDecision(runtime: Runtime, batch: DecisionBatch, { row, at }: { row: ReviewRow; at: number }): NewDecision {
  return {
    id: runtime.newId(), unitId: row.unitId, runId: row.runId, agentId: row.agentId, workerId: row.workerId, verdict: batch.verb,
    previous: row.status, note: batch.note, undoes: batch.undoes.get(row.unitId)?.id ?? null, batchId: batch.batchId,
    actorId: batch.principal.id, actorName: batch.principal.name,
    // Later than the unit's last decision even when the clock has jumped back: the history keeps its order.
    createdAt: Math.max(at, (row.decision?.createdAt ?? 0) + 1),
  }
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

const DID = { approve: 'approved', soft_reject: 'soft-rejected', reject: 'rejected', overturn: 'approved', undo: 'put back' } as const

function whyNot(row: ReviewRow): string {
  if (!row.decision) return 'This unit is not waiting for review.'
  return `${row.decision.actorName} ${DID[row.decision.verdict]} this already; it stays as it is.`
}
