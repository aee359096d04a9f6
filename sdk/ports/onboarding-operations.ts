import type { AgentStatus } from '../data-model/lifecycle.js'
import type { StreamHead } from './event-operations.js'

/** A worker's attempt at the onboarding of a run: an agent without a unit. */
export interface OnboardingAttempt {
  readonly agentId: string
  readonly runId: string
  readonly blueprintType: string
  readonly workerId: string
  /** The worker's name at the provider. */
  readonly workerName: string
  readonly status: AgentStatus
  readonly head: StreamHead
  /** What was handed in, JSON text; null before. */
  readonly answer: string | null
}

/** Onboarding attempts. They are made and moved with `units.writeAgents`, while the run is held. */
export interface OnboardingOperations {
  /** The attempts under way (`onboarding` or `waiting`) of these workers in the run. */
  underWay(runId: string, workerIds: readonly string[]): Promise<readonly OnboardingAttempt[]>
  /** These attempts, whatever became of them. */
  byAgent(agentIds: readonly string[]): Promise<readonly OnboardingAttempt[]>
  /** Attempts that wait for their validation, in runs of these blueprints that have not ended, of workers who were not erased. */
  waiting(blueprintTypes: readonly string[], limit: number): Promise<readonly OnboardingAttempt[]>
}
