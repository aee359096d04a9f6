import { MephistoError } from '../errors.js'

/** Statuses of a unit, one worker's share of an assignment. */
export const UNIT_STATUSES = ['created', 'launched', 'assigned', 'completed', 'accepted', 'soft_rejected', 'rejected', 'expired'] as const
/** See {@link UNIT_STATUSES}. */
export type UnitStatus = (typeof UNIT_STATUSES)[number]

/** Statuses of an agent, one worker's attempt at one unit. */
export const AGENT_STATUSES = [
  'accepted', 'onboarding', 'waiting', 'in_task', 'completed', 'approved', 'soft_rejected', 'rejected',
  'returned', 'disconnect', 'timeout', 'expired', 'partner_disconnect',
] as const
/** See {@link AGENT_STATUSES}. */
export type AgentStatus = (typeof AGENT_STATUSES)[number]

/** Statuses of a task run, one launch of a task. */
export const RUN_STATUSES = ['created', 'launching', 'running', 'paused', 'draining', 'completed', 'expired', 'failed'] as const
/** See {@link RUN_STATUSES}. */
export type RunStatus = (typeof RUN_STATUSES)[number]

/** Statuses of an assignment; never stored, always derived by {@link assignmentStatus}. */
export type AssignmentStatus = 'created' | 'launched' | 'assigned' | 'completed' | 'accepted' | 'soft_rejected' | 'rejected' | 'mixed' | 'expired'

interface Move<TStatus extends string> {
  readonly from: readonly TStatus[]
  readonly to: TStatus
}

/**
 * Every legal move of a unit, by verb. `overturn` accepts what was rejected: a verb of its own, so that an approval by
 * somebody who has not seen the rejection cannot do it by accident. `undo` takes a review decision back while its money has not been paid out;
 * work that must be done again gets a new unit, so no other move leads out of a decided status.
 */
export const UNIT_MOVES = {
  launch: { from: ['created'], to: 'launched' },
  assign: { from: ['launched'], to: 'assigned' },
  release: { from: ['assigned'], to: 'launched' },
  complete: { from: ['assigned'], to: 'completed' },
  expire: { from: ['created', 'launched', 'assigned'], to: 'expired' },
  approve: { from: ['completed'], to: 'accepted' },
  overturn: { from: ['rejected'], to: 'accepted' },
  soft_reject: { from: ['completed'], to: 'soft_rejected' },
  reject: { from: ['completed'], to: 'rejected' },
  undo: { from: ['accepted', 'soft_rejected', 'rejected'], to: 'completed' },
} as const satisfies Record<string, Move<UnitStatus>>
/** A verb that moves a unit. */
export type UnitVerb = keyof typeof UNIT_MOVES

/** Statuses of an agent whose attempt is under way. */
export const UNDER_WAY_STATUSES: readonly AgentStatus[] = ['accepted', 'onboarding', 'waiting', 'in_task']

/** Statuses of an agent whose attempt ended without an answer. */
export const LEFT_STATUSES: readonly AgentStatus[] = ['returned', 'disconnect', 'timeout', 'expired', 'partner_disconnect']

/** Every legal move of an agent, by verb. Attempts that ended without an answer never move again; `pass` and `fail` end an onboarding. */
export const AGENT_MOVES = {
  wait: { from: ['accepted', 'onboarding'], to: 'waiting' },
  begin: { from: ['accepted', 'waiting'], to: 'in_task' },
  complete: { from: ['in_task'], to: 'completed' },
  pass: { from: ['waiting'], to: 'approved' },
  fail: { from: ['waiting'], to: 'rejected' },
  return: { from: UNDER_WAY_STATUSES, to: 'returned' },
  disconnect: { from: UNDER_WAY_STATUSES, to: 'disconnect' },
  time_out: { from: UNDER_WAY_STATUSES, to: 'timeout' },
  expire: { from: UNDER_WAY_STATUSES, to: 'expired' },
  lose_partner: { from: UNDER_WAY_STATUSES, to: 'partner_disconnect' },
  approve: { from: ['completed'], to: 'approved' },
  overturn: { from: ['rejected'], to: 'approved' },
  soft_reject: { from: ['completed'], to: 'soft_rejected' },
  reject: { from: ['completed'], to: 'rejected' },
  undo: { from: ['approved', 'soft_rejected', 'rejected'], to: 'completed' },
} as const satisfies Record<string, Move<AgentStatus>>
/** A verb that moves an agent. */
export type AgentVerb = keyof typeof AGENT_MOVES

