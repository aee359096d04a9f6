import { describe, expect, test } from 'vitest'
import { closeAfterEach } from '../close-after-each.js'
import { HOUR_MS, openStage, type PublishingStage } from '../publishing-stage.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

const keep = closeAfterEach()
async function open(options: Parameters<typeof openStage>[0] = {}): Promise<PublishingStage> {
  const stage = await openStage(options)
  keep(stage.mephisto)
  return stage
}

describe('a run whose provider shows its units', () => {
  test('begins when the provider has opened it, shows as many units as may be live, and ends with nothing left there', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(3, { maxLiveUnits: 2 })
    expect(run.status).toBe('launching')
    expect(stage.crowd.calls).toEqual([])
    expect(await mephisto.worker('ann').refusal(run)).not.toBeNull()
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 3, retried: 0, failed: 0 })
    expect(await stage.progress(run)).toMatchObject({
      run: { status: 'running' }, units: { created: 1, launched: 2 }, publishing: { run: 'published', units: { published: 2, publishing: 0 }, troubles: [] },
    })
    expect([stage.upRuns(), stage.upUnits().length]).toEqual([[run.id], 2])
    expect(await mephisto.db.publications.get(run.id)).toMatchObject({ ref: '{"listing":"listing-1"}' })
    const answered = await stage.work('ann', run)
    await mephisto.operator.tick()
    expect(stage.upUnits()).not.toContain(answered)
    expect(stage.upUnits()).toHaveLength(2)
    await expectSound(mephisto)
    await stage.work('ann', run)
    await stage.work('ann', run)
    await mephisto.operator.tick()
    expect(await stage.progress(run)).toMatchObject({ run: { status: 'completed' }, publishing: { run: 'withdrawn', units: { withdrawn: 3 } } })
    stage.expectNothingLeft()
    expect(stage.crowd.calls.at(-1)?.operation).toBe('closeRun')
    expect(new Set(stage.crowd.calls.map(({ key }) => key)).size).toBe(stage.crowd.calls.length)
    await expectSound(mephisto, { isSettled: true })
  })

  test('publishes long runs a portion at a time', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(250)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(250)
    expect((await stage.progress(run)).units.launched).toBe(250)
    await expectSound(mephisto)
    await mephisto.operator.expire(run.id)
    await mephisto.operator.tick()
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('has as many live as may be, also where that is more than are on their way at a time', async () => {
    const stage = await open()
    const run = await stage.launch(300, { maxLiveUnits: 250 })
    for (let round = 0; round < 3; round += 1) await stage.mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(250)
    await stage.mephisto.operator.expire(run.id)
    await stage.mephisto.operator.tick()
    stage.expectNothingLeft()
    await expectSound(stage.mephisto, { isSettled: true })
  })

  test('makes nothing twice when replies are lost, and withdraws what it never heard of', async () => {
    const stage = await open()
    const { mephisto } = stage
    stage.provider.fail({ on: 'openRun', kind: 'lose_reply' })
    const run = await stage.launch(2)
    await mephisto.operator.tick()
    expect(stage.upRuns()).toEqual([run.id])
    stage.provider.fail({ on: 'publishUnit', kind: 'lose_reply', times: 100 })
    await mephisto.advance(5_000)
    expect((await stage.progress(run)).run.status).toBe('running')
    expect(stage.upUnits()).toHaveLength(2)
    expect((await stage.progress(run)).units).toMatchObject({ created: 2, launched: 0 })
    await mephisto.operator.expire(run.id)
    await mephisto.advance(HOUR_MS)
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('is left as it is by a lost launch check: the run stays while its provider opens it, however long that takes', async () => {
    const stage = await open()
    const { mephisto } = stage
    stage.provider.fail({ on: 'openRun', kind: 'fail', times: 6 })
    const run = await stage.launch(1)
    for (let minutes = 0; minutes < 60; minutes += 1) await mephisto.advance(60_000)
    expect((await stage.progress(run)).run.status).toBe('running')
    expect(stage.upUnits()).toHaveLength(1)
  })
})

describe('a unit whose call fails', () => {
  test('is tried again later and later, visibly, while the others go on', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(4)
    const [poor = ''] = await mephisto.db.publications.unpublished(run.id, 1)
    stage.provider.fail({ on: 'publishUnit', kind: 'fail', about: poor, times: 3 })
    await mephisto.operator.tick()
    const { units, publishing } = await stage.progress(run)
    await expectSound(mephisto)
    expect(units).toMatchObject({ created: 1, launched: 3 })
    expect(publishing).toMatchObject({ units: { publishing: 1, published: 3 }, troubles: [{ about: poor, tries: 1, error: 'the mock crowd failed before it did anything', topic: 'unit.publish.mock' }] })
    expect(publishing?.troubles[0]?.triesAgainAt).toBeGreaterThan(mephisto.runtime.now())
    for (const ms of [2_000, 4_000, 8_000]) await mephisto.advance(ms)
    expect((await stage.progress(run)).units.launched).toBe(4)
    expect((await stage.progress(run)).publishing?.troubles).toEqual([])
    await expectSound(mephisto)
  })

  test('takes a place of those that may be live while it is tried, and gives it to the next when it is given up', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(3, { maxLiveUnits: 1 })
    const [poor = ''] = await mephisto.db.publications.unpublished(run.id, 1)
    stage.provider.fail({ on: 'publishUnit', kind: 'fail', about: poor, times: 100 })
    await mephisto.operator.tick()
    expect(stage.upUnits()).toEqual([])
    for (let hours = 0; hours < 24; hours += 1) await mephisto.advance(HOUR_MS)
    expect(stage.upUnits()).toHaveLength(1)
    const { publishing, units } = await stage.progress(run)
    expect([publishing?.units.publish_failed, units.created]).toEqual([1, 2])
    const [trouble] = publishing?.troubles ?? []
    expect(trouble).toMatchObject({ about: poor, tries: 15, triesAgainAt: null })
    await expectSound(mephisto)
  })

  test('that was given up can be asked for again, and the run goes on to its end', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(2)
    const [poor = ''] = await mephisto.db.publications.unpublished(run.id, 1)
    stage.provider.fail({ on: 'publishUnit', kind: 'refuse', about: poor })
    await mephisto.operator.tick()
    expect((await stage.progress(run)).publishing).toMatchObject({ units: { publish_failed: 1, published: 1 }, troubles: [{ tries: 1, triesAgainAt: null, error: 'The mock crowd refused publishUnit.' }] })
    await stage.work('ann', run)
    await mephisto.advance(HOUR_MS)
    expect((await stage.progress(run)).run.status).toBe('running')
    await stage.replay(run)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toEqual([poor])
    expect(await stage.work('ann', run)).toBe(poor)
    await mephisto.operator.tick()
    expect((await stage.progress(run)).run.status).toBe('completed')
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('and is asked for again after its run has ended is not published', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(1)
    stage.provider.fail({ on: 'publishUnit', kind: 'refuse' })
    await mephisto.operator.tick()
    await mephisto.operator.expire(run.id)
    await mephisto.operator.tick()
    await stage.replay(run)
    await mephisto.operator.tick()
    expect(stage.crowd.calls.filter(({ operation }) => operation === 'publishUnit')).toEqual([])
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('and is asked for again after it went with its run\'s draining is not published', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(2)
    stage.provider.fail({ on: 'publishUnit', kind: 'refuse' })
    await mephisto.operator.tick()
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.drain(run.id)
    await mephisto.operator.tick()
    await stage.replay(run)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toEqual([task.unitId])
    await task.submit({ label: 'positive' })
    await mephisto.operator.tick()
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('for a reason that is not its own does not take all others with it', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(60, { maxLiveUnits: 3 })
    stage.provider.fail({ on: 'publishUnit', kind: 'refuse', times: 1_000 })
    await mephisto.operator.tick()
    const { publishing, units } = await stage.progress(run)
    expect([units.created, publishing?.units.publishing]).toEqual([60, 0])
    expect(publishing?.units.publish_failed).toBeLessThan(25)
    await expectSound(mephisto)
    stage.provider.heal()
    await stage.replay(run, 6)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(6)
    await expectSound(mephisto)
  })

  test('is not launched by a reference that cannot be kept', async () => {
    const stage = await open({ change: one => ({ ...one, publishUnit: () => Promise.resolve({ page: 'x'.repeat(5_000) }) }) })
    const { mephisto } = stage
    const run = await stage.launch(1)
    await mephisto.operator.tick()
    expect(await stage.progress(run)).toMatchObject({ units: { created: 1, launched: 0 }, publishing: { troubles: [{ error: expect.stringContaining('no JSON object of at most 4000 characters') as string }] } })
  })
})
