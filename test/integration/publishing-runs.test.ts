import { describe, expect, test } from 'vitest'
import { MephistoError, type CrowdProvider } from '../../sdk/index.js'
import { closeAfterEach } from '../close-after-each.js'
import { HOUR_MS, openStage, type PublishingStage } from '../publishing-stage.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const keep = closeAfterEach()
async function open(options: Parameters<typeof openStage>[0] = {}): Promise<PublishingStage> {
  const stage = await openStage(options)
  keep(stage.mephisto)
  return stage
}

describe('a provider is asked about a launch', () => {
  const asked: unknown[] = []
  const change = (provider: CrowdProvider): CrowdProvider => ({
    ...provider,
    validateLaunch({ pay, ...launch }, { now }) {
      asked.push({ pay, ...launch, isContext: now() > 0 })
      if (pay.minor > 0 && pay.minor < 10) throw new Error('pay: is below the least that this crowd takes, $0.10')
      if (pay.minor > 1_000) throw new MephistoError('budget_exhausted', 'The account holds too little for that.')
    },
  })

  test('before anything is written, when it is planned and when it is launched, and may refuse it', async () => {
    const { mephisto, launch } = await open({ change })
    const low = { pay: { minor: 5, currency: 'USD' } }
    const refused = { code: 'invalid_input', message: 'Launch options: provider "mock" refuses it: pay: is below the least that this crowd takes, $0.10. Nothing was launched.' }
    await expect(launch(2, low)).rejects.toMatchObject(refused)
    await expect(mephisto.operator.plan(sentiment, { ...sentimentRun(2), provider: 'mock', ...low })).rejects.toMatchObject(refused)
    await expect(launch(2, { pay: { minor: 2_000, currency: 'USD' } })).rejects.toMatchObject({ code: 'budget_exhausted', message: 'The account holds too little for that.' })
    expect(await mephisto.operator.runs()).toEqual([])
    expect((await mephisto.db.tasks.find()).rows).toEqual([])
    asked.length = 0
    await launch(2, { pay: { minor: 10, currency: 'USD' }, unitsPerAssignment: 3, maxLiveUnits: 4, budget: { minor: 100, currency: 'USD' } })
    expect(asked).toEqual([{
      task: 'tweets', title: 'tweets', description: '', requester: 'lab', unitsPerAssignment: 3, pay: { minor: 10, currency: 'USD' }, budget: { minor: 100, currency: 'USD' },
      leaseMs: expect.any(Number) as number, maxLiveUnits: 4, taskUrl: expect.stringMatching(/^http/) as string, isContext: true,
    }])
  })
})

