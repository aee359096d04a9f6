import { fork, type ChildProcess } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { acceptedAnswers, createMephisto, defineFeed, fromFeed, implement, verifyRun, type Mephisto } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { seededRandom, simulatedWorker, TEST_PRINCIPAL } from '../../sdk/testing/index.js'
import { draft, verify } from '../chain.js'
import { programOf } from '../program-of.js'
import { openTarget, type Target } from './promise-open.js'
import { check, makeTarget, onTarget, tableOf, targetKinds } from './promise-target.js'

const PROGRAM = await programOf(new URL('feed-process.ts', import.meta.url))

// Two processes feed the runs of one database and are killed at any moment, while people draft and verify and a reviewer approves,
// takes back and rejects: every row and every accepted answer is taken once, in its order.

const DRAFTS = 150
/** After so many the processes live on: each time that one is killed while it reads, the others wait until it is taken for gone. */
const KILLS = 5
/** Fewer would prove nothing: the people go on until so many are dead. */
const FEWEST_KILLS = 2
const AHEAD = 20
/** A process that was killed while it read is waited for up to a minute, several times. */
const LONGEST_MS = 240_000

const children = new Set<ChildProcess>()
afterEach(() => { for (const child of children) child.kill('SIGKILL') })

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

async function startFeeder(target: Target): Promise<{ child: ChildProcess; ended: Promise<void> }> {
  const child = fork(PROGRAM, [JSON.stringify({ kind: target.kind, at: target.at })], { execArgv: [] })
  children.add(child)
  const ended = new Promise<void>(resolve => child.once('exit', () => {
    children.delete(child)
    resolve()
  }))
  await Promise.race([new Promise(resolve => child.once('message', resolve)), ended])
  return { child, ended }
}

