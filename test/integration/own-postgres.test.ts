import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../prisma/open-database.js'
import { postgresDb } from '../../prisma/postgres.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { hasOwnServer } from '../own-servers.js'
import { peopleOver } from '../people-over.js'
import { check, onTarget } from '../scenarios/promise-target.js'
import { administrator, expectTold, runsUnderWay, startOnSmallDisks, testFullDisk, workers, type SmallServer } from './full-disk-stage.js'
import { codeOf, hostWay, outcomeOf, untilReplied } from './lost-server-stage.js'

// A PostgreSQL that asks for passwords (SCRAM), with its rows on one small disk and its log on another.

describe.runIf(hasOwnServer('postgresql'))('a PostgreSQL of its own', () => {
  let small: SmallServer
  let db: MephistoDb
  const ends: (() => unknown)[] = []
  const target = () => ({ kind: 'postgresql', at: small.server.url } as const)

  beforeAll(async () => {
    small = await startOnSmallDisks('postgresql', { rows: 64, log: 64, settings: ['-c', 'shared_buffers=8MB', '-c', 'min_wal_size=2MB'] })
    ends.push(small.remove)
    db = await postgresDb({ url: small.server.url })
    ends.push(() => db.close())
  })
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  describe('that asks for passwords', () => {
    const addressWith = (username: string, password: string): string => Object.assign(new URL(small.server.url), { username, password }).href
    const refused = /^MephistoError: The database refused the user or the password \(.*(?:authentication failed|password must be).*\)\. Check the address of the database\.$/

    test.each([
      ['a wrong password', 'owner', 'mistyped-one'], ['an empty one, or none', 'owner', ''], ['the password of somebody else', 'nobody', 'mistyped-one'],
    ])('refuses %s at once, and the message does not repeat it', async (_, user, password) => {
      const url = addressWith(user, password)
      const ways = [() => postgresDb({ url }), () => openDatabase({ at: url }, { migrate: false }), async () => {
        const host = await hostWay('postgresql').open(url)
        await host.runs.list({ limit: 1 }).finally(() => host.close())
      }]
      for (const way of ways) {
        const { code, message, tookMs } = await outcomeOf<unknown>(way())
        expect(code).toBe('unavailable')
        expect(message).toMatch(refused)
        expect(message).not.toContain('mistyped-one')
        expect(tookMs).toBeLessThan(5_000)
      }
    })

    test('opens with the right one, whatever characters it has', async () => {
      const password = 'ü p@ss:w/rd?#%'
      await onTarget(target(), query => query(`CREATE ROLE odd LOGIN SUPERUSER PASSWORD '${password}'`))
      const url = addressWith('odd', encodeURIComponent(password))
      for (const open of [() => postgresDb({ url }), () => hostWay('postgresql').open(url)]) {
        const other = await open()
        expect(await other.runs.list({ limit: 1 })).toEqual([])
        await other.close()
      }
    })
  })

  describe('whose disk is full', () => {
    testFullDisk(() => ({ ...small, target: target(), db }), () => postgresDb({ url: small.server.url, schema: 'second' }))

    test('so that its log cannot be written stops; nothing that was acknowledged is lost, and the same messages go through once when it is back', async () => {
      const { server, disks } = small
      if (!disks) return
      const { launch, claim, submit, acknowledged } = peopleOver(db)
      const [run, before] = [await launch(1_000), await runsUnderWay(db)]
      await onTarget(target(), query => query('CHECKPOINT'))
      disks.log.fill()
      const inCharge = administrator({ server, disk: disks.log })
      const errors: unknown[] = []
      const untilDone = <T>(send: () => Promise<T>): Promise<T> => untilReplied(send, error => errors.push(error) <= 200)
      const launching = Promise.allSettled(Array.from({ length: 3 }, () => launch(1_000, 'x'.repeat(1_000))))
      const answered = await Promise.all(workers(20).map(async worker => {
        for (let count = 1; ; count += 1) {
          const work = await untilDone(() => claim(run, worker))
          expect(await untilDone(() => submit(work, `answer-${String(count)}`))).toBe('completed')
          if (inCharge.restarts() > 0) return count
        }
      }))
      const launches = await launching
      await inCharge.leave()
      errors.push(...launches.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])))
      const launched = launches.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expectTold(errors)
      expect(errors.map(codeOf).filter(code => code !== 'unavailable')).toEqual([])
      expect(await runsUnderWay(db)).toEqual([...before, ...launched].sort())
      expect(await db.runs.get(run)).toMatchObject({ unitsAnswered: answered.reduce((sum, count) => sum + count, 0) })
      for (const id of [run, ...launched]) expect((await verifyRun(db, id)).difference).toBeNull()
      expect(await check(target(), { acknowledged })).toEqual([])
    })
  })
})
