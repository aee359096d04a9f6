import { describe, expect, test } from 'vitest'
import { cuttingProxy, type LostCommit } from '../cutting-proxy.js'
import { createDatabase, isServing, type ServerKind } from '../databases.js'
import { seededRandom } from '../../sdk/testing/index.js'
import { createPlayer } from '../scenarios/promise-player.js'
import { hostWay, OPEN, onStage, outcomeOf, ownWay, pause, type Stage } from './lost-server-stage.js'

// What becomes of work when the line to the database is cut, stands still, or loses a COMMIT on its way.

const SERVING = { postgresql: await isServing('postgresql'), mysql: await isServing('mysql') }
const KINDS = (['postgresql', 'mysql'] as const).filter(kind => SERVING[kind])

/** A call that meets a database that is away gets its error in this time: 10 s of trying, 15 s for a statement without an answer, and what is left of others' before it. */
const BOUND_MS = 40_000
const PEOPLE = 40

/** Opens a database behind a proxy that is away, lets `happen`, and says what became of it. */
async function openingWhile(kind: ServerKind, away: 'cut' | 'freeze', happen: (resume: () => Promise<void>) => Promise<void>) {
  const database = await createDatabase(kind)
  const proxy = await cuttingProxy(database.url)
  try {
    // The tables are there: making them takes its own time, and more with every version.
    await (await OPEN[kind]({ url: database.url })).close()
    await proxy[away]()
    const opening = outcomeOf(OPEN[kind]({ url: proxy.url }))
    await happen(() => proxy.resume())
    const { value: db, ...outcome } = await opening
    const runs = await db?.runs.list({ limit: 1 })
    await db?.close()
    return { ...outcome, runs }
  } finally {
    await proxy.close()
    await database.drop()
  }
}

const people = (name = 'worker'): readonly string[] => Array.from({ length: PEOPLE }, (_, index) => `${name} ${String(index)}`)

/** Everybody works while something happens to the line; the codes of the errors that they got. */
async function allWork(stage: Stage, run: string, happen: () => Promise<void>): Promise<ReadonlySet<string>> {
  const [codes] = await Promise.all([Promise.all(people().map(worker => stage.workUntilDone(run, worker))), happen()])
  expect(await stage.sound.runs.get(run)).toMatchObject({ status: 'completed', unitsOpen: 0, unitsAnswered: PEOPLE, reservedMinor: 5 * PEOPLE })
  return new Set(codes.flat())
}

