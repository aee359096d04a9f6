import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import type { Calls, Work } from './promise-calls.js'
import type { Servers } from './promise-fork.js'
import { check, makeTarget, onTarget, tableOf, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// The edge of a budget, with two hundred people at two processes. That the cap is kept at every commit, the checker reads
// from the log; that the money is used up to the last unit it pays for, people are told.

const PEOPLE = 200
const PAY = 7
const AFFORDABLE = 60
const ROUNDS = 4

let servers: Servers
serversForAllTests(given => { servers = given })

describe.each(await targetKinds())('the edge of a budget on %s', kind => {
  test('is never passed by 200 people at once, and reached', async () => {
    const target = await makeTarget(kind)
    const pair = await Promise.all([servers.start({ target }), servers.start({ target })])
    const random = seededRandom(200)
    const serverOf = (person: number): Calls => pair[person % 2] ?? pair[0]
    const { id: run } = await pair[0].desk<{ id: string }>('operator', 'runs.launch', {
      blueprint: 'sentiment', ...sentimentRun(300), pay: { minor: PAY, currency: 'USD' }, budget: { minor: AFFORDABLE * PAY + PAY - 1, currency: 'USD' },
    })
    const credentials = await Promise.all(Array.from({ length: PEOPLE }, async (_, person) =>
      (await serverOf(person).desk<{ credential: string }>('operator', 'runs.invite', { run, worker: `worker ${String(person)}` })).credential))
    const askAll = () => Promise.all(credentials.map((credential, person) => serverOf(person).page<Work>('register', { provider: 'inhouse', credential })))

    for (let round = 1; round <= ROUNDS; round += 1) {
      const replies = await askAll()
      const working = replies.flatMap((work, person) => (work.status === 'working' ? [{ ...work, person }] : []))
      const reasons = new Set(replies.flatMap(work => work.reason ?? []))
      expect([...reasons]).toEqual(['budget_exhausted'])
      const [row] = await onTarget(target, query => query(`SELECT reserved_minor + owed_minor AS used FROM ${tableOf(target, 'task_run')}`))
      expect(Number(row?.['used'])).toBe(AFFORDABLE * PAY)
      // Money comes free and is spent meanwhile: some give back, some are rejected, some earn, and everybody asks again at once.
      const free = async ({ person, unitId, agentToken }: (typeof working)[number]): Promise<void> => {
        const dice = random()
        if (dice < 0.3) await serverOf(person).page('return', {}, agentToken)
        if (dice < 0.3 || dice > 0.6) return
        await serverOf(person).page('submit', { submissionId: crypto.randomUUID(), answer: { label: 'positive' } }, agentToken)
        await serverOf(person + 1).desk('rita', 'review.decide', { decisionId: crypto.randomUUID(), unitIds: [unitId], verdict: dice < 0.5 ? 'reject' : 'approve' })
      }
      if (round < ROUNDS) await Promise.all([...working.map(free), askAll()])
    }
    for (const server of pair) server.kill()
    expect(await check(target, { isClockSteady: true })).toEqual([])
    await target.drop()
  })
})
