import { isDeepStrictEqual } from 'node:util'

// What the SDK promises, as a small model: what may be answered to each message, and what is so from then on. Where the
// code may choose (which unit, whether a lease that ran out was taken back already) the model follows what was seen.

/** A unit of the model. */
export interface SpecUnit { readonly id: string; readonly runId: string; readonly assignmentId: string; readonly replaces: string | null; status: string; agentId: string | null }

/** An attempt of the model. */
export interface SpecAttempt {
  readonly agentId: string; readonly token: string; readonly worker: string; readonly unitId: string; readonly runId: string
  status: string; until: number
  readonly replies: Map<string, unknown>
}

/** A run of the model. */
export interface SpecRun { readonly id: string; readonly pay: number; readonly budget: number | null; readonly leaseMs: number; status: string; reserved: number; owed: number }

interface SpecDecision { readonly unitId: string; readonly reviewer: string; readonly batchId: string; readonly verdict: string; readonly at: number }

/** Everything that is so. */
export interface Spec {
  now: number
  readonly runs: SpecRun[]
  readonly units: SpecUnit[]
  readonly attempts: SpecAttempt[]
  readonly decisions: SpecDecision[]
  readonly batches: Map<string, { readonly request: unknown; readonly outcomes: readonly SeenOutcome[] }>
  /** The rows of units after what was sent, by their index: which ids new units have, and what each replaces, is the code's to choose. */
  rows: readonly SeenUnit[]
}

/** A unit as its row says. */
export interface SeenUnit { readonly id: string; readonly runId: string; readonly assignmentId: string; readonly replaces: string | null }

/** A reply to somebody who asks for work. */
export interface SeenWork { readonly status: string; readonly reason?: string; readonly agentId: string; readonly agentToken: string; readonly unitId: string; readonly resumed: boolean }
/** What became of one unit of a decision. */
export interface SeenOutcome { readonly unitId: string; readonly decided: boolean; readonly status: string }
/** How a message was sent. */
export interface Sent {
  /** Again, because no reply came to it: it may have been done before. */
  readonly wasRepeated: boolean
  /** Together with others: those of one worker may have been answered as one. */
  readonly isTogether: boolean
}

const ENDED = new Set(['completed', 'expired', 'failed'])
const isOver = (spec: Spec, attempt: SpecAttempt): boolean => attempt.until <= spec.now

function runOf(spec: Spec, id: string): SpecRun {
  const run = spec.runs.find(one => one.id === id)
  if (!run) throw new Error(`the model does not know run ${id}`)
  return run
}
const unitOf = (spec: Spec, id: string): SpecUnit | undefined => spec.units.find(unit => unit.id === id)
const attemptOf = (spec: Spec, agentId: string): SpecAttempt | undefined => spec.attempts.find(attempt => attempt.agentId === agentId)
const underWay = (spec: Spec, runId: string): SpecAttempt[] => spec.attempts.filter(attempt => attempt.runId === runId && attempt.status === 'in_task')
const openUnits = (spec: Spec, runId: string): SpecUnit[] => spec.units.filter(unit => unit.runId === runId && (unit.status === 'launched' || unit.status === 'assigned'))

/** An attempt ends without an answer. */
export function endAttempt(spec: Spec, attempt: SpecAttempt, status: 'timeout' | 'returned' | 'expired'): void {
  const [run, unit] = [runOf(spec, attempt.runId), unitOf(spec, attempt.unitId)]
  attempt.status = status
  run.reserved -= run.pay
  const isDraining = run.status === 'draining'
  if (unit) Object.assign(unit, status === 'expired' ? { status } : { status: isDraining ? 'expired' : 'launched', agentId: null })
  if (isDraining && openUnits(spec, run.id).length === 0) run.status = 'completed'
}

/** The worker is done with the item, or has it. */
function isClosed(spec: Spec, worker: string, assignmentId: string): boolean {
  return spec.attempts.some(attempt => attempt.worker === worker && unitOf(spec, attempt.unitId)?.assignmentId === assignmentId && (!['timeout', 'expired'].includes(attempt.status) || attempt.replies.size > 0))
}