describe.concurrent.each(KINDS)('%s', kind => {
  test('that is away at the start is waited for', async () => {
    const { runs, tookMs } = await openingWhile(kind, 'cut', async resume => {
      await pause(2_000)
      await resume()
    })
    expect(runs).toEqual([])
    expect(tookMs).toBeGreaterThan(2_000)
    expect(tookMs).toBeLessThan(10_000)
  })

  test('that accepts connections and says nothing is reported as away', async () => {
    const { code, message, tookMs } = await openingWhile(kind, 'freeze', () => Promise.resolve())
    expect(code).toBe('unavailable')
    expect(message).toMatch(/cannot be reached|was lost/)
    expect(tookMs).toBeLessThan(BOUND_MS)
  })

  for (const [name, way] of [['', ownWay(kind)], [', with a Prisma client of the host', hostWay(kind)]] as const) {
    test(`that is away for a second in the middle is waited for by everybody${name}`, () => onStage(way, async stage => {
      const run = await stage.launch(PEOPLE)
      const codes = await allWork(stage, run, async () => {
        await pause(5)
        await stage.proxy.cut()
        await pause(1_000)
        expect(await stage.sound.runs.get(run)).toMatchObject({ status: 'running' })
        await stage.proxy.resume()
      })
      // Only whose COMMIT was on its way is told, and sends it again.
      expect([...codes].filter(code => code !== 'unavailable')).toEqual([])
    }))

    test(`whose connections are cut again and again is worked with all the same${name}`, () => onStage(way, async stage => {
      const run = await stage.launch(PEOPLE)
      await allWork(stage, run, async () => {
        for (let cuts = 0; cuts < 15; cuts += 1) {
          await pause(10)
          stage.proxy.cutOnce()
        }
      })
    }))

    test(`whose line is cut at random keeps every promise, whatever people do${name}`, () => onStage(way, async stage => {
      const random = seededRandom(kind.length)
      const runs = [await stage.launch(8), await stage.launch(6)]
      const player = createPlayer({ name: 'p', calls: () => stage.calls, random, workers: people().slice(0, 8), runs, heard: stage.heard, pause: () => pause(20) })
      const work = { isDone: false }
      const cutting = (async () => {
        while (!work.isDone) {
          await pause(random() * 250)
          if (random() < 0.4) await Promise.race([stage.proxy.loseCommit(random() < 0.5 ? 'request' : 'answer'), pause(200)])
          else stage.proxy.cutOnce()
        }
      })()
      for (let rounds = 0; rounds < 40; rounds += 1) await Promise.all([player.act(), player.act(), player.act()])
      work.isDone = true
      await cutting
      expect(stage.heard.answers.length).toBeGreaterThan(0)
    }))
  }

  test.each(['cut', 'freeze'] as const)('that is away for longer (%s) is reported to everybody in time; then they go on where they were', async away => onStage(ownWay(kind), async stage => {
    const run = await stage.launch(PEOPLE)
    const holding = await Promise.all(people().slice(0, 20).map(worker => stage.claim(run, worker)))
    const credential = await stage.invite(run, 'ann')
    // More than fit into one transaction.
    const answerIds = Array.from({ length: 30 }, (_, index) => `answer-${String(index)}`)
    await stage.proxy[away]()
    const outcomes = await Promise.all([
      ...holding.flatMap(work => answerIds.map(id => outcomeOf(stage.submit(work, id)))),
      ...people().slice(20).map(worker => outcomeOf(stage.claim(run, worker))),
      ...Array.from({ length: 200 }, () => outcomeOf(stage.calls.page('preview', { provider: 'inhouse', credential }))),
      outcomeOf(stage.calls.tick()), outcomeOf(stage.launch(1)),
    ])
    expect(outcomes.filter(({ code }) => code !== 'unavailable')).toEqual([])
    expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(BOUND_MS)
    await stage.proxy.resume()
    for (const work of holding) expect((await stage.submit(work, 'answer-7')).outcome).toBe('completed')
    await Promise.all(people().slice(20).map(worker => stage.workUntilDone(run, worker)))
    expect(await stage.sound.runs.get(run)).toMatchObject({ status: 'completed', unitsAnswered: PEOPLE })
    expect(await stage.sound.runs.list({ limit: 10 })).toHaveLength(1)
  }))

  describe.each<[LostCommit, number]>([['request', 0], ['answer', 1]])('when the %s of a COMMIT is lost', (what, done) => {
    /** Does something whose COMMIT is lost: it is told as unknown. */
    const losing = async (stage: Stage, act: () => Promise<unknown>): Promise<void> => {
      const lost = stage.proxy.loseCommit(what)
      const outcome = await outcomeOf(act())
      expect(outcome).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/may have been saved or not.*same id is applied once/) as string })
      expect(outcome.tookMs).toBeLessThan(5_000)
      await lost
    }
    const unitsOf = async (stage: Stage, run: string) => stage.sound.runs.countUnits(run)

    test('an answer counts once', () => onStage(ownWay(kind), async stage => {
      const run = await stage.launch(3)
      const work = await stage.claim(run, 'ann')
      await losing(stage, () => stage.submit(work, 'the-answer'))
      expect(await unitsOf(stage, run)).toMatchObject({ completed: done, assigned: 1 - done })
      for (let repeats = 0; repeats < 3; repeats += 1) expect((await stage.submit(work, 'the-answer')).outcome).toBe('completed')
      expect(await unitsOf(stage, run)).toMatchObject({ completed: 1, launched: 2 })
      expect(await stage.sound.units.answers({ runId: run, includeSetAside: true, limit: 10 })).toHaveLength(1)
    }))

    test('a unit is taken once', () => onStage(ownWay(kind), async stage => {
      const run = await stage.launch(3)
      await stage.claim(run, 'ben')
      await losing(stage, () => stage.claim(run, 'ann'))
      expect(await unitsOf(stage, run)).toMatchObject({ assigned: 1 + done })
      const [first, second] = [await stage.claim(run, 'ann'), await stage.claim(run, 'ann')]
      expect(second.agentId).toBe(first.agentId)
      expect(await unitsOf(stage, run)).toMatchObject({ assigned: 2, launched: 1 })
      expect(await stage.sound.runs.get(run)).toMatchObject({ reservedMinor: 10 })
    }))

    test('a decision is made once', () => onStage(ownWay(kind), async stage => {
      const run = await stage.launch(3)
      const work = await stage.claim(run, 'ann')
      await stage.submit(work, 'the-answer')
      const decide = async () => {
        const { outcomes } = await stage.calls.desk<{ outcomes: unknown[] }>('rita', 'review.decide', { decisionId: 'the-decision', unitIds: [work.unitId], verdict: 'approve' })
        stage.heard.decisions.push({ decisionId: 'the-decision', outcomes })
        return outcomes
      }
      await losing(stage, decide)
      expect(await unitsOf(stage, run)).toMatchObject({ accepted: done })
      expect(await decide()).toEqual(await decide())
      expect(await unitsOf(stage, run)).toMatchObject({ accepted: 1 })
      expect(await stage.sound.ledger.balances(run)).toEqual({ reservedMinor: 0, owedMinor: 5, paidMinor: 0 })
    }))

    test('everybody who shared it learns what became of theirs', () => onStage(ownWay(kind), async stage => {
      const run = await stage.launch(PEOPLE)
      const codes = await allWork(stage, run, async () => {
        for (let losses = 0; losses < 5; losses += 1) await Promise.race([stage.proxy.loseCommit(what), pause(1_000)])
      })
      expect([...codes]).toEqual(['unavailable'])
    }))
  })

  test('a launch leaves nothing or a whole run, wherever the line is cut', () => onStage(ownWay(kind), async stage => {
    const launched: string[] = []
    for (const what of ['request', 'answer'] as const) {
      for (let earlier = 0; earlier < 2; earlier += 1) {
        // The first COMMIT is that of the data, the second opens the run.
        const losing = (async () => {
          if (earlier > 0) await stage.proxy.seeCommit()
          await stage.proxy.loseCommit(what)
        })()
        const { value, code } = await outcomeOf(stage.launch(4))
        await losing
        expect([undefined, 'unavailable']).toContain(code)
        if (value !== undefined) launched.push(value)
      }
    }
    expect((await stage.sound.runs.list({ limit: 10 })).map(run => [run.id, run.status, run.unitsTotal])).toEqual(launched.reverse().map(id => [id, 'running', 4]))
    expect((await stage.sound.units.find({ limit: 1_000 })).rows).toHaveLength(4 * launched.length)
  }))
})
