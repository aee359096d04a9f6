import { isMephistoError } from '../../sdk/index.js'
import type { AcknowledgedAnswer, AcknowledgedDecision } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import type { Calls } from './promise-calls.js'

/** What players were told. */
export interface Heard {
  readonly answers: AcknowledgedAnswer[]
  readonly decisions: AcknowledgedDecision[]
  /** Errors that nobody should ever get, whatever happens to processes and connections. */
  readonly refused: string[]
}

/** Nothing heard yet. */
export function nothingHeard(): Heard {
  return { answers: [], decisions: [], refused: [] }
}

/** Who plays, and where. */
export interface PlayerOptions {
  /** Sets the player's own ids apart from those of others. */
  readonly name: string
  /** A server for the next call. */
  calls(): Calls
  /** Numbers in [0, 1): the same ones make the same player. */
  random(): number
  readonly workers: readonly string[]
  /** Ids of runs; the player adds those it launches. */
  readonly runs: string[]
  readonly heard: Heard
  /** Between one try and the next. @default nothing */
  readonly pause?: () => Promise<void>
}

interface Attempt { readonly agentId: string; readonly unitId: string; readonly token: string }

interface Work { readonly status: 'working' | 'refused'; readonly agentId: string; readonly unitId: string; readonly agentToken: string }

/** Errors that a client sends its message again for. */
const AGAIN = new Set(['unavailable', 'database_locked'])
/** Errors that say no: the run has moved on, or the id was used for something else. */
const NO = new Set(['illegal_move', 'conflict'])
/** Runs with units that are made for each worker, and end with who asks for them. */
const KNOWN = [0, 1].map(index => ({ input: { text: `known ${String(index)}` }, expected: { label: 'positive' } }))
const SPECIAL = {
  maxLiveUnits: 2, training: { qualification: 'trained', items: KNOWN.slice(1) }, screening: { passed: 'passed', failed: 'failed', items: KNOWN, mostUnits: 6 },
  gold: { qualification: 'gold', items: KNOWN, mostWrong: 1 }, budget: { minor: 90, currency: 'USD' },
}
/** Not less than what any run of a player is launched with: less than what is spent would be refused. */
const MORE_MONEY = { minor: 150, currency: 'USD' }
const MOST_RUNS = 4
const TRIES = 6

