import { completeIfDone, endAttempt, isOver, type Spec, type SpecAttempt, type SpecRun, type SpecUnit } from './promise-spec-state.js'

// The places of an item in the model: so many as units were wanted, each with the units that were made for it one after the other.

const STANDING = new Set(['launched', 'assigned', 'completed', 'accepted'])
/** The units of an item. */
export const ofAssignment = (spec: Spec, assignmentId: string): SpecUnit[] => spec.units.filter(unit => unit.assignmentId === assignmentId)
/** It takes a place of its item. */
export const isStanding = (unit: SpecUnit): boolean => STANDING.has(unit.status)
const after = (spec: Spec, unit: SpecUnit): SpecUnit[] => [unit, ...ofAssignment(spec, unit.assignmentId).filter(other => other.replaces === unit.id).flatMap(other => after(spec, other))]

/** The units that have, or had, one place: those that were replaced, one after the other. */
export function ofPlace(spec: Spec, unit: SpecUnit): SpecUnit[] {
  const replaced = ofAssignment(spec, unit.assignmentId).find(other => other.id === unit.replaces)
  return replaced ? ofPlace(spec, replaced) : after(spec, unit)
}

/** Whether what was rejected can come back where others may have been given its work. */
export function placeFor(spec: Spec, unit: SpecUnit): 'free' | 'of a free unit' | 'of an attempt that is over' | 'none' {
  const others = ofPlace(spec, unit).filter(isStanding)
  if (others.length === 0) return 'free'
  if (others.some(other => other.status === 'launched')) return 'of a free unit'
  return others.some(other => overdue(spec, other)) ? 'of an attempt that is over' : 'none'
}

const overdue = (spec: Spec, unit: SpecUnit): SpecAttempt | undefined => spec.attempts.find(attempt => attempt.agentId === unit.agentId && attempt.status === 'in_task' && isOver(spec, attempt))

/** A free unit of the item goes for one that comes back: the one that is expired from then on. */
export function withdraw(spec: Spec, unit: SpecUnit, run: SpecRun): boolean {
  const gone = ofPlace(spec, unit).find(other => other.status === 'launched' || overdue(spec, other))
  if (!gone) return false
  const over = overdue(spec, gone)
  if (over) endAttempt(spec, over, 'timeout')
  gone.status = 'expired'
  completeIfDone(spec, run)
  return true
}