/** Somebody asks for work. */
export function claim(spec: Spec, { runId, worker, wasRepeated, isTogether }: Sent & { runId: string; worker: string }, seen: SeenWork): boolean {
  const run = runOf(spec, runId)
  const own = underWay(spec, runId).find(attempt => attempt.worker === worker)
  const isDraining = run.status === 'draining'
  if (own && !isOver(spec, own) && !ENDED.has(run.status)) return seen.agentId === own.agentId && (seen.resumed || isTogether)
  if (own) endAttempt(spec, own, 'timeout')
  // Whose own unit was the last one that it waited for is told so, or that there is nothing more.
  if (isDraining) return seen.reason === 'run_draining' || (run.status === 'completed' && seen.reason === 'all_answered')
  const refusal = openUnits(spec, runId).length === 0 && run.status !== 'expired' ? 'all_answered' : ENDED.has(run.status) ? 'run_ended' : run.status === 'paused' ? 'run_paused' : null
  if (refusal) return seen.reason === refusal
  const over = underWay(spec, runId).filter(attempt => isOver(spec, attempt))
  const free = run.budget === null ? Infinity : run.budget - run.owed - run.reserved + over.length * run.pay
  const fits = openUnits(spec, runId).filter(unit => (unit.status === 'launched' || over.some(attempt => attempt.unitId === unit.id)) && !isClosed(spec, worker, unit.assignmentId))
  if (seen.status === 'working') {
    const unit = fits.find(one => one.id === seen.unitId)
    if (!unit || free < run.pay || (seen.resumed && !wasRepeated)) return false
    const before = over.find(attempt => attempt.unitId === unit.id)
    if (before) endAttempt(spec, before, 'timeout')
    Object.assign(unit, { status: 'assigned', agentId: seen.agentId })
    run.reserved += run.pay
    spec.attempts.push({ agentId: seen.agentId, token: seen.agentToken, worker, unitId: unit.id, runId, status: 'in_task', until: spec.now + run.leaseMs, replies: new Map() })
    return true
  }
  // Nobody is sent away before what ran out has been taken back.
  for (const attempt of over) endAttempt(spec, attempt, 'timeout')
  if (free < run.pay) return seen.reason === 'budget_exhausted'
  const left = openUnits(spec, runId)
  return fits.length === 0 && seen.reason === (left.some(unit => unit.status === 'launched') ? 'none_left_for_you' : 'all_taken')
}

/** A page asks for more time. */
export function extend(spec: Spec, { agentId }: { agentId: string }, seen: { readonly lease: object | null }): boolean {
  const attempt = attemptOf(spec, agentId)
  if (attempt?.status !== 'in_task' || isOver(spec, attempt)) return seen.lease === null
  attempt.until = spec.now + runOf(spec, attempt.runId).leaseMs
  return seen.lease !== null
}

const LATE: Readonly<Record<string, string>> = { returned: 'returned', timeout: 'lease_expired', expired: 'run_ended', in_task: 'lease_expired' }

/** An answer comes. */
export function submit(spec: Spec, { agentId, submissionId }: { agentId: string; submissionId: string }, seen: { readonly outcome: string; readonly reason: string | null }): boolean {
  const attempt = attemptOf(spec, agentId)
  if (!attempt) return false
  if (attempt.replies.has(submissionId)) return isDeepStrictEqual(attempt.replies.get(submissionId), seen)
  attempt.replies.set(submissionId, seen)
  if (attempt.status !== 'in_task' || isOver(spec, attempt)) return seen.outcome === 'set_aside' && seen.reason === (LATE[attempt.status] ?? 'already_submitted')
  attempt.status = 'completed'
  const [unit, run] = [unitOf(spec, attempt.unitId), runOf(spec, attempt.runId)]
  if (unit) unit.status = 'completed'
  if (openUnits(spec, run.id).length === 0) run.status = 'completed'
  return seen.outcome === 'completed'
}

/** A worker gives the unit back. */
export function giveBack(spec: Spec, { agentId, wasRepeated }: Sent & { agentId: string }, seen: { readonly returned: boolean }): boolean {
  const attempt = attemptOf(spec, agentId)
  if (attempt?.status !== 'in_task') return !seen.returned
  const mayBeTaken = isOver(spec, attempt)
  if (!seen.returned && !wasRepeated && !mayBeTaken) return false
  endAttempt(spec, attempt, seen.returned || wasRepeated ? 'returned' : 'timeout')
  return true
}

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
    const place = isFree && !STANDING.has(unit.status) && STANDING.has(move.to) ? placeFor(spec, unit) : 'free'
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

