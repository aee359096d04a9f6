import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, verifyRun, type CallRow, type OutboxHandler, type Principal } from '../../sdk/index.js'
import type { WebhookMessage } from '../../sdk/protocol/webhook-events.js'
import { checkPromises, createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment } from '../sentiment.js'
import { createCrowd, type Crowd } from './day-crowd.js'

// A day and a quarter of a crowd, from noon to the next evening, in seconds: the clock moves by a minute at a time, and a cron
// does the upkeep of each. People come by the hour, pause, leave, and are back in the morning; leases run out at night; the day's
// earnings are used up and come free again; grants end; answers of an older run are erased when their day is over; a receiver of
// webhooks is away all night; a bank fails for hours; at noon a server dies with a call and a launch in its hands.

const [MINUTE, HOUR] = [60_000, 3_600_000]
const NOON = 12 * HOUR
const LEASE_MS = 15 * MINUTE
const [ITEMS, UNITS, PEOPLE] = [170, 2, 50]
const UNITS_A_DAY = 6
const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }

const open: TestMephisto[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

interface Day {
  readonly mephisto: TestMephisto
  readonly crowd: Crowd
  readonly run: TaskRun
  readonly yesterday: TaskRun
  /** What the receiver took, and how often it was away. */
  readonly hooks: { readonly taken: readonly WebhookMessage[]; readonly missed: number }
  /** Tries of the bank's calls, by their key. */
  readonly tries: ReadonlyMap<string, number>
  /** When the older run's answers were erased, epoch ms. */
  readonly erasedAt: number | null
  readonly failedLaunches: number
  readonly expiredAtNight: number
  readonly dayBegan: number
}

/** Lives a day, and returns what is left of it. */
async function live(seed: number): Promise<Day> {
  const taken: WebhookMessage[] = []
  const tries = new Map<string, number>()
  let missed = 0
  let isDying = false
  let comesBack = (): void => undefined
  let hangs = (): void => undefined
  const hour = (): number => new Date(mephisto.runtime.now()).getUTCHours()
  const bank = (isOfTheDying: boolean): OutboxHandler => ({
    specVersion: 1, topic: 'bank', timeoutMs: 10 * MINUTE, maxTries: 30, backoff: { firstMs: MINUTE, mostMs: HOUR }, concurrency: 1,
    async call({ callKey }: CallRow) {
      if (isOfTheDying && isDying) {
        await new Promise<void>(resolve => {
          comesBack = resolve
          hangs()
        })
      }
      tries.set(callKey, (tries.get(callKey) ?? 0) + 1)
      if (hour() < 6 || hour() >= 21) throw new Error('the bank is closed')
      return { kind: 'done', result: { by: isOfTheDying ? 'the dying' : 'the other' } }
    },
  })
  const webhooks = {
    network: {
      resolve: () => Promise.resolve(['93.184.216.34']),
      post({ body }: { readonly body: string }) {
        if (hour() >= 22 || hour() < 6) {
          missed += 1
          return Promise.reject(new Error('nobody is there'))
        }
        taken.push(JSON.parse(body) as WebhookMessage)
        return Promise.resolve({ status: 200, retryAfter: null })
      },
    },
  }
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment)], seed, webhooks, outbox: [bank(false)] })
  open.push(mephisto)
  const { runtime } = mephisto
  runtime.advance(NOON)
  const dayBegan = runtime.now()
  const dying = await createTestMephisto({ blueprints: [implement(sentiment)], seed, webhooks, outbox: [bank(true)], file: mephisto.file, runtime })
  open.push(dying)
  const requestId = (): string => runtime.newId()
  const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ text: `text ${'x'.repeat(index % 7)}` }))
  const common = { requester: 'lab', provider: 'inhouse', leaseMs: LEASE_MS }
  const enqueue = (callKey: string): Promise<void> => mephisto.db.transaction(async tx => tx.outbox.enqueue([{ id: runtime.newId(), callKey, topic: 'bank', body: '{}', subjectId: null, lane: null }], await tx.now()))

  await mephisto.webhooks.create(OLGA, { requestId: requestId(), url: 'https://hooks.example/mephisto' })
  await mephisto.people.makeQualification(OLGA, { requestId: requestId(), name: 'trusted' })
  const everybody = Array.from({ length: PEOPLE }, (_, index) => ({ provider: 'inhouse', externalId: `person ${String(index)}` }))
  // The first half is trusted until the evening, and again from the next morning on.
  await mephisto.people.grant(OLGA, { requestId: requestId(), qualification: 'trusted', people: everybody.slice(0, PEOPLE / 2), value: 1, expiresAt: new Date(dayBegan + 8 * HOUR).toISOString() })
  await mephisto.people.grant(OLGA, { requestId: requestId(), qualification: 'trusted', people: everybody.slice(PEOPLE / 2), value: 1 })

  const yesterday = await mephisto.operator.launch(sentiment, { ...common, task: 'yesterday', data: rows(3), retentionDays: 1 })
  for (const name of ['ann', 'ben', 'cem']) await (await mephisto.worker(name).accept(sentiment, yesterday)).submit({ label: 'positive', comment: 'of yesterday' }, `submission-of-${name}`)
  const run = await mephisto.operator.launch(sentiment, {
    ...common, task: 'tweets', data: rows(ITEMS), unitsPerAssignment: UNITS, pay: usd('0.10'), budget: usd('60'), earningsPerDay: { minor: 10 * UNITS_A_DAY, currency: 'USD' }, maxLiveUnits: 40,
    requirements: [{ qualification: 'trusted', is: 'equal_to', value: 1 }],
  })

  const crowd = createCrowd({ people: PEOPLE, seed: seed + 1, leaseMs: LEASE_MS })
  let [erasedAt, failedLaunches, expiredAtNight]: [number | null, number, number] = [null, 0, 0]
  let lastRites: Promise<unknown> = Promise.resolve()
  // Whoever is still at the last units in the evening may finish them.
  const isOver = async (minute: number): Promise<boolean> => minute >= 32 * 60 || (minute >= 30 * 60 && (await mephisto.operator.progress(run.id)).run.status === 'completed')
  for (let minute = 0; !await isOver(minute); minute += 1) {
    if (minute % 180 === 90 && minute < 30 * 60) await enqueue(`pay-${String(minute)}`)
    if (minute === 18 * 60) await mephisto.people.grant(OLGA, { requestId: requestId(), qualification: 'trusted', people: everybody, value: 1 })
    if (minute === 24 * 60) {
      // It never says that it has gone: what it held in memory is never heard of again.
      isDying = true
      await enqueue('pay-at-noon')
      const hanging = new Promise<void>(resolve => { hangs = resolve })
      lastRites = dying.operator.tick()
      await hanging
      await new Promise<void>(resolve => {
        async function* neverEnding() {
          for (let index = 0; index < 3_000; index += 1) yield { text: 'one' }
          resolve()
          await new Promise<never>(() => undefined)
        }
        void dying.operator.launch(sentiment, { ...common, task: 'never ready', data: neverEnding() }).catch(() => undefined)
      })
    }
    // Two servers, until one dies.
    await crowd.minute(minute < 24 * 60 && minute % 2 === 1 ? dying : mephisto, [run])
    runtime.advance(MINUTE)
    const report = await mephisto.operator.tick()
    if (report.erasedAnswers > 0) erasedAt = runtime.now()
    failedLaunches += report.failedLaunches
    if (minute >= 8 * 60 && minute < 20 * 60) expiredAtNight += report.expiredLeases
  }
  // What the dead server's call says now is too late to be written.
  comesBack()
  await lastRites
  return { mephisto, crowd, run, yesterday, hooks: { taken, missed }, tries, erasedAt, failedLaunches, expiredAtNight, dayBegan }
}

