import type { AgentStatus } from '../data-model/lifecycle.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { OnboardingAttempt } from '../ports/onboarding-operations.js'
import type { EventRow } from '../ports/event-operations.js'
import { brokenChain, byStream, type ReplayedRun } from './replay.js'
import { differenceOfText } from './verify-text.js'

/** A page of the onboarding attempts of a run, and the first of them that is not what its events say. */
export interface OnboardingPage {
  readonly agents: number
  readonly wrong: { readonly agentId: string; readonly what: string } | null
  /** Continues with the next page; null after the last one. */
  readonly nextCursor: string | null
}

const PAGE = 500

const MOVES: Readonly<Record<string, { readonly from: readonly AgentStatus[]; readonly to: AgentStatus }>> = {
  wait: { from: ['onboarding'], to: 'waiting' }, pass: { from: ['waiting'], to: 'approved' }, fail: { from: ['waiting'], to: 'rejected' },
  expire: { from: ['onboarding', 'waiting'], to: 'expired' },
  return: { from: ['onboarding', 'waiting'], to: 'returned' },
}

/** Compares a page of onboarding attempts with the log, in a transaction that holds the run. */
export async function verifyOnboardings(tx: DbOperations, { run: { id: runId }, state: ofRun }: { readonly run: { readonly id: string }; readonly state: Pick<ReplayedRun, 'erased'> }, after?: string): Promise<OnboardingPage> {
  const { rows, nextCursor } = await tx.agents.find({ filter: { runId, isOnboarding: true }, limit: PAGE, ...(after === undefined ? {} : { after }) })
  const attempts = await tx.onboardings.byAgent(rows.map(row => row.id))
  const events = byStream(await tx.events.ofStreams(attempts.map(attempt => attempt.agentId)))
  for (const [index, attempt] of attempts.entries()) {
    const what = differenceOf(attempt, events.get(attempt.agentId) ?? [], ofRun)
    if (what !== null) return { agents: index, wrong: { agentId: attempt.agentId, what }, nextCursor }
  }
  return { agents: attempts.length, wrong: null, nextCursor }
}

function differenceOf({ agentId, head, status: stored, answer }: OnboardingAttempt, events: readonly EventRow[], ofRun: Pick<ReplayedRun, 'erased'>): string | null {
  const broken = brokenChain(events, head)
  if (broken !== null) return broken
  const [first, ...rest] = events
  if (first?.type !== 'onboard') return 'its first event is not the beginning of an onboarding'
  let status: AgentStatus = 'onboarding'
  for (const event of rest) {
    if (event.type === 'set_aside') continue
    const move = MOVES[event.type]
    if (!move?.from.includes(status)) return `event ${String(event.number)}: ${event.type} is no move from ${status}`
    status = move.to
    const { digest = '' } = JSON.parse(event.body) as { readonly digest?: string }
    const isOther = answer === null || differenceOfText({ agentId, answer }, { digest, feed: event.feed }, ofRun) !== null
    if (event.type === 'wait' && isOther) return 'what was handed in is not what is stored'
  }
  return status === stored ? null : `status is ${stored}, and the log says ${status}`
}