const STANDING = new Set(['launched', 'assigned', 'completed', 'accepted'])
const ofAssignment = (spec: Spec, assignmentId: string): SpecUnit[] => spec.units.filter(unit => unit.assignmentId === assignmentId)
const isStanding = (unit: SpecUnit): boolean => STANDING.has(unit.status)
const after = (spec: Spec, unit: SpecUnit): SpecUnit[] => [unit, ...ofAssignment(spec, unit.assignmentId).filter(other => other.replaces === unit.id).flatMap(other => after(spec, other))]

/** The units that have, or had, one place: those that were replaced, one after the other. */
function ofPlace(spec: Spec, unit: SpecUnit): SpecUnit[] {
  const replaced = ofAssignment(spec, unit.assignmentId).find(other => other.id === unit.replaces)
  return replaced ? ofPlace(spec, replaced) : after(spec, unit)
}

/** Whether what was rejected can come back where others may have been given its work. */
function placeFor(spec: Spec, unit: SpecUnit): 'free' | 'of a free unit' | 'of an attempt that is over' | 'none' {
  const others = ofPlace(spec, unit).filter(isStanding)
  if (others.length === 0) return 'free'
  if (others.some(other => other.status === 'launched')) return 'of a free unit'
  return others.some(other => overdue(spec, other)) ? 'of an attempt that is over' : 'none'
}

const overdue = (spec: Spec, unit: SpecUnit): SpecAttempt | undefined => spec.attempts.find(attempt => attempt.agentId === unit.agentId && attempt.status === 'in_task' && isOver(spec, attempt))

/** A free unit of the item goes for one that comes back: the one that is expired from then on. */
function withdraw(spec: Spec, unit: SpecUnit, run: SpecRun): boolean {
  const gone = ofPlace(spec, unit).find(other => other.status === 'launched' || overdue(spec, other))
  if (!gone) return false
  const over = overdue(spec, gone)
  if (over) endAttempt(spec, over, 'timeout')
  gone.status = 'expired'
  if (openUnits(spec, run.id).length === 0 && !ENDED.has(run.status)) run.status = 'completed'
  return true
}

/** An operator lets rejected and expired work be done again. Most times an item is given away again: as the code has it. */
export function requeue(spec: Spec, { runId, wasRepeated }: Sent & { runId: string }, seen: { readonly added: number } | 'illegal_move'): boolean {
  const run = runOf(spec, runId)
  if (run.status === 'draining' || seen === 'illegal_move') return run.status === 'draining' && seen === 'illegal_move'
  let added = 0
  for (const assignmentId of new Set(spec.units.filter(unit => unit.runId === runId).map(unit => unit.assignmentId))) {
    const units = ofAssignment(spec, assignmentId)
    // A place is open when nothing in it stands, or was paid for.
    const roots = units.filter(unit => unit.replaces === null)
    const open = roots.filter(root => ofPlace(spec, root).every(unit => unit.status === 'rejected' || unit.status === 'expired'))
    const count = Math.max(0, Math.min(open.length, 5 - (units.length - roots.length)))
    const fresh = spec.rows.filter(row => row.assignmentId === assignmentId && !units.some(unit => unit.id === row.id)).slice(0, count)
    if (fresh.length < count) return false
    spec.units.push(...fresh.map(({ id, replaces }): SpecUnit => ({ id, runId, assignmentId, replaces, status: 'launched', agentId: null })))
    added += count
  }
  if (added > 0 && ENDED.has(run.status)) run.status = 'running'
  return seen.added === added || (wasRepeated && seen.added < added)
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
    if (openUnits(spec, runId).length === 0) run.status = 'completed'
  }
  if (verb === 'expire') {
    for (const attempt of underWay(spec, runId)) endAttempt(spec, attempt, 'expired')
    for (const unit of openUnits(spec, runId)) unit.status = 'expired'
  }
  return seen === 'done' || wasRepeated
}

/** Upkeep takes back what ran out. */
export function tick(spec: Spec): boolean {
  for (const attempt of spec.attempts) if (attempt.status === 'in_task' && isOver(spec, attempt)) endAttempt(spec, attempt, 'timeout')
  return true
}
