import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { defineFeed, dump, fromFeed, implement, importDump, usd, verifyRun, type BlueprintImplementation } from '../../sdk/index.js'
import { atEachStep } from '../each-step.js'
import { counting, countingTo, fedActs, rowTexts } from '../feeds.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

const { open, closeAll, launch, stateOf, feedOf, answer } = fedActs()
afterEach(closeAll)

describe('a run that is fed', () => {
  test('and came with a dump is fed again when the operator resumes its feed', async () => {
    const [source, target] = [await open(), await open()]
    const run = await launch(source, countingTo(3))
    await source.operator.tick()
    await answer(source, ['ann'], run)
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-fed-'))
    await source.operator.drain(run.id)
    await dump(source.db, { file: join(folder, 'dump.jsonl') })
    await importDump(target.db, target.runtime, { file: join(folder, 'dump.jsonl'), actorId: 'olga' })
    rmSync(folder, { recursive: true })
    expect(await stateOf(target, run)).toMatchObject({ status: 'completed', dataFeed: { status: 'ended', rows: 3 } })
    await target.operator.resumeFeed(run.id)
    expect((await target.outbox.calls({ statuses: ['pending'] })).calls).toMatchObject([{ subjectId: run.id }])
    await target.operator.tick()
    expect(await stateOf(target, run)).toMatchObject({ status: 'completed', dataFeed: { status: 'ended', rows: 3 } })
    await expectSound(target)
  })

  test('opens empty, is filled up to its bound, refilled when it is half empty, and ends with its feed', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo(23))
    expect(run).toMatchObject({ status: 'running', unitsTotal: 0, dataFeed: { status: 'open', cursor: null, rows: 0 } })
    expect(await mephisto.worker('ann').refusal(run)).toBe('waiting_for_items')
    expect(await mephisto.worker('ann').preview(run)).toMatchObject({ sample: null, refusal: { reason: 'waiting_for_items' } })
    await mephisto.operator.tick()
    expect(await stateOf(mephisto, run)).toMatchObject({ unitsTotal: 10, unitsOpen: 10, dataFeed: { cursor: '10', rows: 10 } })
    await answer(mephisto, ['ann', 4], run)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ rows: 10 })
    await answer(mephisto, ['ann', 1], run)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ rows: 15 })
    const texts = rowTexts(1, 5)
    for (let round = 0; round < 5; round += 1) {
      texts.push(...await answer(mephisto, ['ann'], run))
      await mephisto.operator.tick()
    }
    expect(texts).toEqual(rowTexts(1, 23))
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', unitsTotal: 23, unitsAnswered: 23, dataFeed: { status: 'ended', rows: 23 } })
    expect(await mephisto.worker('ben').refusal(run)).toBe('all_answered')
    await expectSound(mephisto, { isSettled: true })
  })

  test('is filled by itself where the instance was started', async () => {
    const mephisto = await open()
    const stop = mephisto.start({ everyMs: 60_000 })
    const run = await launch(mephisto, countingTo())
    await expect.poll(async () => (await feedOf(mephisto, run))?.rows).toBe(10)
    await answer(mephisto, ['ann', 5], run)
    await expect.poll(async () => (await feedOf(mephisto, run))?.rows).toBe(15)
    await stop()
    await expectSound(mephisto)
  })

  test('has 10,000 rows and more pulled in step with the answers, and at no commit more free units than its bound', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo(undefined, 200))
    const watched = await open(undefined, mephisto.file)
    let [most, looks] = [0, 0]
    const watching = { isOver: false }
    const watch = (async () => {
      while (!watching.isOver) {
        most = Math.max(most, await watched.db.feeds.countFree(run.id, 1_000))
        looks += 1
        await new Promise(resolve => setTimeout(resolve, 2))
      }
    })()
    const started = performance.now()
    const stop = mephisto.start({ everyMs: 60_000 })
    const answered = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      let count = 0
      while (count < 255) {
        const done = await answer(mephisto, [`worker ${String(index)}`, 255 - count], run)
        count += done.length
        if (done.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
      }
      return count
    }))
    const seconds = (performance.now() - started) / 1_000
    await stop()
    watching.isOver = true
    await watch
    console.log(`10,200 rows in ${seconds.toFixed(1)} s; at most ${String(most)} free, seen ${String(looks)} times`)
    expect(answered.reduce((sum, count) => sum + count, 0)).toBe(10_200)
    const { dataFeed, unitsTotal, unitsOpen } = await stateOf(mephisto, run)
    expect(dataFeed?.rows).toBe(unitsTotal)
    expect(unitsTotal - unitsOpen).toBe(10_200)
    expect(unitsOpen).toBeLessThanOrEqual(200)
    expect(most).toBeLessThanOrEqual(200)
    // By the log, which has every commit: units that were added, less those that were taken and not given back.
    let free = 0
    for (let after = 0, isMore = true; isMore;) {
      const events = await mephisto.db.events.feed(run.id, after, 1_000)
      for (const { type, body } of events) {
        if (type === 'feed') free += (JSON.parse(body) as { units: number }).units
        if (type === 'begin') free -= 1
        expect(free).toBeLessThanOrEqual(200)
      }
      after = events.at(-1)?.feed ?? after
      isMore = events.length === 1_000
    }
    expect((await verifyRun(mephisto.db, run.id)).difference).toBeNull()
  }, 240_000)

  test('pulls nothing while it is paused, and goes on when it is resumed', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo())
    await mephisto.operator.pause(run.id)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ status: 'open', rows: 0 })
    expect(await mephisto.worker('ann').refusal(run)).toBe('run_paused')
    await mephisto.operator.resume(run.id)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ rows: 10 })
    await expectSound(mephisto)
  })

  test.each(['drain', 'expire'] as const)('that is told to %s stops for good', async verb => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo())
    await mephisto.operator.tick()
    const task = await mephisto.worker('ann').accept(sentiment, run)
    expect(await mephisto.operator[verb](run.id)).toMatchObject({ status: verb === 'drain' ? 'draining' : 'expired', dataFeed: { status: 'ended', rows: 10 } })
    await task.submit({ label: 'positive' })
    await mephisto.operator.tick()
    expect(await stateOf(mephisto, run)).toMatchObject({ status: verb === 'drain' ? 'completed' : 'expired', unitsTotal: 10, dataFeed: { status: 'ended', rows: 10 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('completes at once when it drains with nothing in it', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo())
    expect(await mephisto.operator.drain(run.id)).toMatchObject({ status: 'completed', unitsTotal: 0 })
    await mephisto.operator.tick()
    expect(await stateOf(mephisto, run)).toMatchObject({ unitsTotal: 0 })
    await expectSound(mephisto, { isSettled: true })
  })

  test('whose feed has no row at all completes', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo(0))
    await mephisto.operator.tick()
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', unitsTotal: 0, dataFeed: { status: 'ended', rows: 0 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('pulls nothing when its budget is used up, and goes on when it gets more', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo(undefined, 2), { budget: usd('0.30') })
    await mephisto.operator.tick()
    for (let round = 0; round < 3; round += 1) {
      await answer(mephisto, ['ann'], run)
      await mephisto.operator.tick()
    }
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'running', unitsAnswered: 3, dataFeed: { status: 'open', rows: 4 } })
    expect(await mephisto.worker('ann').refusal(run)).toBe('budget_exhausted')
    await mephisto.operator.topUp(run.id, { budget: usd('0.50') })
    expect(await answer(mephisto, ['ann'], run)).toEqual(['row 4'])
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(['row 5'])
    await expectSound(mephisto)
  })

  test('may be topped up besides, and each row is once in it', async () => {
    const mephisto = await open()
    const run = await launch(mephisto, countingTo(12), { unitsPerAssignment: 2 })
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ rows: 5 })
    await mephisto.operator.topUp(run.id, { topUpId: 'by-hand-01', data: [{ text: 'by hand' }], unitsPerAssignment: 3 })
    const seen = new Map<string, number>()
    for (let round = 0; round < 12; round += 1) {
      for (const name of ['ann', 'ben', 'cem']) for (const text of await answer(mephisto, [name], run)) seen.set(text, (seen.get(text) ?? 0) + 1)
      await mephisto.operator.tick()
    }
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries([...rowTexts(1, 12), 'by hand'].map(text => [text, 3])))
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', unitsTotal: 39 })
    await expectSound(mephisto, { isSettled: true })
  })

  test('hands out by priority, holds units back, and trains people before there is anything to do', async () => {
    const feed = defineFeed(sentiment, {
      async *read({ after }) {
        await Promise.resolve()
        for (const number of [1, 2, 3, 4].filter(one => one > Number(after ?? 0))) yield { row: { text: `row ${String(number)}` }, cursor: number, priority: number === 3 ? 9 : 0 }
      },
    })
    const mephisto = await open({ feed })
    const run = await launch(mephisto, fromFeed('feed'), { maxLiveUnits: 2, training: { qualification: 'trained', items: [{ input: { text: 'known' }, expected: { label: 'positive' } }] } })
    expect(await answer(mephisto, ['ann'], run)).toEqual(['known'])
    await mephisto.operator.tick()
    expect(await mephisto.operator.progress(run.id)).toMatchObject({ units: { created: 2, launched: 2 } })
    expect((await answer(mephisto, ['ann'], run)).sort()).toEqual(rowTexts(1, 4))
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed' })
    await expectSound(mephisto)
  })
})

