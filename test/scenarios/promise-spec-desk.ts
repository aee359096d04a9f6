import { isDeepStrictEqual } from 'node:util'
import { isStanding, ofAssignment, ofPlace, placeFor, withdraw } from './promise-spec-places.js'
import { completeIfDone, endAttempt, ENDED, freshUnit, openUnits, runOf, underWay, unitOf, type SeenOutcome, type SeenUnit, type Sent, type Spec, type SpecRun } from './promise-spec-state.js'

// What may be answered to reviewers and operators, and what is so from then on.

const VERDICTS: Readonly<Record<string, { readonly from: string; readonly to: string; readonly agent: string }>> = {
  approve: { from: 'completed', to: 'accepted', agent: 'approved' }, soft_reject: { from: 'completed', to: 'soft_rejected', agent: 'soft_rejected' },
  reject: { from: 'completed', to: 'rejected', agent: 'rejected' }, overturn: { from: 'rejected', to: 'accepted', agent: 'approved' },
}

interface Request { readonly reviewer: string; readonly decisionId: string; readonly verdict: string; readonly unitIds: readonly string[]; readonly runId?: string }

/** Moves units that can move and whose money is there; says whether what was seen is just that. */
function decideUnits(spec: Spec, { reviewer, decisionId, verdict }: Request, seen: readonly SeenOutcome[]): boolean {
  // In a batch of one run the money may reach for some only: whichever the code chose.
  return seen.every(({ unitId, decided, status }) => {
    const unit = unitOf(spec, unitId)
    const attempt = spec.attempts.find(one => one.agentId === unit?.agentId)
    if (!unit || !attempt || !['completed', 'accepted', 'soft_rejected', 'rejected'].includes(unit.status)) return !decided
    const run = runOf(spec, unit.runId)
    const move = verdict === 'undo' ? { from: unit.status, to: 'completed', agent: 'completed' } : VERDICTS[verdict]
    const needs = (verdict === 'overturn' || (verdict === 'undo' && unit.status === 'rejected')) ? run.pay : 0
    const isFree = move?.from === unit.status && (run.budget === null || run.reserved + run.owed + needs <= run.budget)
    const place = isFree && !isStanding(unit) && isStanding({ ...unit, status: move.to }) ? placeFor(spec, unit) : 'free'
    if (place === 'of an attempt that is over' && !decided) return status === unit.status
    const can = isFree && place !== 'none'
    if (!decided || !can) return decided === can && status === unit.status
    if (place !== 'free' && !withdraw(spec, unit, run)) return false
    const [before, after] = [moneyOf(unit.status), moneyOf(move.to)]
    run.reserved += run.pay * (after.reserved - before.reserved)
    run.owed += run.pay * (after.owed - before.owed)
    unit.status = move.to
    attempt.status = move.agent
    const last = spec.decisions.filter(decision => decision.unitId === unitId).at(-1)
    spec.decisions.push({ unitId, reviewer, batchId: decisionId, verdict, at: Math.max(spec.now, (last?.at ?? 0) + 1) })
    return status === move.to
  })
}

const moneyOf = (status: string): { reserved: number; owed: number } => ({ reserved: Number(status === 'completed'), owed: Number(status === 'accepted' || status === 'soft_rejected') })

/** A reviewer decides, or takes the latest decision back. An id that was used gives the same outcomes, or is refused for another request. */
export function decide(spec: Spec, request: Request, seen: readonly SeenOutcome[] | 'conflict'): boolean {
  const known = spec.batches.get(request.decisionId)
  if (known) return isDeepStrictEqual(known.request, request) ? isDeepStrictEqual(known.outcomes, seen) : seen === 'conflict'
  if (seen === 'conflict') return false
  spec.batches.set(request.decisionId, { request, outcomes: seen })
  const asked = [...seen].map(outcome => outcome.unitId).sort()
  if (request.verdict !== 'undo') return isDeepStrictEqual(asked, [...request.unitIds].sort()) && decideUnits(spec, request, seen)
  const standing = spec.decisions.filter(decision => decision.reviewer === request.reviewer && decision.verdict !== 'undo' && unitOf(spec, decision.unitId)?.runId === request.runId
    && spec.decisions.filter(other => other.unitId === decision.unitId).at(-1) === decision)
  const latest = Math.max(...standing.map(decision => decision.at))
  const batches = standing.filter(decision => decision.at === latest).map(decision => standing.filter(other => other.batchId === decision.batchId).map(other => other.unitId).sort())
  return (standing.length === 0 ? asked.length === 0 : batches.some(batch => isDeepStrictEqual(batch, asked))) && decideUnits(spec, request, seen)
}

/** An operator lets rejected and expired work be done again. Most times an item is given away again: as the code has it. */
export function requeue(spec: Spec, { runId, wasRepeated }: Sent & { runId: string }, seen: { readonly added: number } | 'illegal_move'): boolean {
  const run = runOf(spec, runId)
  if (run.status === 'draining' || seen === 'illegal_move') return run.status === 'draining' && seen === 'illegal_move'
  let added = 0
  for (const assignmentId of itemsOf(spec, runId)) {
    const units = ofAssignment(spec, assignmentId)
    // A place is open when nothing in it stands, or was paid for.
    const roots = units.filter(unit => unit.replaces === null)
    const open = roots.filter(root => ofPlace(spec, root).every(unit => unit.status === 'rejected' || unit.status === 'expired'))
    const count = Math.max(0, Math.min(open.length, 5 - (units.length - roots.length)))
    const fresh = spec.rows.filter(row => row.assignmentId === assignmentId && !units.some(unit => unit.id === row.id)).slice(0, count)
    if (fresh.length < count) return false
    spec.units.push(...fresh.map(freshUnit))
    added += count
  }
  if (added > 0 && ENDED.has(run.status)) run.status = 'running'
  return seen.added === added || (wasRepeated && seen.added < added)
}

