import { silentLogger } from '../sdk/ports/system-runtime.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { AcknowledgedAnswer } from '../sdk/testing/index.js'
import { localCalls, type Calls, type Work } from './scenarios/promise-calls.js'
import { sentimentRun } from './sentiment.js'

/** People at an instance: what they are told of their answers is added to `answers`, for the checker. */
export function peopleAtCalls(calls: Calls, answers: AcknowledgedAnswer[]) {
  const invite = async (run: string, worker: string) => (await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker })).credential
  return {
    invite,
    claim: async (run: string, worker: string) => calls.page<Work>('register', { provider: 'inhouse', credential: await invite(run, worker) }),
    async submit({ agentId, agentToken }: Work, submissionId: string) {
      const answer = { label: 'positive' }
      const reply = await calls.page<{ outcome: string }>('submit', { submissionId, answer }, agentToken)
      answers.push({ agentId, submissionId, outcome: reply.outcome, answer, reply })
      return reply
    },
  }
}

/** People over a database, and whoever launches for them. */
export function peopleOver(db: MephistoDb) {
  const calls = localCalls(db, { logger: silentLogger })
  const answers: AcknowledgedAnswer[] = []
  const { claim, submit } = peopleAtCalls(calls, answers)
  const launch = async (items: number, text = 'text') => (await calls.desk<{ id: string }>('operator', 'runs.launch', {
    blueprint: 'sentiment', ...sentimentRun(0), data: Array.from({ length: items }, () => ({ text })), pay: { minor: 5, currency: 'USD' },
  })).id
  return { launch, claim, submit: async (work: Work, submissionId: string) => (await submit(work, submissionId)).outcome, acknowledged: { answers } }
}
