import { isMephistoError } from '../../sdk/index.js'
import type { AcknowledgedAnswer, AcknowledgedDecision } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import type { Calls, Work } from './promise-calls.js'

/** A server whose clock moves by order. */
export interface StoryServer extends Calls { advance(ms: number): Promise<void> }

/** Everything that was heard in a story, in its order, and what can be sent again. */
export interface Story {
  readonly runId: string
  readonly answers: readonly AcknowledgedAnswer[]
  readonly decisions: readonly AcknowledgedDecision[]
  /** Sends each message with an id once more; returns the replies in the same order as `heard`. */
  again(): Promise<unknown[]>
  /** The first replies to them. */
  readonly heard: readonly unknown[]
}

const LEASE_MS = 5_000
/** Longer than a launch may be silent. */
const LONG_MS = 600_001

/**
 * A short story with everything in it: launch, claim, extend, submit, late submit, return, decide, undo, requeue, expire. Whoever
 * is not answered sends the same again, to the server that `server` names then; that is all they know of a crash.
 */
export async function tellStory(server: () => StoryServer): Promise<Story> {
  const answers: AcknowledgedAnswer[] = []
  const decisions: AcknowledgedDecision[] = []
  const messages: (() => Promise<unknown>)[] = []
  const heard: unknown[] = []

  const untilAnswered = async <T>(send: (server: StoryServer) => Promise<T>, again = send): Promise<T> => {
    try {
      return await send(server())
    } catch (error) {
      if (!isMephistoError(error) || error.code !== 'unavailable') throw error
      return again(server())
    }
  }
  const withId = async <T>(message: () => Promise<T>): Promise<T> => {
    messages.push(message)
    const reply = await message()
    heard.push(reply)
    return reply
  }
  const claim = async (worker: string): Promise<Work> => {
    const { credential } = await untilAnswered(calls => calls.desk<{ credential: string }>('operator', 'runs.invite', { run: runId, worker }))
    return untilAnswered(calls => calls.page<Work>('register', { provider: 'inhouse', credential }))
  }
  const submit = ({ agentId, agentToken }: Work, submissionId: string): Promise<unknown> => withId(async () => {
    const answer = { label: 'positive', comment: submissionId }
    const reply = await untilAnswered(calls => calls.page<{ outcome: string }>('submit', { submissionId, answer }, agentToken))
    answers.push({ agentId, submissionId, outcome: reply.outcome, answer, reply })
    return reply
  })
  const review = (procedure: 'decide' | 'undo', decisionId: string, input: object): Promise<unknown> => withId(async () => {
    const reply = await untilAnswered(calls => calls.desk<{ outcomes: unknown[] }>('rita', `review.${procedure}`, { ...input, decisionId }))
    decisions.push({ decisionId, outcomes: reply.outcomes })
    return reply
  })

  const launch = (calls: StoryServer) => calls.desk<{ id: string }>('operator', 'runs.launch', {
    blueprint: 'sentiment', ...sentimentRun(3), unitsPerAssignment: 2, leaseMs: LEASE_MS, pay: { minor: 10, currency: 'USD' }, budget: { minor: 50, currency: 'USD' },
  })
  // An operator who is not answered looks whether the run is there, and launches again when it is not.
  const { id: runId } = await untilAnswered(launch, async calls => {
    const [run] = (await calls.desk<{ runs: { id: string; status: string }[] }>('operator', 'runs.list', {})).runs
    if (run?.status === 'running') return run
    await calls.advance(LONG_MS)
    await calls.tick()
    return launch(calls)
  })
  const ann = await claim('ann')
  await untilAnswered(calls => calls.page('extend', {}, ann.agentToken))
  await submit(ann, 'answer-of-ann')
  await submit(ann, 'second-of-ann')
  const ben = await claim('ben')
  const cem = await claim('cem')
  await untilAnswered(calls => calls.page('return', {}, cem.agentToken))
  await untilAnswered(calls => calls.advance(LEASE_MS + 1))
  await submit(ben, 'answer-of-ben')
  const dee = await claim('dee')
  await submit(dee, 'answer-of-dee')
  await untilAnswered(calls => calls.tick())
  await review('decide', 'decision-1', { unitIds: [ann.unitId, dee.unitId], verdict: 'approve' })
  await review('undo', 'decision-2', { run: runId })
  await review('decide', 'decision-3', { unitIds: [ann.unitId], verdict: 'approve' })
  await review('decide', 'decision-4', { unitIds: [dee.unitId], verdict: 'reject' })
  const requeue = () => untilAnswered(calls => calls.desk('operator', 'runs.requeue', { run: runId }))
  await requeue()
  await review('decide', 'decision-5', { unitIds: [dee.unitId], verdict: 'overturn' })
  await review('undo', 'decision-6', { run: runId })
  await review('decide', 'decision-7', { unitIds: [dee.unitId], verdict: 'reject' })
  await requeue()
  await claim('eve')
  await untilAnswered(calls => calls.desk('operator', 'runs.expire', { run: runId }), async calls => {
    // Expired already, or not: either way upkeep ends what is open.
    await calls.desk('operator', 'runs.expire', { run: runId }).catch(() => undefined)
    await calls.tick()
  })
  return {
    runId, answers, decisions, heard,
    again: async () => {
      const replies: unknown[] = []
      for (const message of messages) replies.push(await message())
      return replies
    },
  }
}