/** Somebody who does one thing after the other by chance: everything that workers, reviewers and operators can do. */
export function createPlayer({ name, calls, random, workers, runs, heard, pause }: PlayerOptions): { act(): Promise<void> } {
  const attempts: Attempt[] = []
  const sent: (() => Promise<void>)[] = []
  const credentials = new Map<string, string>()
  let count = 0
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const newId = (what: string): string => `${what}-${name}-${String(count += 1).padStart(6, '0')}`

  /** Asks until there is an answer; null when there is none, or it is no. */
  async function ask<T>(send: (server: Calls) => Promise<T>): Promise<T | null> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        return await send(calls())
      } catch (error) {
        const code = isMephistoError(error) ? error.code : 'internal'
        if (AGAIN.has(code)) {
          await pause?.()
          continue
        }
        if (!NO.has(code)) heard.refused.push(`${code}: ${error instanceof Error ? error.message : String(error)}`)
        return null
      }
    }
    return null
  }

  /** Sends a message and keeps it, so that it can come again at any later time. */
  async function send(message: () => Promise<void>): Promise<void> {
    sent.push(message)
    if (sent.length > 40) sent.shift()
    await message()
  }

  async function claim(): Promise<void> {
    const [run, worker] = [pick(runs), pick(workers)]
    if (run === undefined || worker === undefined) return
    const key = `${run}/${worker}`
    const credential = credentials.get(key) ?? (await ask(server => server.desk<{ credential: string }>('operator', 'runs.invite', { run, worker })))?.credential
    if (credential === undefined) return
    credentials.set(key, credential)
    const work = await ask(server => server.page<Work>('register', { provider: 'inhouse', credential }))
    if (work?.status !== 'working') return
    attempts.unshift({ agentId: work.agentId, unitId: work.unitId, token: work.agentToken })
    attempts.length = Math.min(attempts.length, 30)
  }

  async function submit(attempt: Attempt | undefined): Promise<void> {
    if (!attempt) return
    const submissionId = newId('s')
    const answer = { label: random() < 0.5 ? 'positive' : 'negative', comment: submissionId.slice(-9) }
    const message = async (): Promise<void> => {
      const reply = await ask(server => server.page<{ outcome: string }>('submit', { submissionId, answer }, attempt.token))
      if (reply) heard.answers.push({ agentId: attempt.agentId, submissionId, outcome: reply.outcome, answer, reply })
    }
    await send(random() < 0.15 ? async () => { await Promise.all([message(), message()]) } : message)
  }

  async function page(procedure: 'extend' | 'return', attempt: Attempt | undefined): Promise<void> {
    if (attempt) await send(async () => { await ask(server => server.page(procedure, {}, attempt.token)) })
  }

  async function review(procedure: 'decide' | 'undo', input: object): Promise<void> {
    const decisionId = newId('d')
    const reviewer = random() < 0.5 ? 'rita' : 'ravi'
    await send(async () => {
      const reply = await ask(server => server.desk<{ outcomes: unknown[] }>(reviewer, `review.${procedure}`, { ...input, decisionId }))
      if (reply) heard.decisions.push({ decisionId, outcomes: reply.outcomes })
    })
  }

  async function decide(verdict: 'approve' | 'soft_reject' | 'reject' | 'overturn'): Promise<void> {
    const run = pick(runs)
    const statuses = verdict === 'overturn' ? ['rejected'] : ['completed']
    const queue = await ask(server => server.desk<{ units: { unitId: string }[] }>('rita', 'review.queue', { run, statuses, limit: 20 }))
    const unitIds = (queue?.units ?? []).map(unit => unit.unitId).filter(() => random() < 0.3).slice(0, 3)
    // Now and then one that was never answered, or that somebody has decided.
    const other = random() < 0.2 ? pick(attempts)?.unitId : undefined
    const all = [...new Set([...unitIds, ...(other === undefined ? [] : [other])])]
    if (all.length > 0) await review('decide', { unitIds: all, verdict, ...besides(verdict) })
  }

  /** What goes with a verdict, now and then. */
  function besides(verdict: string): object {
    const isPaid = verdict !== 'reject'
    return {
      ...(isPaid && random() < 0.3 ? { bonus: { minor: 3, currency: 'USD' } } : {}), ...(verdict.endsWith('reject') && random() < 0.3 ? { requeue: true } : {}),
      ...(random() < 0.1 ? { note: 'They rush', block: { scope: 'run', forMs: 300 } } : {}), ...(random() < 0.1 ? { message: 'Thank you' } : {}),
    }
  }

  async function launch(): Promise<void> {
    if (runs.length >= MOST_RUNS) return
    const run = await ask(server => server.desk<{ id: string }>('operator', 'runs.launch', {
      blueprint: 'sentiment', ...sentimentRun(3), unitsPerAssignment: 2, pay: { minor: 7, currency: 'USD' }, budget: { minor: 30, currency: 'USD' }, leaseMs: 5000,
      ...(random() < 0.5 ? {} : SPECIAL),
    }))
    if (run) runs.push(run.id)
  }

  /** More of a run that the player launched. */
  async function topUp(run: string | undefined): Promise<void> {
    if (run === undefined) return
    const dice = random()
    const data = { topUpId: newId('topup'), data: [{ text: 'one more' }] }
    const more = dice < 0.4 ? data : dice < 0.7 ? { unitsPerAssignment: 3 } : { budget: MORE_MONEY }
    await send(async () => { await ask(server => server.desk('operator', 'runs.topUp', { run, ...more })) })
  }

  const moveRun = async (verb: 'pause' | 'resume' | 'expire' | 'drain', run: string | undefined): Promise<void> => {
    if (run !== undefined) await ask(server => server.desk('operator', `runs.${verb}`, { run }))
  }

  const actions: readonly (readonly [weight: number, act: () => Promise<void>])[] = [
    [35, claim], [22, () => submit(attempts[0])], [10, () => submit(pick(attempts))], [8, () => page('extend', pick(attempts.slice(0, 5)))], [5, () => page('return', pick(attempts))],
    [10, async () => pick(sent)?.()], [7, () => decide('approve')], [2, () => decide('soft_reject')], [5, () => decide('reject')], [3, () => decide('overturn')],
    [3, () => review('undo', { run: pick(runs) })], [1, () => moveRun('pause', pick(runs))], [4, () => moveRun('resume', pick(runs))],
    // The first run is the one that lasts.
    [3, async () => {
      const run = pick(runs)
      if (run !== undefined) await ask(server => server.desk('operator', 'runs.requeue', { run }))
    }],
    [0.3, () => moveRun('expire', pick(runs.slice(1)))], [0.3, () => moveRun('drain', pick(runs.slice(1)))], [1.5, () => topUp(pick(runs.slice(1)))], [1, launch],
    [0.5, async () => {
      const run = pick(runs.slice(1))
      if (run !== undefined) await ask(server => server.desk('operator', 'runs.extend', { run, leaseMs: 5_000 + Math.floor(random() * 3_000) }))
    }], [2, async () => { await ask(server => server.tick()) }],
  ]
  const total = actions.reduce((sum, [weight]) => sum + weight, 0)
  return {
    async act() {
      let dice = random() * total
      for (const [weight, act] of actions) {
        dice -= weight
        if (dice < 0) {
          await act()
          return
        }
      }
    },
  }
}