/** Every legal move of a task run, by verb. `reopen` goes on with a run that has ended, when there is new work in it. */
export const RUN_MOVES = {
  launch: { from: ['created'], to: 'launching' },
  run: { from: ['launching'], to: 'running' },
  fail: { from: ['created', 'launching'], to: 'failed' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  drain: { from: ['running', 'paused'], to: 'draining' },
  complete: { from: ['running', 'paused', 'draining'], to: 'completed' },
  expire: { from: ['launching', 'running', 'paused', 'draining'], to: 'expired' },
  reopen: { from: ['completed', 'expired'], to: 'running' },
} as const satisfies Record<string, Move<RunStatus>>
/** A verb that moves a task run. */
export type RunVerb = keyof typeof RUN_MOVES

function next<TStatus extends string>(what: string, moves: Readonly<Record<string, Move<TStatus>>>, step: { from: TStatus; verb: string }): TStatus {
  const move = moves[step.verb]
  if (move?.from.includes(step.from)) return move.to
  const legal = Object.keys(moves).filter(verb => moves[verb]?.from.includes(step.from))
  const choices = legal.length === 0 ? 'it can no longer move' : `from here it can: ${legal.join(', ')}`
  throw new MephistoError('illegal_move', `A ${what} that is ${step.from} cannot ${step.verb}; ${choices}.`)
}

/** The status that `verb` leads to. @throws MephistoError `illegal_move`, naming the legal verbs */
export function nextUnitStatus(from: UnitStatus, verb: UnitVerb): UnitStatus {
  return next<UnitStatus>('unit', UNIT_MOVES, { from, verb })
}

/** The status that `verb` leads to. @throws MephistoError `illegal_move`, naming the legal verbs */
export function nextAgentStatus(from: AgentStatus, verb: AgentVerb): AgentStatus {
  return next<AgentStatus>('agent', AGENT_MOVES, { from, verb })
}

/** The status that `verb` leads to. @throws MephistoError `illegal_move`, naming the legal verbs */
export function nextRunStatus(from: RunStatus, verb: RunVerb): RunStatus {
  return next<RunStatus>('task run', RUN_MOVES, { from, verb })
}

/** How an agent's end moves its unit: the one mapping between the two tables; null while the attempt goes on. */
export function unitVerbForAgent(status: AgentStatus): UnitVerb | null {
  switch (status) {
    case 'accepted': case 'onboarding': case 'waiting': case 'in_task': return null
    case 'returned': case 'disconnect': case 'timeout': case 'partner_disconnect': return 'release'
    case 'expired': return 'expire'
    case 'completed': return 'complete'
    case 'approved': return 'approve'
    case 'soft_rejected': return 'soft_reject'
    case 'rejected': return 'reject'
  }
}

/**
 * The status of an assignment from those of its units: the same for all → that; else the earliest step any unit is
 * still at (created, launched, assigned, completed); else, all of them final, `mixed`. No units → `created`.
 */
export function assignmentStatus(units: readonly UnitStatus[]): AssignmentStatus {
  const [first] = units
  if (first === undefined) return 'created'
  if (units.every(status => status === first)) return first
  const early = (['created', 'launched', 'assigned', 'completed'] as const).find(status => units.includes(status))
  return early ?? 'mixed'
}

/** Statuses in which a unit takes one of its assignment's places: it has, or may still get, an answer that is wanted. */
export const STANDING_STATUSES: readonly UnitStatus[] = ['created', 'launched', 'assigned', 'completed', 'accepted']

/** True for a unit in this status that takes one of its assignment's places; see {@link STANDING_STATUSES}. */
export function isStanding(status: UnitStatus): boolean {
  return STANDING_STATUSES.includes(status)
}

/** True while workers may be given units of a run in this status. */
export function isHandingOut(status: RunStatus): boolean {
  return status === 'running'
}

/** True for a run that has ended, and whose open units have expired with it. */
export function isOver({ status, unitsOpen }: { readonly status: RunStatus; readonly unitsOpen: number }): boolean {
  return isEnded(status) && unitsOpen === 0
}

/** True when no answer of a run in this status can count any more. */
export function isEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'expired' || status === 'failed'
}