describe('a provider that does not open the run', () => {
  test('fails it, says why, and leaves nothing', async () => {
    const stage = await open()
    const { mephisto } = stage
    stage.provider.fail({ on: 'openRun', kind: 'refuse' })
    const run = await stage.launch(3)
    const live = mephisto.operator.untilLive(run.id, { everyMs: 5 })
    await mephisto.operator.tick()
    expect(await live).toMatchObject({ run: { status: 'failed' }, publishing: { run: 'publish_failed', troubles: [{ error: 'The mock crowd refused openRun.', about: run.id }] } })
    await mephisto.operator.tick()
    expect((await stage.progress(run)).units.expired).toBe(3)
    expect(stage.crowd.calls).toEqual([])
    await expectSound(mephisto, { isSettled: true })
    await stage.replay(run)
    await mephisto.operator.tick()
    expect(stage.crowd.calls).toEqual([])
  })

  test('and may have opened it all the same is told to close it', async () => {
    const stage = await open()
    const { mephisto } = stage
    stage.provider.fail({ on: 'openRun', kind: 'lose_reply', times: 100 })
    const run = await stage.launch(1)
    for (let hours = 0; hours < 24; hours += 1) await mephisto.advance(HOUR_MS)
    expect((await stage.progress(run)).run.status).toBe('failed')
    expect(stage.crowd.listings()).toHaveLength(1)
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('in time: a run that is expired before is never opened, and one that is expired meanwhile is closed', async () => {
    const stage = await open()
    const { mephisto } = stage
    const early = await stage.launch(1)
    await mephisto.operator.expire(early.id)
    await mephisto.operator.tick()
    expect(stage.crowd.calls.map(({ operation }) => operation)).toEqual(['closeRun'])
    const { isReached, release } = stage.holdUp('openRun', 'before')
    const late = await stage.launch(1)
    const ticking = mephisto.operator.tick()
    await isReached()
    await mephisto.operator.expire(late.id)
    await mephisto.operator.tick()
    release()
    await ticking
    await mephisto.advance(1_000)
    expect(stage.crowd.listings().map(({ about }) => about)).toEqual([late.id])
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })
})

describe('a run that ends or pauses while its provider is called', () => {
  test.each([['expire', 'before'], ['expire', 'after'], ['drain', 'before'], ['drain', 'after']] as const)('%s: what is published at that moment, whether the call comes %s it is done, is withdrawn afterwards', async (verb, when) => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(3)
    await mephisto.operator.tick()
    const { isReached, release } = stage.holdUp('publishUnit', when)
    await mephisto.operator.topUp(run.id, { topUpId: 'top-up-more-1', data: [{ text: 'more' }] })
    const ticking = mephisto.operator.tick()
    await isReached()
    await mephisto.operator[verb](run.id)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(when === 'after' ? 1 : 0)
    await expectSound(mephisto)
    release()
    await ticking
    await mephisto.advance(1_000)
    expect(stage.crowd.listings()).toHaveLength(5)
    stage.expectNothingLeft()
    expect((await stage.progress(run)).publishing).toMatchObject({ run: 'withdrawn', units: { withdrawn: 4 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('pause: nothing more is published until it is resumed', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(3, { maxLiveUnits: 1 })
    await mephisto.operator.tick()
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.pause(run.id)
    await task.submit({ label: 'positive' })
    await mephisto.operator.tick()
    expect(stage.upUnits()).toEqual([])
    await mephisto.operator.resume(run.id)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(1)
    await expectSound(mephisto)
  })

  test('reopening: a run that was closed is opened again under its own name, and its new units are published', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(1)
    await mephisto.operator.tick()
    await stage.work('ann', run)
    await mephisto.operator.tick()
    stage.expectNothingLeft()
    await mephisto.operator.topUp(run.id, { topUpId: 'top-up-more-1', data: [{ text: 'more' }] })
    expect((await stage.progress(run)).publishing?.run).toBe('publishing')
    await mephisto.operator.tick()
    expect([stage.upRuns(), stage.upUnits().length]).toEqual([[run.id], 1])
    expect(stage.crowd.listings().filter(({ kind }) => kind === 'run')).toHaveLength(1)
    await stage.work('ann', run)
    await mephisto.operator.tick()
    expect((await stage.progress(run)).run.status).toBe('completed')
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })
})

describe('what a provider can do', () => {
  test('units without a run: they are published as soon as the run is launched', async () => {
    const stage = await open({ change: ({ openRun: _open, closeRun: _close, ...rest }) => rest })
    const { mephisto } = stage
    const run = await stage.launch(2)
    expect(run.status).toBe('running')
    expect((await stage.progress(run)).units.created).toBe(2)
    await mephisto.operator.tick()
    expect([stage.upRuns(), stage.upUnits().length]).toEqual([[], 2])
    await mephisto.operator.drain(run.id)
    await mephisto.operator.tick()
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('a run without units: they are launched when it is open, as many as may be', async () => {
    const stage = await open({ change: ({ publishUnit: _publish, withdrawUnit: _withdraw, ...rest }) => rest })
    const { mephisto } = stage
    const run = await stage.launch(3, { maxLiveUnits: 2 })
    expect((await stage.progress(run)).units).toMatchObject({ created: 3 })
    await mephisto.operator.tick()
    expect(await stage.progress(run)).toMatchObject({ run: { status: 'running' }, units: { created: 1, launched: 2 } })
    await stage.work('ann', run)
    expect((await stage.progress(run)).units).toMatchObject({ launched: 2, completed: 1 })
    await mephisto.operator.expire(run.id)
    await mephisto.operator.tick()
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('places in a run: as many as units that are live or answered, said in one call for many', async () => {
    const stage = await open({ countsPlaces: true })
    const { mephisto } = stage
    const places = (): number | undefined => stage.crowd.listings()[0]?.places
    const run = await stage.launch(5, { maxLiveUnits: 2 })
    await mephisto.operator.tick()
    expect(await stage.progress(run)).toMatchObject({ units: { created: 3, launched: 2 }, publishing: { run: 'published', units: { published: 2 } } })
    expect([places(), stage.crowd.calls.length]).toEqual([2, 2])
    stage.provider.fail({ on: 'setPlaces', kind: 'lose_reply' })
    await stage.work('ann', run)
    await mephisto.operator.tick()
    expect((await stage.progress(run)).publishing).toMatchObject({ units: { publishing: 1, published: 1, withdrawn: 1 }, troubles: [{ topic: 'run.places.mock' }] })
    await stage.work('ann', run)
    await mephisto.advance(5_000)
    expect(places()).toBe(4)
    expect((await stage.progress(run)).units).toMatchObject({ launched: 2, completed: 2 })
    await expectSound(mephisto)
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.drain(run.id)
    await mephisto.operator.tick()
    expect(places()).toBe(3)
    await task.submit({ label: 'positive' })
    await mephisto.operator.tick()
    expect((await stage.progress(run)).run.status).toBe('completed')
    stage.expectNothingLeft()
    expect(stage.crowd.listings()).toHaveLength(1)
    await expectSound(mephisto, { isSettled: true })
  })

  test('units that are made for one worker are shown to nobody', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(2, { maxLiveUnits: 1, training: { qualification: 'trained', items: [{ input: { text: 'known' }, expected: { label: 'positive' } }], minimumRight: 1 } })
    await mephisto.operator.tick()
    await stage.work('ann', run)
    await mephisto.operator.tick()
    expect(stage.upUnits()).toHaveLength(1)
    await stage.work('ann', run)
    await mephisto.operator.tick()
    expect(stage.crowd.listings().filter(({ kind }) => kind === 'unit')).toHaveLength(2)
    await expectSound(mephisto)
  })

  test('a run in-house has nothing outside', async () => {
    const stage = await open()
    const { mephisto } = stage
    const run = await stage.launch(1, { provider: 'inhouse' })
    expect(run).toMatchObject({ status: 'running', config: { supply: { publishing: null } } })
    expect((await stage.progress(run)).publishing).toBeNull()
    expect((await mephisto.outbox.calls()).calls).toEqual([])
  })

  test.each([
    [{ withdrawUnit: undefined }, /publishUnit without withdrawUnit/], [{ publishUnit: undefined }, /publishUnit without withdrawUnit/], [{ openRun: undefined }, /closeRun or setPlaces without openRun/],
    [{ setPlaces: () => Promise.resolve() }, /publishUnit and setPlaces/],
  ])('half of what belongs together is refused: %o', async (missing, message) => {
    await expect(open({ change: one => ({ ...one, ...missing }) as CrowdProvider })).rejects.toThrow(message)
  })
})