const RUN_MOVES: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  pause: { from: ['running'], to: 'paused' }, resume: { from: ['paused'], to: 'running' }, expire: { from: ['running', 'paused', 'draining'], to: 'expired' },
  drain: { from: ['running', 'paused', 'draining', 'completed'], to: 'draining' },
}

/** An operator moves a run. */
export function moveRun(spec: Spec, { runId, verb, wasRepeated }: Sent & { runId: string; verb: string }, seen: 'done' | 'illegal_move'): boolean {
  const [run, move] = [runOf(spec, runId), RUN_MOVES[verb]]
  if (!move?.from.includes(run.status)) return seen === 'illegal_move'
  if (verb === 'drain' && run.status === 'completed') return seen === 'done'
  run.status = move.to
  if (verb === 'drain') {
    for (const unit of openUnits(spec, runId)) if (unit.status === 'launched') unit.status = 'expired'
    completeIfDone(spec, run)
  }
  if (verb === 'expire') {
    for (const attempt of underWay(spec, runId)) endAttempt(spec, attempt, 'expired')
    for (const unit of openUnits(spec, runId)) unit.status = 'expired'
  }
  return seen === 'done' || wasRepeated
}

const itemsOf = (spec: Spec, runId: string): ReadonlySet<string> => new Set(spec.units.filter(unit => unit.runId === runId && unit.kind === 'standard').map(unit => unit.assignmentId))

/** What a run may get more of. */
export interface More { readonly runId: string; readonly budget?: number; readonly unitsPerAssignment?: number; readonly rows?: { readonly id: string; readonly count: number } }

/** An operator gives a run more: one of the three at a time. */
export function topUp(spec: Spec, more: Sent & More, seen: { readonly rowsAdded: number; readonly unitsAdded: number } | 'illegal_move' | 'invalid_input' | 'conflict'): boolean {
  const run = runOf(spec, more.runId)
  if (more.budget !== undefined) {
    if (more.budget < run.reserved + run.owed) return seen === 'invalid_input'
    run.budget = more.budget
    return isDeepStrictEqual(seen, { rowsAdded: 0, unitsAdded: 0 })
  }
  // Its id is the run's own.
  const act = `${run.id}/${more.rows?.id ?? ''}`
  const known = more.rows && spec.acts.get(act)
  if (known) return isDeepStrictEqual(known.request, more.rows) ? isDeepStrictEqual(seen, { rowsAdded: 0, unitsAdded: 0 }) : seen === 'conflict'
  if (more.unitsPerAssignment !== undefined && more.unitsPerAssignment < run.unitsPerAssignment) return seen === 'invalid_input'
  if (run.status === 'draining' || typeof seen === 'string') return run.status === 'draining' && seen === 'illegal_move'
  const items = itemsOf(spec, run.id)
  run.unitsPerAssignment = more.unitsPerAssignment ?? run.unitsPerAssignment
  const asked = more.rows ? newItems(spec, run, { items, count: more.rows.count }) : [...items].flatMap(item => {
    const units = ofAssignment(spec, item)
    const lacking = run.unitsPerAssignment - units.filter(unit => unit.replaces === null).length
    return freshRows(spec, run.id).filter(row => row.assignmentId === item && row.replaces === null).slice(0, Math.max(0, lacking))
  })
  if (asked === null) return false
  spec.units.push(...asked.map(freshUnit))
  if (asked.length > 0 && ENDED.has(run.status)) run.status = 'running'
  if (more.rows) spec.acts.set(act, { request: more.rows, reply: seen })
  const added = { rowsAdded: more.rows?.count ?? 0, unitsAdded: asked.length }
  return isDeepStrictEqual(seen, added) || (more.wasRepeated && seen.unitsAdded < added.unitsAdded)
}

const freshRows = (spec: Spec, runId: string): readonly SeenUnit[] => spec.rows.filter(row => row.runId === runId && row.kind === 'standard' && !unitOf(spec, row.id))

/** The units of the next items that were added to a run; null when there are fewer. */
function newItems(spec: Spec, run: SpecRun, { items, count }: { items: ReadonlySet<string>; count: number }): readonly SeenUnit[] | null {
  const rows = freshRows(spec, run.id).filter(row => !items.has(row.assignmentId))
  const added = [...new Set(rows.map(row => row.assignmentId))].slice(0, count).map(item => rows.filter(row => row.assignmentId === item).slice(0, run.unitsPerAssignment))
  return added.length === count && added.every(units => units.length === run.unitsPerAssignment) ? added.flat() : null
}

/** An operator changes how long leases are, from the next ones on. */
export function changeLeases(spec: Spec, { runId, leaseMs }: { runId: string; leaseMs: number }, seen: 'done' | 'illegal_move'): boolean {
  const run = runOf(spec, runId)
  if (ENDED.has(run.status)) return seen === 'illegal_move'
  run.leaseMs = leaseMs
  return seen === 'done'
}

/** An operator owes somebody money outside any unit. An id that was used gives the same reply, or is refused for another request. */
export function compensate(spec: Spec, request: { runId: string; compensationId: string; worker: string; minor: number }, seen: object | 'conflict' | 'budget_exhausted'): boolean {
  const known = spec.acts.get(request.compensationId)
  if (known) return isDeepStrictEqual(known.request, request) ? isDeepStrictEqual(known.reply, seen) : seen === 'conflict'
  const run = runOf(spec, request.runId)
  if (run.budget !== null && run.reserved + run.owed + request.minor > run.budget) return seen === 'budget_exhausted'
  run.owed += request.minor
  spec.acts.set(request.compensationId, { request, reply: seen })
  return typeof seen === 'object'
}
