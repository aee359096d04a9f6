import { describe, expect, test } from 'vitest'
import { isMephistoError } from '../../sdk/index.js'
import { seededRandom } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import { combined, operations, type Break } from './promise-break.js'
import { localCalls, type Calls, type Work } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import { openTarget, type Target } from './promise-open.js'
import { check, makeTarget, onTarget, tableOf, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// The edge of a project's budget, with many people in several runs at two processes: each run's row is held by itself, and what
// holds them together is the project.

const PEOPLE = 200
const PAY = 7
const AFFORDABLE = 60
const ROUNDS = 3

let servers: Servers
serversForAllTests(given => { servers = given })

const requestId = (): string => crypto.randomUUID()
const launch = async (calls: Calls, task: string, place: object = { project: 'study' }): Promise<string> =>
  (await calls.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(150), task, pay: { minor: PAY, currency: 'USD' }, ...place })).id
const setBudget = (calls: Calls, minor: number | null): Promise<unknown> =>
  calls.desk('olga', 'projects.setBudget', { requestId: requestId(), project: 'study', budget: minor === null ? null : { minor, currency: 'USD' } })
const invite = (calls: Calls, run: string, people: number): Promise<string[]> => Promise.all(Array.from({ length: people }, async (_, person) =>
  (await calls.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `worker ${String(person)} of ${run}` })).credential))
const register = (calls: Calls, credential: string) => calls.page<Work>('register', { provider: 'inhouse', credential })
/** What all runs have spent and reserved. */
async function used(target: Target): Promise<number> {
  const [row] = await onTarget(target, query => query(`SELECT sum(reserved_minor + owed_minor + paid_minor) AS used FROM ${tableOf(target, 'task_run')}`))
  return Number(row?.['used'])
}
/** Refusals for want of money are no failure. */
const orRefused = (error: unknown): void => {
  if (!isMephistoError(error) || error.code !== 'budget_exhausted') throw error
}

describe.each(await targetKinds())('the edge of a project\'s budget on %s', kind => {
  test('is never passed by 200 people in two runs at once, and reached', { timeout: 240_000 }, async () => {
    const target = await makeTarget(kind)
    const pair = await Promise.all([servers.start({ target }), servers.start({ target })])
    const random = seededRandom(200)
    const serverOf = (person: number): Calls => pair[person % 2] ?? pair[0]
    await pair[0].desk('olga', 'projects.create', { requestId: requestId(), name: 'study' })
    await setBudget(pair[0], AFFORDABLE * PAY + PAY - 1)
    const runs = [await launch(pair[0], 'one'), await launch(pair[1], 'two')]
    const credentials = (await Promise.all(runs.map(run => invite(pair[0], run, PEOPLE / 2)))).flat()
    const askAll = () => Promise.all(credentials.map((credential, person) => register(serverOf(person), credential)))

    for (let round = 1; round <= ROUNDS; round += 1) {
      const replies = await askAll()
      const working = replies.flatMap((work, person) => (work.status === 'working' ? [{ ...work, person }] : []))
      expect([...new Set(replies.flatMap(work => work.reason ?? []))]).toEqual(['project_budget_exhausted'])
      expect(await used(target)).toBe(AFFORDABLE * PAY)
      const free = async ({ person, unitId, agentToken }: (typeof working)[number]): Promise<void> => {
        const dice = random()
        if (dice < 0.3) await serverOf(person).page('return', {}, agentToken)
        if (dice < 0.3 || dice > 0.6) return
        await serverOf(person).page('submit', { submissionId: requestId(), answer: { label: 'positive' } }, agentToken)
        await serverOf(person + 1).desk('rita', 'review.decide', { decisionId: requestId(), unitIds: [unitId], verdict: dice < 0.5 ? 'reject' : 'approve' })
      }
      if (round < ROUNDS) await Promise.all([...working.map(free), askAll()])
    }
    for (const server of pair) server.kill()
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await target.drop()
  })

  test('is kept while the budget is set, changed and taken away, and tasks come and go', { timeout: 240_000 }, async () => {
    const target = await makeTarget(kind)
    const pair = await Promise.all([servers.start({ target }), servers.start({ target })])
    await pair[0].desk('olga', 'projects.create', { requestId: requestId(), name: 'study' })
    for (let round = 0; round < 4; round += 1) {
      await setBudget(pair[0], null)
      const before = await used(target)
      const runs = [await launch(pair[0], `inside ${String(round)}`), await launch(pair[1], `comes in ${String(round)}`, {})]
      const credentials = (await Promise.all(runs.map(run => invite(pair[0], run, 12)))).flat()
      const acts = [
        setBudget(pair[0], before + 9 * PAY).catch(orRefused),
        pair[1].desk('olga', 'projects.move', { requestId: requestId(), task: `comes in ${String(round)}`, project: 'study' }).catch(orRefused),
        setBudget(pair[1], before + 14 * PAY).catch(orRefused),
        ...credentials.map((credential, person) => register(pair[person % 2] ?? pair[0], credential)),
      ]
      await Promise.all(acts.sort(() => Math.random() - 0.5))
      expect(await check(target)).toEqual([])
    }
    for (const server of pair) server.kill()
    await target.drop()
  })
})

/** Knows what a project has left, and does not hold it. */
const unheldProject = (): Break => operations((original, uses) => ({
  ...original, budgets: { ...original.budgets, lock: async ids => {
    uses()
    return (await Promise.all(ids.map(id => original.budgets.of(id)))).filter(budget => budget !== null)
  } },
}))

describe.each((await targetKinds()).filter(kind => kind !== 'sqlite'))('a variant that does not hold the project, on %s,', kind => {
  test('is caught', { timeout: 120_000 }, async () => {
    const target = await makeTarget(kind)
    const breaks = [unheldProject(), unheldProject()]
    const dbs = await Promise.all(breaks.map(async one => combined([one]).db(await openTarget(target, { around: combined([one]).client }))))
    const [a, b] = dbs.map(db => localCalls(db))
    if (!a || !b) throw new Error('two instances were opened')
    await a.desk('olga', 'projects.create', { requestId: requestId(), name: 'study' })
    let isCaught = false
    for (let round = 1; round <= 30 && !isCaught; round += 1) {
      await setBudget(a, null)
      const runs = [await launch(a, `one ${String(round)}`), await launch(b, `two ${String(round)}`)]
      const links = await Promise.all(runs.map(run => invite(a, run, 1)))
      await setBudget(a, await used(target) + PAY)
      await Promise.all([a, b].map((calls, which) => register(calls, links[which]?.[0] ?? '')))
      isCaught = (await check(target)).some(({ promise, what }) => promise === 'P7' && what.startsWith('runs of a project'))
    }
    for (const one of breaks) expect(one.uses()).toBeGreaterThan(0)
    expect(isCaught).toBe(true)
    await Promise.all(dbs.map(db => db.close()))
    await target.drop()
  })
})
