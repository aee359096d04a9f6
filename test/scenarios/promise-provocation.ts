import { isMephistoError } from '../../sdk/index.js'
import type { FaultPlan } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import type { Calls, Work } from './promise-calls.js'
import { nothingHeard, type Heard } from './promise-player.js'

const LEASE_MS = 5_000
const USD = (minor: number) => ({ minor, currency: 'USD' })

/** What writes without a transaction, or confirms without a commit, loses something by this. The code under test does neither. */
export function provokingFaults(): FaultPlan {
  const struck = new Map<string, number>()
  let answers = 0
  return ({ kind, sql, isInTransaction }) => {
    const [, table = ''] = /(?:INSERT INTO|UPDATE) \S*(submission|ledger_entry|event|agent|decision|unit|audit)\b/.exec(sql) ?? []
    if (table === 'submission') answers += 1
    if (kind === 'commit' && answers === 2) {
      answers += 1
      return 'conflict'
    }
    if (isInTransaction || table === '') return null
    const times = (struck.get(table) ?? 0) + 1
    struck.set(table, times)
    return times <= 2 ? 'lost_before' : null
  }
}

/**
 * A schedule on two instances that gives each kind of bug its chance: late answers of somebody who lost the unit, people at
 * the edge of the budget, two reviewers at one unit, messages that come again.
 */
