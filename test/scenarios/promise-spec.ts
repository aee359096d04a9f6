import { isDeepStrictEqual } from 'node:util'
import {
  attemptOf, completeIfDone, endAttempt, ENDED, freshUnit, isOver, openUnits, runOf, underWay, unitOf, type SeenWork, type Sent, type Spec, type SpecAttempt, type SpecOnboarding, type SpecRun,
} from './promise-spec-state.js'

// What may be answered to workers' messages and to upkeep, and what is so from then on. Where the code may choose (which unit,
// whether a lease that ran out was taken back already) the model follows what was seen.

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
  const step = run.isSchool ? lesson(spec, run, { worker, seen }) : 'standard'
  if (typeof step === 'boolean') return step
  const over = underWay(spec, runId).filter(attempt => isOver(spec, attempt))
  const free = run.budget === null ? Infinity : run.budget - run.owed - run.reserved + over.length * run.pay
  const made = spec.rows.find(row => row.id === seen.unitId && row.kind === step && !unitOf(spec, row.id))
  if (step !== 'standard' && made && free >= run.pay) spec.units.push(freshUnit(made))
  // Whoever gave a lesson back gets it again.
  const fits = openUnits(spec, runId).filter(unit => unit.kind === step && (unit.status === 'launched' || over.some(attempt => attempt.unitId === unit.id)) && (unit.kind !== 'standard' || !isClosed(spec, worker, unit.assignmentId)))
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
  // What is made for a worker is there for everybody who can be paid for it.
  return step === 'standard' && fits.length === 0 && seen.reason === (left.some(unit => unit.status === 'launched') ? 'none_left_for_you' : 'all_taken')
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
export function submit(spec: Spec, { agentId, submissionId, isRight }: { agentId: string; submissionId: string; isRight: boolean }, seen: { readonly outcome: string; readonly reason: string | null }): boolean {
  const attempt = attemptOf(spec, agentId)
  if (!attempt) return false
  if (attempt.replies.has(submissionId)) return isDeepStrictEqual(attempt.replies.get(submissionId), seen)
  attempt.replies.set(submissionId, seen)
  if (attempt.status !== 'in_task' || isOver(spec, attempt)) return seen.outcome === 'set_aside' && seen.reason === (LATE[attempt.status] ?? 'already_submitted')
  const [unit, run] = [unitOf(spec, attempt.unitId), runOf(spec, attempt.runId)]
  attempt.status = 'completed'
  if (unit) unit.status = 'completed'
  if (unit && unit.kind !== 'standard') {
    // It is decided at once, and paid either way.
    Object.assign(unit, { status: isRight ? 'accepted' : 'soft_rejected' })
    attempt.status = isRight ? 'approved' : 'soft_rejected'
    run.reserved -= run.pay
    run.owed += run.pay
  }
  completeIfDone(spec, run)
  return seen.outcome === 'completed'
}

/** What a run with lessons has next for a worker: a kind of unit; or whether what was seen instead is right. */
function lesson(spec: Spec, run: SpecRun, { worker, seen }: { worker: string; seen: SeenWork }): 'training' | 'gold' | 'standard' | boolean {
  const begun = spec.onboardings.find(one => one.worker === worker && one.runId === run.id)
  if (begun?.status === 'waiting' && seen.reason !== 'being_checked') settleOnboarding(begun)
  if (begun?.status === 'waiting') return true
  if (begun?.status === 'rejected') return seen.reason === 'onboarding_failed'
  const done = (kind: string): readonly SpecAttempt[] => spec.attempts.filter(one => one.worker === worker && one.runId === run.id && ['approved', 'soft_rejected'].includes(one.status) && unitOf(spec, one.unitId)?.kind === kind)
  if (done('gold').some(one => one.status === 'soft_rejected')) return seen.reason === 'gold_failed'
  if (begun?.status === 'approved') return done('training').length === 0 ? 'training' : done('gold').length === 0 ? 'gold' : 'standard'
  if (seen.status !== 'onboarding' || (begun && begun.agentId !== seen.agentId)) return false
  if (!begun) spec.onboardings.push({ agentId: seen.agentId, token: seen.agentToken, worker, runId: run.id, status: 'onboarding', passes: null, replies: new Map() })
  return true
}

/** What was handed in is judged, at some moment after it was. */
export function settleOnboarding(onboarding: SpecOnboarding): void {
  onboarding.status = onboarding.passes ? 'approved' : 'rejected'
}

/** An onboarding is handed in. */
export function handIn(spec: Spec, { agentId, submissionId, passes }: { agentId: string; submissionId: string; passes: boolean }, seen: { readonly outcome: string }): boolean {
  const onboarding = spec.onboardings.find(one => one.agentId === agentId)
  if (!onboarding) return false
  if (onboarding.replies.has(submissionId)) return isDeepStrictEqual(onboarding.replies.get(submissionId), seen)
  onboarding.replies.set(submissionId, seen)
  if (onboarding.status !== 'onboarding') return seen.outcome === 'set_aside'
  Object.assign(onboarding, { status: 'waiting', passes })
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

/** Upkeep takes back what ran out. */
export function tick(spec: Spec): boolean {
  for (const attempt of spec.attempts) if (attempt.status === 'in_task' && isOver(spec, attempt)) endAttempt(spec, attempt, 'timeout')
  return true
}
