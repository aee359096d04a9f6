import { isMephistoError } from '../../sdk/index.js'
import type { AcknowledgedAnswer } from '../../sdk/testing/index.js'
import type { Calls } from './promise-calls.js'
import * as desk from './promise-spec-desk.js'
import * as page from './promise-spec.js'
import type { SeenOutcome, SeenWork, Sent, Spec } from './promise-spec-state.js'

const WORKERS = ['ann', 'ben', 'cem', 'dee', 'eve']

/** A message, and what it means in the model: whether the reply to it is allowed. */
export interface Message {
  readonly name: string
  send(server: Calls): Promise<unknown>
  /** Errors that are replies. */
  readonly noes?: readonly string[]
  allows(model: Spec, seen: unknown, sent: Sent): boolean
}

/** Makes a message from what is so; null when there is nothing to send. */
export type Maker = (model: Spec, hearing: Hearing) => Message | null

/** What was heard, for the checker. */
export interface Hearing {
  readonly answers: AcknowledgedAnswer[]
  readonly decisions: { decisionId: string; outcomes: readonly unknown[] }[]
  /** Requests with ids of their callers so far, for the ids. */
  count: number
  /** Ids of workers who have been here, by their names. */
  readonly workerIds: ReadonlyMap<string, string>
}

const nth = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)]

