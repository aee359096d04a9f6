import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verifyRun, type TaskRun } from '../../sdk/index.js'
import { everyText } from '../every-text.js'
import { essay, OLGA, openStage, requestId, RITA, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

const DAY_MS = 86_400_000

describe.each(await targetKinds())('on %s', kind => {
  let target: OwnTarget
  let stage: PrivacyStage
  let now: number
  beforeEach(async () => {
    target = await makeTarget(kind)
    now = Date.UTC(2026, 0, 1)
    stage = await openStage(target, { now: () => now })
  }, 60_000)
  afterEach(async () => {
    await stage.close()
    await target.drop()
  })

  const kept = async (word: string): Promise<number> => (await everyText(target)).filter(({ text }) => text.includes(word)).length
  const tick = async (afterMs: number): Promise<number> => {
    now += afterMs
    return (await stage.mephisto.operator.tick()).erasedAnswers
  }
  const expectSound = async (...runs: readonly TaskRun[]): Promise<void> => {
    for (const { id } of runs) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
  }
  const answer = async (run: TaskRun, name: string, text: string) => {
    const task = await stage.worker(name).accept(essay, run)
    const send = () => task.submit({ text }, `submission-of-${name}`)
    return { task, send, reply: await send() }
  }

  test('answers lose their texts when their run has been over for as long as they were to be kept, and no others do', async () => {
    const [brief, long, forever] = [await stage.launch({ task: 'brief', retentionDays: 2 }), await stage.launch({ task: 'long', retentionDays: 9 }), await stage.launch({ task: 'forever' })]
    for (const run of [brief, long, forever]) for (const name of ['ann', 'ben']) await answer(run, name, `secret of ${run.taskName}`)
    expect((await stage.mephisto.operator.progress(brief.id)).run.config.retentionDays).toBe(2)
    expect(await tick(100 * DAY_MS)).toBe(0)
    for (const run of [brief, long, forever]) await stage.mephisto.operator.expire(run.id)
    expect(await tick(2 * DAY_MS - 1)).toBe(0)
    expect(await tick(1)).toBe(2)
    expect([await kept('secret of brief'), await kept('secret of long'), await kept('secret of forever')]).toEqual([0, 2, 2])
    expect(await tick(1_000)).toBe(0)
    await expectSound(brief, long, forever)
    expect(await tick(7 * DAY_MS)).toBe(2)
    expect([await kept('secret of long'), await kept('secret of forever')]).toEqual([0, 2])
    await expectSound(brief, long, forever)
  })

  test('a task bounds how long the answers of all its runs are kept, also of those that are over: of that and what a run says the shorter counts', async () => {
    const [brief, long, forever, other] = [
      await stage.launch({ task: 'survey', retentionDays: 2 }), await stage.launch({ task: 'survey', retentionDays: 90 }), await stage.launch({ task: 'survey' }), await stage.launch({ task: 'other' }),
    ]
    for (const run of [brief, long, forever, other]) {
      await answer(run, 'ann', `secret of ${run.id}`)
      await stage.mephisto.operator.expire(run.id)
    }
    const projects = stage.mephisto.caller(OLGA).projects
    const request = { requestId: requestId(), task: 'survey', days: 9 }
    expect(await projects.setRetention(request)).toMatchObject({ name: 'survey', retentionDays: 9 })
    expect(await projects.setRetention(request)).toMatchObject({ retentionDays: 9 })
    expect(await tick(2 * DAY_MS)).toBe(1)
    expect(await kept(`secret of ${brief.id}`)).toBe(0)
    expect(await tick(7 * DAY_MS - 1)).toBe(0)
    expect(await tick(1)).toBe(2)
    expect([await kept(`secret of ${long.id}`), await kept(`secret of ${forever.id}`), await kept(`secret of ${other.id}`)]).toEqual([0, 0, 1])
    await expectSound(brief, long, forever, other)
    // A time in ms that no small number holds.
    for (const days of [25, 36_500]) expect(await projects.setRetention({ requestId: requestId(), task: 'other', days })).toMatchObject({ retentionDays: days })
    expect(await tick(40 * DAY_MS)).toBe(0)
    expect(await projects.setRetention({ requestId: requestId(), task: 'other', days: 60 })).toMatchObject({ retentionDays: 60 })
    expect(await tick(11 * DAY_MS)).toBe(1)
    expect(await projects.setRetention({ requestId: requestId(), task: 'other', days: null })).toMatchObject({ retentionDays: null })
    expect(await projects.setRetention({ requestId: requestId(), task: 'survey', days: null })).toMatchObject({ retentionDays: null })
    expect((await projects.tasks({})).tasks.map(task => [task.name, task.retentionDays])).toEqual([['other', null], ['survey', null]])
  })

  test('a bound that is none, or of a task that there is not, is refused and changes nothing', async () => {
    await stage.launch({ task: 'survey' })
    const { setRetention, tasks } = stage.mephisto.projects
    for (const days of [0, 1.5, 36_501]) await expect(setRetention(OLGA, { requestId: requestId(), task: 'survey', days })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('days') as string })
    await expect(setRetention(OLGA, { requestId: requestId(), task: 'nothing', days: 9 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(stage.mephisto.caller(RITA).projects.setRetention({ requestId: requestId(), task: 'survey', days: 9 })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    expect((await tasks({})).tasks).toMatchObject([{ retentionDays: null }])
  })

  test('a page that sends again gets its reply, and what it sends new is erased as well', async () => {
    const run = await stage.launch({ retentionDays: 1 })
    const { task, send, reply } = await answer(run, 'ann', 'secret')
    await stage.mephisto.operator.expire(run.id)
    expect(await tick(DAY_MS)).toBe(1)
    expect(await send().catch((error: unknown) => error)).toEqual(reply)
    expect((await task.submit({ text: 'secret too' })).outcome).toBe('set_aside')
    expect(await kept('secret too')).toBe(1)
    expect(await tick(1)).toBe(1)
    expect(await kept('secret')).toBe(0)
    expect(await tick(1)).toBe(0)
    await expectSound(run)
  })

  test('a run that is reopened keeps what comes then for as long again', async () => {
    const run = await stage.launch({ retentionDays: 1, unitsPerAssignment: 1, data: [{ topic: 'a' }] })
    const { task } = await answer(run, 'ann', 'secret one')
    await stage.mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [task.unitId], verdict: 'reject' })
    expect(await tick(DAY_MS)).toBe(1)
    await stage.mephisto.operator.requeue(run.id)
    await answer(run, 'ben', 'secret two')
    expect(await tick(DAY_MS - 1)).toBe(0)
    expect(await kept('secret two')).toBe(1)
    expect(await tick(1)).toBe(1)
    expect(await kept('secret')).toBe(0)
    await expectSound(run)
  })

  test('what comes after the clock was set back is erased as well', async () => {
    const run = await stage.launch({ retentionDays: 1 })
    const { task } = await answer(run, 'ann', 'secret')
    await stage.mephisto.operator.expire(run.id)
    expect(await tick(DAY_MS)).toBe(1)
    now -= 3_600_000
    expect((await task.submit({ text: 'secret too' })).outcome).toBe('set_aside')
    expect(await tick(3_600_000)).toBe(1)
    expect(await kept('secret')).toBe(0)
    expect(await tick(DAY_MS)).toBe(0)
    await expectSound(run)
  })

  test('several portions at once, by two instances', { timeout: 60_000 }, async () => {
    const run = await stage.launch({ retentionDays: 1, unitsPerAssignment: 1, data: Array.from({ length: 1_200 }, (_, index) => ({ topic: String(index) })) })
    await Promise.all(Array.from({ length: 60 }, async (_, index) => {
      for (let n = 0; n < 20; n += 1) await (await stage.worker(`worker ${String(index)}`).accept(essay, run)).submit({ text: 'secret' })
    }))
    const other = await openStage(target, { now: () => now })
    now += DAY_MS
    const erased = await Promise.all([stage, other].map(async ({ mephisto }) => (await mephisto.operator.tick()).erasedAnswers))
    expect((erased[0] ?? 0) + (erased[1] ?? 0)).toBe(1_200)
    expect(await kept('secret')).toBe(0)
    await expectSound(run)
    await other.close()
  })
})

test.each([0, -1, 1.5, 36_501])('a time of %s days is refused', async retentionDays => {
  const target = await makeTarget('sqlite')
  const stage = await openStage(target)
  await expect(stage.launch({ retentionDays })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('retentionDays') as string })
  await stage.close()
  await target.drop()
})