export async function provoke([a, b]: readonly [Calls, Calls], advance: (ms: number) => void): Promise<{ heard: Heard; runs: readonly string[] }> {
  const heard = nothingHeard()
  const runs: string[] = []

  async function ask<T>(send: () => Promise<T>): Promise<T | null> {
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      try {
        return await send()
      } catch (error) {
        const code = isMephistoError(error) ? error.code : 'internal'
        if (code === 'unavailable' || code === 'database_locked') continue
        heard.refused.push(`${code}: ${error instanceof Error ? error.message : String(error)}`)
        return null
      }
    }
    return null
  }
  const launch = async (items: number, unitsPerAssignment: number, money: object): Promise<string> => {
    const run = await ask(() => a.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(items), unitsPerAssignment, leaseMs: LEASE_MS, ...money }))
    runs.push(run?.id ?? '')
    return run?.id ?? ''
  }
  const claim = async (calls: Calls, run: string, worker: string): Promise<Work | null> => {
    const link = await ask(() => calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker }))
    const work = await ask(() => calls.page<Work>('register', { provider: 'inhouse', credential: link?.credential }))
    return work?.status === 'working' ? work : null
  }
  const submit = async (calls: Calls, work: Work | null, submissionId: string): Promise<void> => {
    if (!work) return
    const answer = { label: 'positive', comment: submissionId }
    const reply = await ask(() => calls.page<{ outcome: string }>('submit', { submissionId, answer }, work.agentToken))
    if (reply) heard.answers.push({ agentId: work.agentId, submissionId, outcome: reply.outcome, answer, reply })
  }
  const page = (calls: Calls, procedure: 'extend' | 'return', work: Work | null) => ask(() => calls.page(procedure, {}, work?.agentToken))
  const review = async (calls: Calls, person: string, [procedure, decisionId, input]: readonly ['decide' | 'undo', string, object]): Promise<void> => {
    const reply = await ask(() => calls.desk<{ outcomes: unknown[] }>(person, `review.${procedure}`, { decisionId, ...input }))
    if (reply) heard.decisions.push({ decisionId, outcomes: reply.outcomes })
  }

  // Two people, one after the other, and upkeep in between.
  const wide = await launch(3, 1, { pay: USD(10), budget: USD(30) })
  const ann = await claim(a, wide, 'ann')
  await ask(() => b.tick())
  await page(b, 'extend', ann)
  const ben = await claim(a, wide, 'ben')
  await submit(a, ann, 'answer-of-ann')
  await submit(b, ann, 'answer-of-ann')
  await submit(a, ben, 'answer-of-ben')
  await page(a, 'return', await claim(b, wide, 'cem'))
  // Two reviewers at one unit, and a decision that comes again.
  if (ann) {
    await review(a, 'rita', ['decide', 'decision-1', { unitIds: [ann.unitId], verdict: 'approve' }])
    await review(a, 'ravi', ['decide', 'decision-2', { unitIds: [ann.unitId], verdict: 'reject' }])
    await review(b, 'rita', ['decide', 'decision-1', { unitIds: [ann.unitId], verdict: 'approve' }])
  }
  // One item for two: whoever has answered it gets nothing more.
  const narrow = await launch(1, 2, {})
  await submit(a, await claim(a, narrow, 'ann'), 'answer-1-of-ann')
  await claim(a, narrow, 'ann')
  // One unit: ben has it after ann lost it, and ann sends everything all the same.
  const single = await launch(1, 1, {})
  const lost = await claim(a, single, 'ann')
  advance(LEASE_MS + 1)
  await claim(b, single, 'ben')
  await page(a, 'extend', lost)
  await submit(a, lost, 'answer-2-of-ann')
  const other = await launch(1, 1, {})
  const lostToo = await claim(a, other, 'ann')
  advance(LEASE_MS + 1)
  await claim(b, other, 'ben')
  await page(a, 'return', lostToo)
  // A lease that is over, and that nobody has taken back yet.
  for (const what of ['extend', 'submit'] as const) {
    const late = await claim(a, await launch(1, 1, { pay: USD(5) }), 'dee')
    advance(LEASE_MS + 1)
    await (what === 'extend' ? page(a, 'extend', late) : submit(a, late, 'answer-of-dee'))
  }
  // Rejected work that somebody else is at, and then has answered.
  const again = await launch(2, 1, { pay: USD(5) })
  for (const isAnswered of [false, true]) {
    const first = await claim(a, again, 'ann')
    await submit(a, first, `first-answer-${String(isAnswered)}`)
    const unitIds = [first?.unitId ?? '']
    await review(a, 'rita', ['decide', `reject-${String(isAnswered)}`, { unitIds, verdict: 'reject' }])
    await ask(() => b.desk('operator', 'runs.requeue', { run: again }))
    const second = await claim(b, again, 'ben')
    if (isAnswered) await submit(b, second, 'second-answer')
    await review(a, 'rita', ['decide', `overturn-${String(isAnswered)}`, { unitIds, verdict: 'overturn' }])
    await submit(b, second, `answer-of-ben-${String(isAnswered)}`)
  }
  // Requests of an operator that come twice at the same time, and again.
  const { workers } = await a.desk<{ workers: { id: string; externalId: string }[] }>('operator', 'people.workers', {})
  const operator = async (...[procedure, input]: readonly [string, object]): Promise<void> => {
    const send = (calls: Calls) => ask(() => calls.desk('operator', `runs.${procedure}`, { run: wide, ...input }))
    await Promise.all([a, b].map(send))
    await send(b)
  }
  await operator('topUp', { budget: USD(100) })
  await operator('topUp', { topUpId: 'more-for-all', data: [{ text: 'one more' }] })
  await operator('compensate', { compensationId: 'for-the-trouble', worker: workers.find(worker => worker.externalId === 'ann')?.id, amount: USD(3), reason: 'it broke' })
  // Everybody at once, each at both: claims, answers and decisions.
  const busy = await launch(8, 1, { pay: USD(10), budget: USD(45) })
  const crowd = await Promise.all(['ann', 'ben', 'cem', 'dee', 'eve', 'fay'].map((worker, index) => claim(index % 2 ? a : b, busy, worker)))
  await Promise.all(crowd.flatMap((work, index) => [a, b].map(calls => submit(calls, work, `answer-in-crowd-${String(index)}`))))
  const answered = crowd.flatMap(work => work?.unitId ?? [])
  await Promise.all(answered.flatMap((unitId, index) => [a, b].map((calls, which) => review(calls, which ? 'rita' : 'ravi', ['decide', `crowd-${String(which)}-${String(index)}`, { unitIds: [unitId], verdict: which ? 'approve' : 'reject' }]))))
  await Promise.all([a, b].map(calls => review(calls, 'rita', ['undo', 'undo-in-crowd', { run: busy }])))
  // More people than the money pays for.
  const poor = await launch(6, 1, { pay: USD(10), budget: USD(29) })
  await Promise.all(['ann', 'ben', 'cem', 'dee', 'eve'].map((worker, index) => claim(index % 2 ? a : b, poor, worker)))
  advance(LEASE_MS + 1)
  await ask(() => a.tick())
  await ask(() => b.tick())
  return { heard, runs }
}
