import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisBus } from '../../adapters/redis.js'
import { postgresBus } from '../../prisma/postgres-bus.js'
import type { EventBus } from '../../sdk/index.js'
import { eventBusContract } from '../../sdk/testing/index.js'
import { isServing, SERVERS } from '../databases.js'
import { hasRedis, startRedis, type RedisServer } from '../redis-server.js'
import { helping } from '../sessions-blueprint.js'
import { openSessionsStage } from '../sessions-stage.js'
import { check, makeTarget } from '../scenarios/promise-target.js'

const hasPostgres = await isServing('postgresql')

describe.runIf(hasPostgres)('the bus over PostgreSQL', () => {
  eventBusContract({ test, open: () => postgresBus({ url: SERVERS.postgresql, channel: 'mephisto_contract' }) })

  test('takes a message that is none of ours for "anything may have happened"', async () => {
    const bus = await postgresBus({ url: SERVERS.postgresql, channel: 'mephisto_foreign' })
    const heard: (readonly string[] | null)[] = []
    await bus.listen(topics => { heard.push(topics) })
    const client = new pg.Client({ connectionString: SERVERS.postgresql })
    await client.connect()
    for (const said of ["NOTIFY mephisto_foreign", "NOTIFY mephisto_foreign, '5'", `NOTIFY mephisto_foreign, '["a", 7]'`, `NOTIFY mephisto_foreign, '["a"]'`]) await client.query(said)
    await expect.poll(() => heard).toEqual([null, null, null, ['a']])
    await client.end()
    await bus.close()
  })

  test('refuses an address or a channel that is none, and says when the server cannot be reached', async () => {
    await expect(postgresBus({ url: 'mysql://x' })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining('postgresql://user') as string })
    await expect(postgresBus({ url: SERVERS.postgresql, channel: 'a"b' })).rejects.toMatchObject({ code: 'invalid_options' })
    const away = await postgresBus({ url: 'postgresql://root@127.0.0.1:1/test' })
    await expect(away.publish(['a'])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(away.listen(() => undefined)).rejects.toMatchObject({ code: 'unavailable' })
    await away.close()
  })
})

describe.runIf(hasRedis())('the bus over Redis', () => {
  let redis: RedisServer
  beforeAll(async () => { redis = await startRedis() })
  afterAll(() => redis.kill())
  eventBusContract({ test, open: () => Promise.resolve(redisBus({ url: redis.url })) })

  test('refuses an address that is none, and says when the server cannot be reached', async () => {
    expect(() => redisBus({ url: 'localhost' })).toThrow(/redis:\/\/host:6379/)
    const away = redisBus({ url: 'redis://127.0.0.1:1' })
    await expect(away.publish(['a'])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(away.listen(() => undefined)).rejects.toMatchObject({ code: 'unavailable' })
    await away.close()
  })

  test('goes on after its server was away, and says that something may have been missed', async () => {
    const [here, there] = [redisBus({ url: redis.url }), redisBus({ url: redis.url })]
    const heard: (string | null)[] = []
    await here.listen(topics => { heard.push(...topics ?? [null]) })
    await there.publish(['before'])
    await expect.poll(() => heard).toEqual(['before'])
    await redis.kill()
    await expect(there.publish(['lost'])).rejects.toMatchObject({ code: 'unavailable' })
    await redis.start()
    await expect.poll(() => heard).toEqual(['before', null])
    await expect.poll(() => there.publish(['after']).then(() => true, () => false)).toBe(true)
    await expect.poll(() => heard.at(-1)).toBe('after')
    for (const bus of [here, there]) await bus.close()
  })

  test('that is stopped in the middle costs time and nothing else: what one process writes is read at another', async () => {
    const target = await makeTarget('sqlite')
    const buses = [redisBus({ url: redis.url }), redisBus({ url: redis.url })] as const
    const [one, other] = [await openSessionsStage(target, { bus: buses[0] }), await openSessionsStage(target, { bus: buses[1] })]
    const run = await one.launch()
    // The same attempt at both: calls go to one, and are read at the other.
    const [calling, reading] = [await one.worker('ann').accept(helping, run), await other.worker('ann').accept(helping, run)]
    const seen = async (count: number): Promise<void> => { await expect.poll(async () => (await reading.packets()).length).toBe(count) }
    await calling.call('shout', { text: 'with it' })
    await seen(2)
    await redis.kill()
    await calling.call('shout', { text: 'without it' })
    // Made at one, asked for at the other, which waits for its answer.
    expect((await reading.call('shout', { text: 'from the other' })).text).toBe('FROM THE OTHER')
    await seen(6)
    await redis.start()
    await calling.call('shout', { text: 'with it again' })
    await seen(8)
    expect(one.logged.filter(line => line.includes('the event bus does not work'))).toHaveLength(1)
    for (const stage of [one, other]) await stage.close()
    for (const bus of buses) await bus.close()
    expect(await check(target)).toEqual([])
    await target.drop()
  })
})

test('a bus wakes the readers of other processes: none waits for the next look', async () => {
  const target = await makeTarget('sqlite')
  const listeners = new Set<(topics: readonly string[] | null) => void>()
  const bus: EventBus = {
    specVersion: 1,
    publish(topics) {
      for (const listener of listeners) listener(topics)
      return Promise.resolve()
    },
    listen(listener) {
      listeners.add(listener)
      return Promise.resolve(() => {
        listeners.delete(listener)
        return Promise.resolve()
      })
    },
    close: () => Promise.resolve(),
  }
  const [one, other] = [await openSessionsStage(target, { bus }), await openSessionsStage(target, { bus })]
  const run = await one.launch()
  const [calling, reading] = [await one.worker('ann').accept(helping, run), await other.worker('ann').accept(helping, run)]
  const waits: number[] = []
  for (let round = 0; round < 12; round += 1) {
    const waiting = reading.next(2 * round + 1)
    await calling.call('shout', { text: String(round) })
    const made = performance.now()
    await waiting
    waits.push(performance.now() - made)
  }
  // A look would have been half a second away for half of them.
  expect(waits.sort((a, b) => a - b)[6]).toBeLessThan(400)
  for (const stage of [one, other]) await stage.close()
  expect(listeners.size).toBe(0)
  await target.drop()
})