/** What the log of every run says, in one text. */
async function digest(mephisto: TestMephisto): Promise<string> {
  const { client, close } = await openEmbeddedClient({ file: mephisto.file })
  const events = await client.$queryRawUnsafe<{ run_id: string; feed: number; hash: string; at: number | bigint }[]>('SELECT run_id, feed, hash, at FROM mephisto_event ORDER BY run_id, feed')
  await close()
  return createHash('sha256').update(events.map(({ run_id: run, feed, hash, at }) => `${run} ${String(feed)} ${hash} ${String(at)}`).join('\n')).digest('hex')
}

test('a day of a crowd ends with everything answered once, every promise kept, and is the same again under its seed', async () => {
  const [began, busy] = [performance.now(), process.cpuUsage()]
  const day = await live(11)
  const { user, system } = process.cpuUsage(busy)
  const [seconds, cpuSeconds] = [(performance.now() - began) / 1_000, (user + system) / 1_000_000]
  const { mephisto, crowd, run, yesterday, hooks, tries } = day
  const progress = await mephisto.operator.progress(run.id)
  console.log(`a day in ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of a processor: ${JSON.stringify({ did: crowd.did, answers: crowd.acknowledged.length, refusals: progress.refusals, hooks: hooks.taken.length, missed: hooks.missed, expiredAtNight: day.expiredAtNight })}`)

  // Everything is answered, paid for within the budget, and people did of each kind.
  expect(progress.run).toMatchObject({ status: 'completed', unitsOpen: 0, unitsAnswered: ITEMS * UNITS })
  expect(Object.values(crowd.did).every(count => count > 3)).toBe(true)
  expect(progress.setAside).toBeGreaterThan(0)
  expect(day.expiredAtNight).toBeGreaterThan(0)

  // Grants ended in the evening, and the new ones of the morning hold.
  const at = (minute: number): number => day.dayBegan + minute * MINUTE
  const refused = (reason: string, from: number, before: number): number => crowd.refusals.filter(one => one.reason === reason && one.at >= at(from) && one.at < at(before)).length
  expect([refused('not_qualified', 0, 8 * 60), refused('not_qualified', 18 * 60, 32 * 60)]).toEqual([0, 0])
  expect(refused('not_qualified', 8 * 60, 18 * 60)).toBeGreaterThan(0)
  // Nobody earned more within any 24 hours than one may; some came to the limit, and worked again the next day.
  expect(refused('daily_limit_reached', 0, 24 * 60)).toBeGreaterThan(0)
  const { client, close } = await openEmbeddedClient({ file: mephisto.file })
  const attempts = await client.$queryRawUnsafe<{ worker_id: string; accepted_at: number | bigint }[]>(`SELECT worker_id, accepted_at FROM mephisto_agent WHERE run_id = '${run.id}' AND status = 'completed' ORDER BY worker_id, accepted_at`)
  let whoWorkedAgain = 0
  for (const { worker_id: worker, accepted_at: time } of attempts) {
    const own = attempts.filter(one => one.worker_id === worker)
    expect(own.filter(one => Number(one.accepted_at) <= Number(time) && Number(one.accepted_at) > Number(time) - 24 * HOUR).length).toBeLessThanOrEqual(UNITS_A_DAY)
    if (own.length > UNITS_A_DAY) whoWorkedAgain += 1
  }
  expect(whoWorkedAgain).toBeGreaterThan(0)

  // The answers of the older run were kept for a day, and erased with the first upkeep after it.
  const { endedAt } = (await mephisto.operator.progress(yesterday.id)).run
  const lateMs = (day.erasedAt ?? 0) - (endedAt ?? 0) - 24 * HOUR
  expect(lateMs >= 0 && lateMs <= MINUTE).toBe(true)

  // The receiver had every event of every run in its order, though it was away all night.
  expect(hooks.missed).toBeGreaterThan(5)
  for (const { id } of await mephisto.operator.runs()) {
    const feeds = [...new Map(hooks.taken.filter(message => message.runId === id).map(message => [message.id, message.feed])).values()]
    const [last] = await client.$queryRawUnsafe<{ feed: number | bigint }[]>(`SELECT max(feed) AS feed FROM mephisto_event WHERE run_id = '${id}'`)
    expect(feeds).toEqual(Array.from({ length: Number(last?.feed) }, (_, index) => index + 1))
  }
  // The bank's calls were all made in the end: those of the night after many tries, that of the dead server by the other one.
  const calls = (await mephisto.outbox.calls({ topic: 'bank' })).calls
  expect(calls).toHaveLength(11)
  for (const call of calls) expect(call).toMatchObject({ status: 'done', result: { by: 'the other' } })
  expect(Math.max(...tries.values())).toBeGreaterThan(5)
  expect(tries.get('pay-at-noon')).toBe(2)
  // The launch that died with its server has failed after its silence.
  expect(day.failedLaunches).toBe(1)

  for (const { id, status } of await mephisto.operator.runs()) {
    expect(['completed', 'failed']).toContain(status)
    expect((await verifyRun(mephisto.db, id)).difference).toBeNull()
  }
  expect(await checkPromises(sql => client.$queryRawUnsafe(sql), { dialect: 'sqlite', settledAt: mephisto.runtime.now(), isClockSteady: true, acknowledged: { answers: crowd.acknowledged } })).toEqual([])
  await close()

  // A bound for what has gone wrong, not for how fast it is: two processors that are shared take a quarter more.
  expect(cpuSeconds).toBeLessThan(60)
  const again = await live(11)
  expect(await digest(again.mephisto)).toBe(await digest(mephisto))
  expect(again.crowd.refusals).toEqual(crowd.refusals)
})
