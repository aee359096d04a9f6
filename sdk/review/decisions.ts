import type { Verdict } from '../data-model/entities.js'
import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import { nextAgentStatus, nextUnitStatus } from '../data-model/lifecycle.js'
import { isMephistoError } from '../errors.js'
import { ledgerEntry, type Movement } from '../ledger/entries.js'
import type { NewDecision, ReviewRow } from '../ports/answer-operations.js'
import type { RunHold } from '../operations/run-hold.js'
import { withdrawUnits } from '../operations/withdraw.js'
import type { Runtime } from '../ports/runtime.js'
import type { DecideOutcome, DecideVerb } from './deciding.js'
import { applyExtras, NO_EXTRAS, type PreparedExtras } from './decision-extras.js'
import { decisionRow, type ReviewBatch } from './decision-row.js'
import { findPlaces } from './places.js'
import { noteVerdicts } from './special-verdicts.js'
import { takeBackEffects } from './taking-back.js'

/** Decisions of one request. */
export interface DecisionBatch extends ReviewBatch {
  readonly verb: DecideVerb
  /** For the record. */
  readonly note: string | null
  /** What goes with the verdict. @default nothing */
  readonly extras?: PreparedExtras
  readonly rows: readonly ReviewRow[]
}

interface PlannedMove {
  readonly row: ReviewRow
  readonly to: UnitStatus
  readonly agentTo: AgentStatus
  readonly movement: Movement
  /** What the reviewer adds to the pay, or what is taken back of it; 0 for nothing. */
  readonly bonusMinor: number
}

/** Decides each unit for itself, with its money and its row in the history. Returns an outcome for each row. */
export async function writeDecisions(hold: RunHold, runtime: Runtime, batch: DecisionBatch): Promise<Map<string, DecideOutcome>> {
  const { tx, at } = hold
  const outcomes = new Map<string, DecideOutcome>()
  const refuse = (row: ReviewRow, message: string): void => {
    outcomes.set(row.unitId, { unitId: row.unitId, decided: false, status: row.status, message, opinion: null })
  }
  const wanted = batch.rows.flatMap(row => plan(row, batch, refuse))
  const places = await findPlaces(hold, wanted)
  const placed = wanted.filter(({ row }) => {
    if (places.get(row.unitId)?.fits !== false) return true
    refuse(row, 'Its item has been given to somebody else since, and has all the answers that are wanted; reject one of those first.')
    return false
  })
  const planned = affordable(hold, { verb: batch.verb, planned: placed }, refuse)
  const moves = planned.map(({ row, to }) => ({ unitId: row.unitId, from: row.status, to }))
  const moved = moves.length > 0 ? await tx.units.decide(moves, at) : new Set<string>()
  for (const { row } of planned) {
    if (!moved.has(row.unitId)) refuse(row, 'Somebody else decided this unit just now.')
  }
  const done = planned.filter(({ row }) => moved.has(row.unitId))
  const rows = done.map(({ row }) => row)
  // What goes with a verdict holds its workers, all of them at once: before those that verdicts on special units hold.
  const effects = await applyExtras(hold, runtime, { extras: batch.extras ?? NO_EXTRAS, rows, principal: batch.principal, note: batch.note })
  const stays = await takeBackEffects(hold, runtime, { rows, undoes: batch.undoes, principal: batch.principal })
  const decisions = done.map(({ row, to, agentTo, movement, bonusMinor }): NewDecision => {
    const decision = decisionRow(batch, row, { id: runtime.newId(), verdict: batch.verb, note: batch.note, message: batch.extras?.message ?? null, effects: effects.get(row.unitId) ?? {}, at })
    const bonus = ledgerEntry(batch.verb === 'undo' ? 'unbonus' : 'bonus', decision.id, { ...row, unitId: null, payMinor: bonusMinor })
    hold.book(row.runId, [ledgerEntry(movement, decision.id, row), bonus])
    // The decision's row says who: nothing that names a person can be taken out of the log again.
    hold.log(row.runId, row.head, { type: batch.verb, body: { decision: decision.id, ...(bonusMinor === 0 ? {} : { bonus: bonusMinor }) }, status: agentTo })
    outcomes.set(row.unitId, { unitId: row.unitId, decided: true, status: to, message: stays.get(row.unitId) ?? null, opinion: null })
    return decision
  })
  if (decisions.length > 0) await tx.decisions.insert(decisions)
  await noteVerdicts(hold, runtime, rows.map(row => ({ row, verb: batch.verb, actorId: batch.principal.id })))
  await withdrawUnits(hold, rows.flatMap(row => places.get(row.unitId)?.withdraw ?? []))
  return outcomes
}

function plan(row: ReviewRow, { verb, extras, undoes }: DecisionBatch, refuse: (row: ReviewRow, message: string) => void): PlannedMove[] {
  try {
    const to = nextUnitStatus(row.status, verb)
    const bonus = verb === 'undo' ? undoes.get(row.unitId)?.effects.bonus : extras?.bonus
    return [{ row, to, agentTo: nextAgentStatus(agentStatusOf(row.status), verb), movement: movementOf(row.status, to), bonusMinor: bonus?.minor ?? 0 }]
  } catch (error) {
    if (!isMephistoError(error)) throw error
    refuse(row, whyNot(row))
    return []
  }
}

/** Those moves whose money is there: taking back or overturning a rejection needs money that was freed before, and a bonus needs money that nothing needs. */
function affordable(hold: RunHold, { verb, planned }: { readonly verb: DecideVerb; readonly planned: readonly PlannedMove[] }, refuse: (row: ReviewRow, message: string) => void): PlannedMove[] {
  // By run and by project: units of several runs may draw on one project's budget.
  const taken = new Map<string, number>()
  return planned.filter(({ row, movement, bonusMinor }) => {
    const pay = needsFreeMoney(movement) ? row.payMinor : 0
    const needed = pay + (verb === 'undo' ? 0 : bonusMinor)
    const caps = hold.caps(row.runId)
    const free = Math.min(...caps.map(({ id, freeMinor }) => freeMinor - (taken.get(id) ?? 0)))
    if (needed > 0 && free < needed) {
      refuse(row, free < pay ? 'The money of this rejection has been given to other work since; free some of the budget first.' : 'The budget does not cover this bonus; raise the budget, or give less.')
      return false
    }
    for (const { id } of caps) taken.set(id, (taken.get(id) ?? 0) + needed)
    return true
  })
}

function needsFreeMoney(movement: Movement): boolean {
  return movement === 'reserve' || movement === 'owe_overturned'
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

const DID: Readonly<Partial<Record<Verdict, string>>> = { approve: 'approved', soft_reject: 'soft-rejected', reject: 'rejected', overturn: 'approved', undo: 'put back' }

function whyNot(row: ReviewRow): string {
  const did = row.decision && DID[row.decision.verdict]
  if (!row.decision || !did) return 'This unit is not waiting for review.'
  return `${row.decision.actorName} ${did} this already; it stays as it is.`
}
