import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mysqlDb } from '../../prisma/mysql.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { AssignmentRow } from '../../sdk/ports/entity-rows.js'
import type { Page } from '../../sdk/ports/find-query.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { acceptEssay, essayMephisto, launchEssays } from '../essays.js'
import { hasOwnServer } from '../own-servers.js'
import { peopleOver } from '../people-over.js'
import { check, onTarget } from '../scenarios/promise-target.js'
import { failing, startOnSmallDisks, testFullDisk, workers, type SmallServer } from './full-disk-stage.js'
import { hostWay, outcomeOf, pause } from './lost-server-stage.js'

const LIMIT = 1_048_576

const textOf = (json: string): string => (JSON.parse(json) as { text: string }).text

// A MariaDB that takes a megabyte at once, with its rows on one small disk and its binary log on another.

describe.runIf(hasOwnServer('mysql'))('a MariaDB of its own', () => {
  let small: SmallServer
  let db: MephistoDb
  let host: MephistoDb
  const ends: (() => unknown)[] = []
  const target = () => ({ kind: 'mysql', at: small.server.url } as const)

  beforeAll(async () => {
    small = await startOnSmallDisks('mysql', { rows: 96, log: 64, settings: ['--max-allowed-packet=1M', '--innodb-buffer-pool-size=16M', '--innodb-autoextend-increment=1'] })
    ends.push(small.remove)
    db = await mysqlDb({ url: small.server.url })
    ends.push(() => db.close())
    host = await hostWay('mysql').open(small.server.url)
    ends.push(() => host.close())
  })
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  // On a fresh server, which mostly finds no room to roll back and ends ("Out of disk space in rollback"); an older one seldom does.
  describe('whose disk is full', () => {
    testFullDisk(() => ({ ...small, target: target(), db }), () => mysqlDb({ url: small.server.url, prefix: 'second_' }))

    test('so that its binary log cannot be written keeps commits waiting; everybody is told in time, and the same messages go through once when it is back', async () => {
      const { server, disks } = small
      if (!disks) return
      const { launch, claim, submit, acknowledged } = peopleOver(db)
      const run = await launch(30)
      const held = await Promise.all(workers(20).map(worker => claim(run, worker)))
      disks.log.fill()
      // A few bytes may fit yet.
      const submitting = (async () => {
        for (const work of held) {
          const outcome = await outcomeOf(submit(work, 'the-answer'))
          if (outcome.code !== undefined) return outcome
        }
        return null
      })()
      await pause(1_000)
      const another = await mysqlDb({ url: server.url, migrate: false })
      const claiming = outcomeOf(peopleOver(another).claim(run, 'ben'))
      expect(await another.runs.get(run)).toMatchObject({ status: 'running' })
      const outcomes = [await submitting, await claiming]
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/may have been saved or not.*the same id is applied once/) as string })
        expect(outcome?.tookMs).toBeLessThan(20_000)
      }
      // By itself it would go on within a minute.
      await server.stop()
      await another.close()
      disks.log.free()
      await server.start()
      for (const work of [...held, ...held]) expect(await submit(work, 'the-answer')).toBe('completed')
      expect(await submit(await claim(run, 'ben'), 'the-answer')).toBe('completed')
      expect(await db.units.answers({ runId: run, includeSetAside: true, limit: 100 })).toHaveLength(21)
      expect((await verifyRun(db, run)).difference).toBeNull()
      expect(await check(target(), { acknowledged })).toEqual([])
    })
  })

  describe.each([['', () => db], [', with a Prisma client of the host', () => host]])('that takes so much at once%s', (_, way) => {
    const tooLarge = failing('too_large', /^This is more than the database takes at once \(\d+ bytes, where max_allowed_packet is 1048576\)\. Send less, or raise the server's limit\.$/)

    test('refuses an answer that is larger, changes nothing, and goes on with everybody else', async () => {
      const mephisto = essayMephisto(way())
      const people = workers(6)
      const run = await launchEssays(mephisto, people)
      const tasks = await Promise.all(people.map(name => acceptEssay(mephisto, name, run)))
      const before = await db.runs.get(run.id)
      for (const length of [LIMIT, 3 * LIMIT, LIMIT - 100]) await expect(tasks[0]?.submit({ text: 'x'.repeat(length) })).rejects.toEqual(tooLarge)
      expect(await db.runs.get(run.id)).toEqual(before)
      // Those who share a transaction with it, and together pass the limit themselves.
      const outcomes = await Promise.allSettled(tasks.map((task, index) => task.submit({ text: 'é"'.repeat(index === 0 ? LIMIT : 100_000) })))
      expect(outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value.outcome : outcome.reason as unknown))).toEqual([tooLarge, ...people.slice(1).map(() => 'completed')])
      expect((await tasks[0]?.submit({ text: 'x'.repeat(900_000) }))?.outcome).toBe('completed')
      const answers = await way().units.answers({ runId: run.id, includeSetAside: true, limit: 100 })
      expect(answers.map(({ answer }) => textOf(answer).length).sort((a, b) => a - b)).toEqual([...people.slice(1).map(() => 200_000), 900_000])
      expect((await verifyRun(db, run.id)).difference).toBeNull()
    })

    test('refuses a launch with one item that is larger, and nothing of it stays', async () => {
      const before = [await db.runs.find(), await db.assignments.find({ limit: 1_000 })]
      await expect(launchEssays(essayMephisto(way()), ['one', 'x'.repeat(LIMIT), 'three'])).rejects.toEqual(tooLarge)
      expect([await db.runs.find(), await db.assignments.find({ limit: 1_000 })]).toEqual(before)
    })

    test('takes a launch and a top-up whose items are larger together, and gives everything back as it was', async () => {
      const mephisto = essayMephisto(way())
      const [item, answer] = ['x'.repeat(1_000_000), '"'.repeat(200_000)]
      const texts = [item, ...Array.from({ length: 3_000 }, (_value, index) => `${String(index)} "é\\ ${'y'.repeat(1_000)}`)]
      const run = await launchEssays(mephisto, texts.slice(0, 2_000))
      await mephisto.operator.topUp(run.id, { topUpId: crypto.randomUUID(), data: texts.slice(2_000).map(text => ({ text })) })
      const kept = new Map<number, string>()
      for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
        const page: Page<AssignmentRow> = await way().assignments.find({ filter: { runId: run.id }, limit: 1_000, ...(cursor === null ? {} : { after: cursor }) })
        for (const { position, input } of page.rows) kept.set(position, textOf(input))
        cursor = page.nextCursor
      }
      expect(kept.size).toBe(texts.length)
      expect(texts.filter((text, position) => kept.get(position) !== text).length).toBe(0)
      const task = await acceptEssay(mephisto, 'ann', run)
      await task.submit({ text: answer })
      // In one row, which is larger than what may be sent.
      const found = await way().units.answered({ runId: run.id, statuses: ['completed'], limit: 1 })
      const [row] = await way().units.reviewById(found.map(({ unitId }) => unitId))
      expect(row && textOf(row.input) === item && textOf(row.answer) === answer).toBe(true)
      expect((await verifyRun(db, run.id)).difference).toBeNull()
    })
  })

  test('that takes even less closes the connection in the middle, and everybody else goes on', async () => {
    await onTarget(target(), query => query('SET GLOBAL max_allowed_packet = 65536'))
    const tight = await mysqlDb({ url: small.server.url, connections: 2 })
    try {
      const mephisto = essayMephisto(tight)
      const run = await launchEssays(mephisto, workers(5))
      const [task, ...others] = await Promise.all(workers(5).map(name => acceptEssay(mephisto, name, run)))
      const refused = expect(task?.submit({ text: 'x'.repeat(150_000) })).rejects.toEqual(failing('too_large', /max_allowed_packet/))
      expect(await Promise.all(others.map(async other => (await other.submit({ text: 'short' })).outcome))).toEqual(others.map(() => 'completed'))
      await refused
      expect((await task?.submit({ text: 'short' }))?.outcome).toBe('completed')
    } finally {
      await tight.close()
      await onTarget(target(), query => query(`SET GLOBAL max_allowed_packet = ${String(LIMIT)}`))
    }
  })
})
