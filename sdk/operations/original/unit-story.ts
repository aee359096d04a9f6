import type { AgentStatus, AgentVerb, UnitStatus } from '../../data-model/lifecycle.js'
import { textIn } from './original-values.js'
import type { OriginalRow } from '../../ports/original-source.js'

/** How an attempt of the original went, told in our verbs. */
export interface AttemptStory {
  readonly agent: OriginalRow
  readonly status: AgentStatus
  /** After `begin`. `set_aside` keeps its answer without counting it. */
  readonly verbs: readonly (AgentVerb | 'set_aside')[]
}

/** What became of a unit of the original. Its attempts are in the order of their leases. */
export interface UnitStory {
  readonly status: UnitStatus
  readonly attempts: readonly AttemptStory[]
  /** Whether it waited or was worked on: its run has ended now. */
  readonly wasOpen: boolean
}

const ANSWERED: Readonly<Record<string, { readonly unit: UnitStatus; readonly agent: AgentStatus; readonly verbs: readonly AgentVerb[] }>> = {
  completed: { unit: 'completed', agent: 'completed', verbs: ['complete'] },
  accepted: { unit: 'accepted', agent: 'approved', verbs: ['complete', 'approve'] },
  soft_rejected: { unit: 'soft_rejected', agent: 'soft_rejected', verbs: ['complete', 'soft_reject'] },
  rejected: { unit: 'rejected', agent: 'rejected', verbs: ['complete', 'reject'] },
}

/** How an attempt ended that has no answer which counts; what is not here ran out of time. */
const ENDED: Readonly<Record<string, { readonly agent: AgentStatus; readonly verb: AgentVerb }>> = {
  'returned': { agent: 'returned', verb: 'return' },
  'disconnect': { agent: 'disconnect', verb: 'disconnect' },
  'partner disconnect': { agent: 'partner_disconnect', verb: 'lose_partner' },
}

/** Attempts of the original that left an answer, whatever became of it. */
const WITH_ANSWER = new Set(['completed', 'approved', 'soft_rejected', 'rejected'])

/** Tells a unit by the lifecycle of ours. Pure. A unit without an answer has expired: its run has ended. */
export function storyOf(unit: OriginalRow, agents: readonly OriginalRow[]): UnitStory {
  const answered = ANSWERED[textIn(unit, 'status')]
  const current = agents.find(agent => textIn(agent, 'agent_id') === textIn(unit, 'agent_id'))
  const others = agents.filter(agent => agent !== current).map(ended)
  if (answered && current) return { status: answered.unit, attempts: [...others, { agent: current, status: answered.agent, verbs: answered.verbs }], wasOpen: false }
  return { status: 'expired', attempts: [...others, ...(current ? [ended(current)] : [])], wasOpen: textIn(unit, 'status') !== 'expired' }
}

function ended(agent: OriginalRow): AttemptStory {
  const status = textIn(agent, 'status')
  const { agent: became, verb } = ENDED[status] ?? { agent: 'timeout', verb: 'time_out' }
  return { agent, status: became, verbs: WITH_ANSWER.has(status) ? ['set_aside', verb] : [verb] }
}
