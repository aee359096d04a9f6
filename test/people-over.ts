import { silentLogger } from '../sdk/ports/system-runtime.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { Acknowledged } from '../sdk/testing/index.js'
import { localCalls, type Work } from './scenarios/promise-calls.js'
import { sentimentRun } from './sentiment.js'

/** People over a database: what they are told is kept for the checker. */
export function peopleOver(db: MephistoDb) {
  const calls = localCalls(db, { logger: silentLogger })
  const answers: NonNullable<Acknowledged['answers']>[number][] = []
  const launch = async (items: number, text = 'text') => (await calls.desk<{ id: string }>('operator', 'runs.launch', {
    blueprint: 'sentiment', ...sentimentRun(0), data: Array.from({ length: items }, () => ({ text })), pay: { minor: 5, currency: 'USD' },
  })).id
  const claim = async (run: string, worker: string) => {
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker })
    return calls.page<Work>('register', { provider: 'inhouse', credential })
  }
  const submit = async ({ agentId, agentToken }: Work, submissionId: string) => {
    const answer = { label: 'positive' }
    const reply = await calls.page<{ outcome: string }>('submit', { submissionId, answer }, agentToken)
    answers.push({ agentId, submissionId, outcome: reply.outcome, answer, reply })
    return reply.outcome
  }
  return { launch, claim, submit, acknowledged: { answers } }
}