/** An instance that is not started: people and reviewers come to it, and others feed its runs. */
function instanceOn(db: Awaited<ReturnType<typeof openTarget>>): Mephisto {
  const nobody = defineFeed(draft, { read: () => { throw new Error('this process reads no feed') } })
  return createMephisto({
    db, providers: [inhouse()], secret: 'a secret for tests that is long enough', authorize: () => null,
    blueprints: [implement(draft, { feeds: { topics: nobody } }), implement(verify, { feeds: { drafts: acceptedAnswers(draft, () => { throw new Error('this process reads no feed') }) } })],
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
}

describe.each(await targetKinds())('feeds read by several processes on %s', kind => {
  test('take every row and every accepted answer once, in order, though the processes are killed', async () => {
    const seed = Math.floor(Math.random() * 1e9)
    const random = seededRandom(seed)
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    const mephisto = instanceOn(db)
    const place = { requester: 'lab', provider: 'inhouse', pay: { minor: 10, currency: 'USD' } } as const
    const drafts = await mephisto.operator.launch(draft, { task: 'drafts', data: fromFeed('topics', { ahead: AHEAD }), ...place })
    const verification = await mephisto.operator.launch(verify, { task: 'verify', data: fromFeed('drafts', { params: { runs: drafts.id }, ahead: 10_000 }), ...place })
    const worker = (name: string) => simulatedWorker(mephisto, name, 'inhouse')
    const crewed = { isOver: false, kills: 0 }
    const mayKill = (): boolean => !crewed.isOver && crewed.kills < KILLS
    const crew = Promise.all([0, 1].map(async () => {
      while (!crewed.isOver) {
        const feeder = await startFeeder(target)
        await wait(500 + random() * 2_000)
        if (mayKill()) {
          feeder.child.kill('SIGKILL')
          crewed.kills += 1
        }
        await feeder.ended
      }
    }))
    try {
      let [written, most] = [0, 0]
      const waiting: string[] = []
      const topics: string[] = []
      const deadline = performance.now() + LONGEST_MS
      const isDrafting = (): boolean => (written < DRAFTS || crewed.kills < FEWEST_KILLS) && performance.now() < deadline
      const drafted = { isOver: false }
      const drafting = Promise.all(Array.from({ length: 3 }, async (_, index) => {
        while (isDrafting()) {
          const task = await worker(`author ${String(index)}`).accept(draft, drafts).catch(() => null)
          if (!task) {
            await wait(20)
            continue
          }
          await task.submit({ text: `on ${task.input.topic}` })
          topics.push(task.input.topic)
          waiting.push(task.unitId)
          written += 1
        }
      })).then(() => { drafted.isOver = true })
      let decision = 0
      const review = mephisto.caller(TEST_PRINCIPAL).review
      const decideSome = async (): Promise<void> => {
        const unitIds = waiting.splice(0, 1 + Math.floor(random() * 5))
        if (unitIds.length === 0) return
        const verdict = random() < 0.2 ? 'reject' : 'approve'
        await review.decide({ decisionId: `decision-${String(decision += 1)}`, unitIds, verdict })
        if (random() >= 0.25) return
        if (random() < 0.5) await wait(random() * 100)
        await review.undo({ decisionId: `decision-${String(decision += 1)}`, run: drafts.id })
        waiting.push(...unitIds)
      }
      const reviewing = (async () => {
        // What is handed in last is reviewed too.
        while (!drafted.isOver || (waiting.length > 0 && performance.now() < deadline)) {
          await decideSome()
          most = Math.max(most, await db.feeds.countFree(drafts.id, 1_000))
          await wait(5)
        }
      })()
      await Promise.all([drafting, reviewing])
      await mephisto.operator.drain(drafts.id)
      while (performance.now() < deadline) {
        const task = await worker('vera').accept(verify, verification).catch(() => null)
        if (task) await task.submit({ isGood: true })
        else if ((await db.runs.get(verification.id))?.status === 'completed') break
        else await wait(20)
      }
      const run = await db.runs.get(verification.id)
      expect(run, `seed ${String(seed)}`).toMatchObject({ status: 'completed', dataFeed: { status: 'ended' } })
      expect(written).toBeGreaterThanOrEqual(DRAFTS)
      // A quick machine is done before the last of them.
      expect(crewed.kills).toBeGreaterThanOrEqual(FEWEST_KILLS)
      expect(most).toBeLessThanOrEqual(AHEAD)
      // Every topic is one item, in its order, and was drafted by one person.
      const items = await onTarget(target, query => query(`SELECT position, input FROM ${tableOf(target, 'assignment')} WHERE run_id = '${drafts.id}' ORDER BY position`))
      expect(items.map(item => JSON.parse(String(item['input'])) as unknown), `seed ${String(seed)}`).toEqual(items.map((_, index) => ({ topic: `topic ${String(index + 1)}` })))
      expect(new Set(topics).size).toBe(topics.length)
      // Every draft that is accepted now is one item of the verification, and no item is of a draft that never was.
      const accepted = (await onTarget(target, query => query(`SELECT id FROM ${tableOf(target, 'unit')} WHERE run_id = '${drafts.id}' AND status = 'accepted'`))).map(row => String(row['id']))
      const sources = (await onTarget(target, query => query(`SELECT source_unit_id, count(*) AS n FROM ${tableOf(target, 'item_source')} WHERE run_id = '${verification.id}' GROUP BY source_unit_id`))).map(row => ({ unit: String(row['source_unit_id']), times: Number(row['n']) }))
      expect(sources.filter(({ times }) => times !== 1)).toEqual([])
      const taken = new Set(sources.map(({ unit }) => unit))
      expect(accepted.filter(unit => !taken.has(unit)), `seed ${String(seed)}`).toEqual([])
      expect(run?.unitsTotal).toBe(taken.size)
      for (const { id } of [drafts, verification]) expect((await verifyRun(db, id)).difference).toBeNull()
      expect(await check(target, { settledAt: await db.now() })).toEqual([])
      console.log(`${kind}: ${String(items.length)} rows and ${String(taken.size)} answers taken, ${String(crewed.kills)} kills, at most ${String(most)} free`)
    } finally {
      crewed.isOver = true
      for (const child of children) child.kill('SIGKILL')
      await crew
      await mephisto.close()
      await db.close()
      await target.drop()
    }
  }, 360_000)
})