/** Everything that can be sent. Numbers choose among what there is. */
export const makers = {
  claim: (run: number, worker: number): Maker => model => {
    const [runId, name] = [nth(model.runs, run)?.id, nth(WORKERS, worker)]
    return runId === undefined || name === undefined ? null : {
      name: `claim ${name}`,
      async send(server) {
        const { credential } = await server.desk<{ credential: string }>('operator', 'runs.invite', { run: runId, worker: name })
        return server.page('register', { provider: 'inhouse', credential })
      },
      allows: (now, seen, sent) => page.claim(now, { runId, worker: name, ...sent }, seen as SeenWork),
    }
  },
  page: (what: 'extend' | 'return', index: number): Maker => model => {
    const attempt = nth([...model.attempts].reverse(), index)
    return attempt ? {
      name: what, send: server => server.page(what, {}, attempt.token),
      allows: (now, seen, sent) => (what === 'extend' ? page.extend(now, attempt, seen as { lease: object | null }) : page.giveBack(now, { ...attempt, ...sent }, seen as { returned: boolean })),
    } : null
  },
  submit: (index: number, id: number): Maker => (model, hearing) => {
    const attempt = nth([...model.attempts].reverse(), index)
    const submissionId = `submission-${String(id)}`
    // One id, one answer: what a page sends again is the same.
    const answer = { label: id % 2 ? 'positive' : 'negative' }
    return attempt ? {
      name: `submit ${submissionId}`,
      async send(server) {
        const reply = await server.page<{ outcome: string }>('submit', { submissionId, answer }, attempt.token)
        hearing.answers.push({ agentId: attempt.agentId, submissionId, outcome: reply.outcome, answer, reply })
        return reply
      },
      allows: (now, seen) => page.submit(now, { agentId: attempt.agentId, submissionId, isRight: id % 2 === 1 }, seen as { outcome: string; reason: string | null }),
    } : null
  },
  review: (request: { reviewer: string; verdict: string; units: readonly number[]; run: number; repeats: number }): Maker => (model, hearing) => {
    const { reviewer, verdict } = request
    const [runId, again] = [nth(model.runs, request.run)?.id ?? '', nth([...model.batches.keys()], request.repeats)]
    // Mostly units with an answer.
    const wanted = request.units.flatMap(index => nth(model.units.filter(unit => unit.runId === runId && (index === 0 || !['launched', 'assigned', 'expired'].includes(unit.status))), index)?.id ?? [])
    const fresh = { reviewer, verdict, decisionId: `decision-${String(hearing.count += 1)}`, unitIds: verdict === 'undo' ? [] : [...new Set(wanted)], ...(verdict === 'undo' ? { runId } : {}) }
    // Now and then an id that was used: for the same request, or (a mistake) for another.
    const repeated = again === undefined ? undefined : request.repeats % 3 === 0 ? { ...fresh, decisionId: again } : model.batches.get(again)?.request as typeof fresh
    const asked = request.repeats % 4 === 1 && repeated ? repeated : fresh
    if (asked.verdict !== 'undo' && asked.unitIds.length === 0) return null
    return {
      name: `${asked.verdict} ${asked.decisionId}`, noes: ['conflict'],
      async send(server) {
        const { decisionId, unitIds } = asked
        const { outcomes } = await server.desk<{ outcomes: SeenOutcome[] }>(asked.reviewer, asked.verdict === 'undo' ? 'review.undo' : 'review.decide',
          asked.verdict === 'undo' ? { decisionId, run: 'runId' in asked ? asked.runId : runId } : { decisionId, unitIds, verdict: asked.verdict })
        hearing.decisions.push({ decisionId, outcomes })
        return outcomes
      },
      allows: (now, seen) => desk.decide(now, asked, seen as readonly SeenOutcome[] | 'conflict'),
    }
  },
  moveRun: (verb: string, run: number): Maker => model => {
    const runId = nth(model.runs, run)?.id
    return runId === undefined ? null : {
      name: verb, noes: ['illegal_move'],
      async send(server) {
        // A run that was expired by a message without a reply may still have open units: upkeep ends them.
        await server.desk('operator', `runs.${verb}`, { run: runId }).catch(async (error: unknown) => {
          if (verb === 'expire') await server.tick()
          throw error
        })
        return 'done'
      },
      allows: (now, seen, sent) => desk.moveRun(now, { runId, verb, ...sent }, seen as 'done' | 'illegal_move'),
    }
  },
  requeue: (run: number): Maker => model => {
    const runId = nth(model.runs, run)?.id
    return runId === undefined ? null : {
      name: 'requeue', noes: ['illegal_move'], send: server => server.desk('operator', 'runs.requeue', { run: runId }),
      allows: (now, seen, sent) => desk.requeue(now, { runId, ...sent }, seen as { added: number } | 'illegal_move'),
    }
  },
  handIn: (index: number, id: number): Maker => (model, hearing) => {
    const onboarding = nth([...model.onboardings].reverse(), index)
    const submissionId = `onboarding-${String(id)}`
    const answer = { reply: id % 5 ? 'yes' : 'no' }
    return onboarding ? {
      name: `hand in ${submissionId}`,
      async send(server) {
        const reply = await server.page<{ outcome: string }>('submit', { submissionId, answer }, onboarding.token)
        hearing.answers.push({ agentId: onboarding.agentId, submissionId, outcome: reply.outcome, answer, reply })
        return reply
      },
      allows: (now, seen) => page.handIn(now, { agentId: onboarding.agentId, submissionId, passes: answer.reply === 'yes' }, seen as { outcome: string }),
    } : null
  },
  topUp: (what: 'budget' | 'unitsPerAssignment' | 'rows', run: number, amount: number): Maker => model => {
    const runId = nth(model.runs, run)?.id
    if (runId === undefined) return null
    // Few ids, so that they come again: for the same, or (a mistake) for something else.
    const rows = { id: `topup-id-${String(amount % 5)}`, count: 1 + Number(amount > 8) }
    const more: desk.More = { runId, ...(what === 'rows' ? { rows } : { [what]: what === 'budget' ? 10 * amount : 1 + amount % 4 }) }
    const asked = what === 'rows' ? { topUpId: rows.id, data: Array.from({ length: rows.count }, () => ({ text: rows.id })) } : what === 'budget' ? { budget: { minor: more.budget, currency: 'USD' } } : { unitsPerAssignment: more.unitsPerAssignment }
    return {
      name: `top up ${JSON.stringify(more)}`, noes: ['illegal_move', 'invalid_input', 'conflict'],
      async send(server) {
        const { rowsAdded, unitsAdded } = await server.desk<{ rowsAdded: number; unitsAdded: number }>('operator', 'runs.topUp', { run: runId, ...asked })
        return { rowsAdded, unitsAdded }
      },
      allows: (now, seen, sent) => desk.topUp(now, { ...more, ...sent }, seen as Parameters<typeof desk.topUp>[2]),
    }
  },
  changeLeases: (run: number, leaseMs: number): Maker => model => {
    const runId = nth(model.runs, run)?.id
    return runId === undefined ? null : {
      name: `leases of ${String(leaseMs)} ms`, noes: ['illegal_move'],
      async send(server) {
        await server.desk('operator', 'runs.extend', { run: runId, leaseMs })
        return 'done'
      },
      allows: (now, seen) => desk.changeLeases(now, { runId, leaseMs }, seen as 'done' | 'illegal_move'),
    }
  },
  compensate: (run: number, worker: number, amount: number): Maker => (model, hearing) => {
    const [runId, workerId] = [nth(model.runs, run)?.id, hearing.workerIds.get(nth(WORKERS, worker) ?? '')]
    if (runId === undefined || workerId === undefined) return null
    const request = { runId, compensationId: `compensation-${String(amount % 6)}`, worker: workerId, minor: 1 + amount }
    return {
      name: request.compensationId, noes: ['conflict', 'budget_exhausted'],
      send: server => server.desk('operator', 'runs.compensate', { run: runId, compensationId: request.compensationId, worker: workerId, amount: { minor: request.minor, currency: 'USD' }, reason: 'it broke' }),
      allows: (now, seen) => desk.compensate(now, request, seen as object | 'conflict' | 'budget_exhausted'),
    }
  },
  tick: (): Maker => () => ({ name: 'tick', send: server => server.tick(), allows: now => page.tick(now) }),
}

/** Sends a message until there is a reply. */
export async function exchange(message: Message, server: Calls, isTogether: boolean): Promise<{ message: Message; seen: unknown; sent: Sent }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { message, seen: await message.send(server), sent: { wasRepeated: tries > 1, isTogether } }
    } catch (error) {
      const code = isMephistoError(error) ? error.code : ''
      if (message.noes?.includes(code)) return { message, seen: code, sent: { wasRepeated: tries > 1, isTogether } }
      if ((code !== 'unavailable' && code !== 'database_locked') || tries === 10) throw error
    }
  }
}

/** The items in every order. */
export function orders<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map(rest => [item, ...rest]))
}
