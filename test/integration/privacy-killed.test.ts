import { expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { atEachCut } from '../each-cut.js'
import { everyText } from '../every-text.js'
import { ALL_OF_PIA, essay, NAME, OLGA, openStage, plant, PLANTED, requestId } from '../privacy-stage.js'
import { check, makeTarget } from '../scenarios/promise-target.js'

// Cut off from the database for good at each step in turn, as a process that is killed is; a commit is done all the same at
// every other one. Whatever was written by then is sound, and the same request goes on from there.

test('killed at any step, an erasure leaves a sound database, and the same request finishes it', { timeout: 120_000 }, async () => {
  const planted = await makeTarget('sqlite')
  const stage = await openStage(planted)
  const { runs } = await plant(stage)
  const more = await stage.launch({ task: 'more', unitsPerAssignment: 1 })
  const held = await stage.worker(NAME).accept(essay, more)
  await stage.close()
  const request = { requestId: requestId(), ...ALL_OF_PIA, force: true }
  const steps = await atEachCut(planted, {
    act: ({ mephisto }) => mephisto.privacy.erase(OLGA, request),
    async look({ target, next, step, outcome, isStruck }) {
      // Once everything is erased the request is answered, whatever becomes of the files that are removed after it.
      if (outcome instanceof Error) expect(isStruck).toBe(true)
      else expect((await everyText(target)).filter(({ text }) => text.toLowerCase().includes(PLANTED)), `step ${String(step)}`).toEqual([])
      for (const { id } of [...runs, more]) expect(await verifyRun(next.db, id), `step ${String(step)}`).toMatchObject({ difference: null })
      expect(await check(target), `step ${String(step)}`).toEqual([])
      const reply = await next.mephisto.privacy.erase(OLGA, request)
      expect(reply.answers).toBe(8)
      expect(await next.mephisto.privacy.erase(OLGA, request)).toEqual(reply)
      expect((await everyText(target)).filter(({ text }) => text.toLowerCase().includes(PLANTED)), `step ${String(step)}`).toEqual([])
      expect((await next.db.units.get(held.unitId))?.status).toBe('launched')
      for (const { id } of [...runs, more]) expect(await verifyRun(next.db, id)).toMatchObject({ difference: null })
      expect(await check(target)).toEqual([])
    },
  })
  expect(steps).toBeGreaterThan(40)
  await planted.drop()
})

test('killed at any step, upkeep that erases what was kept long enough goes on in the next round', { timeout: 120_000 }, async () => {
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const planted = await makeTarget('sqlite')
  const stage = await openStage(planted, clock)
  const run = await stage.launch({ retentionDays: 1 })
  for (const name of ['ann', 'ben', 'cem']) {
    const task = await stage.worker(name).accept(essay, run)
    for (const text of ['planted', 'planted too late']) await task.submit({ text })
  }
  await stage.mephisto.operator.expire(run.id)
  await stage.close()
  now += 86_400_000
  const steps = await atEachCut(planted, {
    clock, act: ({ mephisto }) => mephisto.operator.tick(),
    async look({ target, next, step }) {
      expect(await verifyRun(next.db, run.id), `step ${String(step)}`).toMatchObject({ difference: null })
      await next.mephisto.operator.tick()
      expect((await next.mephisto.operator.tick()).erasedAnswers).toBe(0)
      expect((await everyText(target)).filter(({ text }) => text.includes(PLANTED)), `step ${String(step)}`).toEqual([])
      expect(await verifyRun(next.db, run.id)).toMatchObject({ difference: null })
      expect(await check(target)).toEqual([])
    },
  })
  expect(steps).toBeGreaterThan(20)
  await planted.drop()
})

test('killed at any step, the removal of a run\'s data leaves a sound database, and upkeep or the same request finishes what was begun', { timeout: 120_000 }, async () => {
  const planted = await makeTarget('sqlite')
  const stage = await openStage(planted)
  const run = await stage.launch({ data: [{ topic: PLANTED }, { topic: PLANTED }] })
  const unitIds: string[] = []
  for (const name of ['ann', 'ben']) {
    const task = await stage.worker(name).accept(essay, run)
    for (const text of ['planted', 'planted too late']) await task.submit({ text })
    unitIds.push(task.unitId)
  }
  await stage.mephisto.operator.expire(run.id)
  await stage.mephisto.caller(OLGA).review.decide({ decisionId: requestId(), unitIds, verdict: 'approve' })
  await stage.mephisto.operator.archive(run.id)
  await stage.close()
  const request = { requestId: requestId(), run: run.id, isForGood: true as const }
  const steps = await atEachCut(planted, {
    act: ({ mephisto }) => mephisto.privacy.removeData(OLGA, request),
    async look({ target, next, step, outcome }) {
      const left = async () => (await everyText(target)).filter(({ text }) => text.includes(PLANTED))
      if (!(outcome instanceof Error)) expect(await left(), `step ${String(step)}`).toEqual([])
      expect(await verifyRun(next.db, run.id), `step ${String(step)}`).toMatchObject({ difference: null })
      expect(await check(target), `step ${String(step)}`).toEqual([])
      const isBegun = (await next.db.runs.get(run.id))?.dataRemovedAt !== null
      if (isBegun && step % 3 === 0) await next.mephisto.operator.tick()
      else expect(await next.mephisto.privacy.removeData(OLGA, request)).toMatchObject({ units: 4, answers: 4 })
      expect(await left(), `step ${String(step)}`).toEqual([])
      expect(await verifyRun(next.db, run.id)).toMatchObject({ difference: null })
      expect(await check(target)).toEqual([])
    },
  })
  expect(steps).toBeGreaterThan(20)
  await planted.drop()
})
