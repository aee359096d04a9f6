import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, verifyRun } from '../../sdk/index.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { checkPromises, createTestMephisto, pageCalls, seededRandom, type TestMephisto } from '../../sdk/testing/index.js'

// 200 people of different skill, pace and patience in one run with everything on: onboarding, training, screening, gold
// units, limits. Two servers on one database, of which one goes away in the middle and comes back.

const count = defineBlueprint({
  type: 'count', input: z.object({ letters: z.string() }), output: z.object({ length: z.int() }),
  onboarding: { input: z.object({ rule: z.string() }), output: z.object({ understood: z.boolean() }) },
})

const SEED = 7
const PEOPLE = 200
const ITEMS = 150
const UNITS = 3
const LEASE_MS = 60_000

interface Person {
  readonly name: string
  /** Chance of a right answer. */
  readonly skill: number
  /** Chance to give an item back, or to walk away from it. */
  readonly patience: number
  readonly servers: { credential?: string }
}

const random = seededRandom(SEED)
const letters = (length: number): { letters: string } => ({ letters: 'x'.repeat(length) })
const known = (from: number, items: number) => Array.from({ length: items }, (_, index) => ({ input: letters(from + index), expected: { length: from + index } }))

const implementation = implement(count, { validateOnboarding: ({ understood }) => understood })
let first: TestMephisto
let second: TestMephisto
beforeEach(async () => {
  first = await createTestMephisto({ blueprints: [implementation], seed: SEED })
  second = await first.another()
})
afterEach(async () => {
  await second.close()
  await first.close()
})

async function act(server: TestMephisto, run: TaskRun, person: Person): Promise<string> {
  const call = pageCalls(server)
  person.servers.credential ??= (await server.invite({ run: run.id, worker: person.name })).credential
  const reply = await call<RegisterReply>('register', { provider: 'inhouse', credential: person.servers.credential })
  if (reply.status === 'refused') return reply.reason
  if (reply.status === 'onboarding') {
    await call('submit', { submissionId: crypto.randomUUID(), answer: { understood: random() < 0.2 + person.skill } }, reply.agentToken)
    return 'onboarding'
  }
  const dice = random()
  if (dice > person.patience) {
    if (dice < (1 + person.patience) / 2) await call('return', {}, reply.agentToken)
    return 'dropped'
  }
  const { length } = (reply.input as { letters: string }).letters
  await call('submit', { submissionId: crypto.randomUUID(), answer: { length: random() < person.skill ? length : length + 1 } }, reply.agentToken)
  return 'answered'
}

describe('200 people with everything on', () => {
  test('answer every unit once, are paid once, and those who cannot do it do little', async () => {
    const run = await first.operator.launch(count, {
      task: 'count', requester: 'lab', provider: 'inhouse', data: Array.from({ length: ITEMS }, (_, index) => letters(1000 + index)), unitsPerAssignment: UNITS,
      leaseMs: LEASE_MS, pay: { minor: 2, currency: 'USD' }, maxLiveUnits: 60, unitsPerWorker: 40, order: 'random', seed: SEED,
      onboarding: { qualification: 'count-onboarding', input: { rule: 'Count the letters.' } },
      training: { qualification: 'count-trained', items: known(10, 2) },
      screening: { passed: 'count-passed', failed: 'count-failed', items: known(30, 5), mostUnits: 150 },
      gold: { qualification: 'count-gold', items: known(50, 20), minimumRight: 1, mostWrong: 1 },
    })
    const people = Array.from({ length: PEOPLE }, (_, index): Person => ({ name: `person ${String(index)}`, skill: index % 4 === 0 ? 0.3 : 0.97, patience: 0.85 + random() * 0.14, servers: {} }))
    const told = new Map<string, number>()
    let isSecondUp = true
    for (let round = 0; round < 200 && (await first.operator.progress(run.id)).run.status === 'running'; round += 1) {
      if (round === 6) {
        await second.close()
        isSecondUp = false
      }
      if (round === 12) {
        second = await first.another()
        isSecondUp = true
      }
      const here = people.filter(() => random() < 0.25)
      const outcomes = await Promise.all(here.map((person, index) => act(isSecondUp && index % 2 ? second : first, run, person)))
      for (const outcome of outcomes) told.set(outcome, (told.get(outcome) ?? 0) + 1)
      await first.advance(LEASE_MS / 4)
    }
    const progress = await first.operator.progress(run.id)
    expect(progress.run.status, JSON.stringify(Object.fromEntries(told))).toBe('completed')
    expect(progress.units).toMatchObject({ created: 0, launched: 0, assigned: 0, completed: ITEMS * UNITS })
    for (const reason of ['onboarding_failed', 'screening_failed', 'all_taken']) expect(progress.refusals.map(refusal => refusal.reason)).toContain(reason)
    expect((await verifyRun(first.db, run.id)).difference).toBeNull()
    const { client, close } = await openEmbeddedClient({ file: first.file })
    expect(await checkPromises(sql => client.$queryRawUnsafe(sql), { dialect: 'sqlite', settledAt: first.runtime.now() })).toEqual([])
    // Ordinary answers of those who guess, by the raw rows: nearly all of them were kept out before.
    const rows = await client.$queryRawUnsafe<{ name: string; answer: string; input: string }[]>(`SELECT w.external_id AS name, b.answer, s.input FROM mephisto_submission b JOIN mephisto_unit u ON u.id = b.unit_id
      JOIN mephisto_assignment s ON s.id = u.assignment_id JOIN mephisto_worker w ON w.id = b.worker_id WHERE b.outcome = 'completed' AND u.kind = 'standard'`)
    const wrong = rows.filter(row => (JSON.parse(row.answer) as { length: number }).length !== (JSON.parse(row.input) as { letters: string }).letters.length)
    expect(rows).toHaveLength(ITEMS * UNITS)
    expect(wrong.length / rows.length).toBeLessThan(0.1)
    const [most] = await client.$queryRawUnsafe<{ units: number | bigint }[]>(`SELECT max(units_completed) AS units FROM mephisto_run_worker WHERE run_id = '${run.id}'`)
    expect(Number(most?.units)).toBeLessThanOrEqual(40)
    await close()
  })
})
