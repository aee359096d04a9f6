// What is so, as the model of the promises has it; what may be answered to messages is in the files beside.

/** A unit of the model. */
export interface SpecUnit { readonly id: string; readonly runId: string; readonly assignmentId: string; readonly kind: string; readonly replaces: string | null; status: string; agentId: string | null }

/** An attempt of the model. */
export interface SpecAttempt {
  readonly agentId: string; readonly token: string; readonly worker: string; readonly unitId: string; readonly runId: string
  status: string; until: number
  readonly replies: Map<string, unknown>
}

/** A run of the model. */
export interface SpecRun {
  readonly id: string; readonly pay: number
  /** Its workers are onboarded, then trained and tested with gold units. */
  readonly isSchool: boolean
  budget: number | null; leaseMs: number; unitsPerAssignment: number; status: string; reserved: number; owed: number
}

/** An attempt at the onboarding of a run. */
export interface SpecOnboarding {
  readonly agentId: string; readonly token: string; readonly worker: string; readonly runId: string
  status: string
  /** Whether what was handed in passes; null before that. */
  passes: boolean | null
  readonly replies: Map<string, unknown>
}

/** A decision of the model. */
export interface SpecDecision { readonly unitId: string; readonly reviewer: string; readonly batchId: string; readonly verdict: string; readonly at: number }

/** Everything that is so. */
export interface Spec {
  now: number
  readonly runs: SpecRun[]
  readonly units: SpecUnit[]
  readonly attempts: SpecAttempt[]
  readonly onboardings: SpecOnboarding[]
  readonly decisions: SpecDecision[]
  readonly batches: Map<string, { readonly request: unknown; readonly outcomes: readonly SeenOutcome[] }>
  /** Requests by ids of their callers: more data, and payments outside units. */
  readonly acts: Map<string, { readonly request: unknown; readonly reply: unknown }>
  /** The rows of units after what was sent, by their items' positions and their index: which ids new units have, and what each replaces, is the code's to choose. */
  rows: readonly SeenUnit[]
}

/** A unit as its row says. */
export type SeenUnit = Omit<SpecUnit, 'status' | 'agentId'>

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

/** A run in one of these has ended. */
export const ENDED = new Set(['completed', 'expired', 'failed'])
/** The lease ran out. */
export const isOver = (spec: Spec, attempt: SpecAttempt): boolean => attempt.until <= spec.now

/** The run with this id. */
export function runOf(spec: Spec, id: string): SpecRun {
  const run = spec.runs.find(one => one.id === id)
  if (!run) throw new Error(`the model does not know run ${id}`)
  return run
}
/** The unit with this id. */
export const unitOf = (spec: Spec, id: string): SpecUnit | undefined => spec.units.find(unit => unit.id === id)
/** The attempt with this id. */
export const attemptOf = (spec: Spec, agentId: string): SpecAttempt | undefined => spec.attempts.find(attempt => attempt.agentId === agentId)
/** Attempts of a run that are under way. */
export const underWay = (spec: Spec, runId: string): SpecAttempt[] => spec.attempts.filter(attempt => attempt.runId === runId && attempt.status === 'in_task')
/** Units of a run that are free or taken. */
export const openUnits = (spec: Spec, runId: string): SpecUnit[] => spec.units.filter(unit => unit.runId === runId && (unit.status === 'launched' || unit.status === 'assigned'))

/** An attempt ends without an answer. */
export function endAttempt(spec: Spec, attempt: SpecAttempt, status: 'timeout' | 'returned' | 'expired'): void {
  const [run, unit] = [runOf(spec, attempt.runId), unitOf(spec, attempt.unitId)]
  attempt.status = status
  run.reserved -= run.pay
  // Nobody else is to have what was made for one worker, nor anything of a run that drains.
  const isGone = run.status === 'draining' || unit?.kind !== 'standard'
  if (unit) Object.assign(unit, status === 'expired' ? { status } : { status: isGone ? 'expired' : 'launched', agentId: null })
  completeIfDone(spec, run)
}

/** A run without an open unit is completed. */
export function completeIfDone(spec: Spec, run: SpecRun): void {
  if (openUnits(spec, run.id).length === 0 && !ENDED.has(run.status)) run.status = 'completed'
}

/** The row of a new unit of the model. */
export const freshUnit = (row: SeenUnit): SpecUnit => ({ ...row, status: 'launched', agentId: null })