describe('rows of a feed are taken once', () => {
  test('when several instances read at once', async () => {
    const first = await open()
    const others = [await open(undefined, first.file), await open(undefined, first.file)]
    const run = await launch(first, countingTo(60))
    const texts: string[] = []
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([first, ...others].map(one => one.operator.tick()))
      texts.push(...await answer(first, ['ann'], run))
    }
    expect(texts).toEqual(rowTexts(1, 60))
    expect(await stateOf(first, run)).toMatchObject({ status: 'completed' })
    await expectSound(first, { isSettled: true })
  })

  test('wherever the process that reads is killed: another goes on with the next row', async () => {
    const blueprints: readonly BlueprintImplementation[] = [implement(sentiment, { feeds: { counting } })]
    const mephisto = await open()
    const times = await atEachStep(mephisto, async struck => {
      const run = await launch(mephisto, countingTo(7, 4))
      await struck.operator.tick().catch(() => undefined)
      await mephisto.advance(60_000)
      expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(1, 4))
      await mephisto.operator.tick()
      expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(5, 7))
      await mephisto.operator.tick()
      expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', unitsTotal: 7 })
    }, { blueprints })
    expect(times).toBeGreaterThan(10)
    await expectSound(mephisto, { isSettled: true })
  }, 120_000)
})

test('a log that says something else of a feed than the row is found', async () => {
  const mephisto = await open()
  const run = await launch(mephisto, countingTo())
  await mephisto.operator.tick()
  for (const dataFeed of [{ status: 'open', cursor: '11', rows: 10, badCursor: null }, { status: 'open', cursor: '10', rows: 9, badCursor: null }, { status: 'ended', cursor: '10', rows: 10, badCursor: null }] as const) {
    await mephisto.db.transaction(async tx => {
      const [held] = await tx.runs.lock([run.id])
      if (held) await tx.runs.write({ id: run.id, fromFeed: held.feed, feed: held.feed, head: held.head, reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0, dataFeed }, 0)
    })
    expect((await verifyRun(mephisto.db, run.id)).difference).toMatchObject({ subject: 'run', what: expect.stringContaining('data feed') as string })
  }
})
