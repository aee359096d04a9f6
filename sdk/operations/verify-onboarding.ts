import type { AgentStatus } from '../data-model/lifecycle.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { OnboardingAttempt } from '../ports/onboarding-operations.js'
import type { EventRow } from '../ports/event-operations.js'
import { answerDigest } from './event-hash.js'
import { brokenChain } from './replay.js'

/** The first onboarding attempt of a run that is not what its events say, and how many there are. */
export interface OnboardingVerification {
  readonly agents: number
  readonly wrong: { readonly agentId: string; readonly what: string } | null
}

const MOVES: Readonly<Record<string, { readonly from: AgentStatus; readonly to: AgentStatus }>> = {
  wait: { from: 'onboarding', to: 'waiting' }, pass: { from: 'waiting', to: 'approved' }, fail: { from: 'waiting', to: 'rejected' },
}

/** Compares onboarding attempts with the log, a page at a time, in the transaction that holds the run. */
export async function verifyOnboardings(tx: DbOperations, runId: string): Promise<OnboardingVerification> {
  let agents = 0
  for (let after: string | null | undefined; after !== null;) {
    const page = await tx.agents.find({ filter: { runId, isOnboarding: true }, limit: 500, ...(after === undefined ? {} : { after }) })
    const attempts = await tx.onboardings.byAgent(page.rows.map(row => row.id))
    const events = await tx.events.ofStreams(attempts.map(attempt => attempt.agentId))
    for (const attempt of attempts) {
      const what = differenceOf(attempt, events.filter(event => event.streamId === attempt.agentId))
      if (what !== null) return { agents, wrong: { agentId: attempt.agentId, what } }
    }
    agents += attempts.length
    after = page.nextCursor
  }
  return { agents, wrong: null }
}

function differenceOf({ head, status: stored, answer }: OnboardingAttempt, events: readonly EventRow[]): string | null {
  const broken = brokenChain(events, head)
  if (broken !== null) return broken
  const [first, ...rest] = events
  if (first?.type !== 'onboard') return 'its first event is not the beginning of an onboarding'
  let status: AgentStatus = 'onboarding'
  for (const event of rest) {
    if (event.type === 'set_aside') continue
    const move = MOVES[event.type]
    if (move?.from !== status) return `event ${String(event.number)}: ${event.type} is no move from ${status}`
    status = move.to
    const { digest } = JSON.parse(event.body) as { readonly digest?: string }
    if (event.type === 'wait' && (answer === null || digest !== answerDigest(answer))) return 'what was handed in is not what is stored'
  }
  return status === stored ? null : `status is ${stored}, and the log says ${status}`
}
