import { isMephistoError } from '../../sdk/index.js'
import type { AcknowledgedAnswer, AcknowledgedDecision } from '../../sdk/testing/index.js'
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

/** Tells what happens to one run. Whoever is not answered sends the same again, to the server that is there then; that is all they know of a crash. */
export interface Teller {
  launch(input: object): Promise<void>
  /** Moves the run, such as `pause`. */
  move(verb: 'pause' | 'resume' | 'drain' | 'expire'): Promise<void>
  /** Asks of the operator side what may be asked twice, such as `runs.requeue` of the run. */
  ask<T>(procedure: string, input?: object): Promise<T>
  /** Somebody comes for work. */
  claim(worker: string): Promise<Work>
  page(procedure: 'extend' | 'return', work: Work): Promise<void>
  submit(work: Work, submissionId: string, answer?: object): Promise<void>
  review(procedure: 'decide' | 'undo', decisionId: string, input: object): Promise<void>
  /** A request of an operator that has an id, about the run. */
  request(procedure: string, input: object): Promise<void>
  advance(ms: number): Promise<void>
  tick(): Promise<void>
  told(): Story
}

/** Longer than a launch may be silent. */
const LONG_MS = 600_001
/** What is so after a move, where its reply was lost. */
const MOVED: Readonly<Record<string, string>> = { pause: 'paused', resume: 'running', expire: 'expired' }

/** A teller of a story that happens on `server`. */
export function createTeller(server: () => StoryServer): Teller {
  const answers: AcknowledgedAnswer[] = []
  const decisions: AcknowledgedDecision[] = []
  const messages: (() => Promise<unknown>)[] = []
  const heard: unknown[] = []
  let runId = ''

  const untilAnswered = async <T>(send: (server: StoryServer) => Promise<T>, again = send): Promise<T> => {
    try {
      return await send(server())
    } catch (error) {
      if (!isMephistoError(error) || error.code !== 'unavailable') throw error
      return again(server())
    }
  }
  const withId = async (message: () => Promise<unknown>): Promise<void> => {
    messages.push(message)
    heard.push(await message())
  }
  const ask = <T>(procedure: string, input = {}): Promise<T> => untilAnswered(calls => calls.desk<T>('operator', procedure, { ...(procedure.startsWith('runs.') ? { run: runId } : {}), ...input }))

  return {
    ask,
    async launch(input) {
      const launch = (calls: StoryServer) => calls.desk<{ id: string }>('operator', 'runs.launch', input)
      // An operator who is not answered looks whether the run is there, and launches again when it is not.
      const run = await untilAnswered(launch, async calls => {
        const [run] = (await calls.desk<{ runs: { id: string; status: string }[] }>('operator', 'runs.list', {})).runs
        if (run?.status === 'running') return run
        await calls.advance(LONG_MS)
        await calls.tick()
        return launch(calls)
      })
      runId = run.id
    },
    async move(verb) {
      const move = (calls: StoryServer) => calls.desk('operator', `runs.${verb}`, { run: runId })
      await untilAnswered(move, async calls => {
        // Moved already, or not: upkeep does what is left of it.
        const { run } = await calls.desk<{ run: { status: string } }>('operator', 'runs.progress', { run: runId })
        if (run.status !== MOVED[verb]) await move(calls)
        await calls.tick()
      })
    },
    async claim(worker) {
      const { credential } = await ask<{ credential: string }>('runs.invite', { worker })
      return untilAnswered(calls => calls.page<Work>('register', { provider: 'inhouse', credential }))
    },
    page: async (procedure, { agentToken }) => { await untilAnswered(calls => calls.page(procedure, {}, agentToken)) },
    submit: ({ agentId, agentToken }, submissionId, answer = { label: 'positive', comment: submissionId }) => withId(async () => {
      const reply = await untilAnswered(calls => calls.page<{ outcome: string }>('submit', { submissionId, answer }, agentToken))
      answers.push({ agentId, submissionId, outcome: reply.outcome, answer, reply })
      return reply
    }),
    review: (procedure, decisionId, input) => withId(async () => {
      const reply = await untilAnswered(calls => calls.desk<{ outcomes: unknown[] }>('rita', `review.${procedure}`, { ...input, decisionId }))
      decisions.push({ decisionId, outcomes: reply.outcomes })
      return reply
    }),
    request: (procedure, input) => withId(() => ask(procedure, input)),
    advance: ms => untilAnswered(calls => calls.advance(ms)),
    tick: async () => { await untilAnswered(calls => calls.tick()) },
    told: () => ({
      runId, answers, decisions, heard,
      async again() {
        const replies: unknown[] = []
        for (const message of messages) replies.push(await message())
        return replies
      },
    }),
  }
}
