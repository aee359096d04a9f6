import { describe, expect, test } from 'vitest'
import type { Principal, TaskRun } from '../../sdk/index.js'
import { serveApp } from '../app-server.js'
import { closeAfterEach } from '../close-after-each.js'
import { openStage, type PublishingStage } from '../publishing-stage.js'
import { expectSound } from '../run-checks.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const PUBLISH_FAILED = { statuses: ['publish_failed'] } as const

const keep = closeAfterEach()

/** A run of which so many units were given up by the provider, which is well again. */
async function givenUp(units: number, { items = units, countsPlaces = false } = {}): Promise<PublishingStage & { readonly run: TaskRun; readonly poor: readonly string[] }> {
  const stage = await openStage({ countsPlaces })
  keep(stage.mephisto)
  const run = await stage.launch(items)
  stage.provider.fail({ on: countsPlaces ? 'setPlaces' : 'publishUnit', kind: 'refuse', times: units })
  await stage.mephisto.operator.tick()
  stage.provider.heal()
  const { calls } = await stage.mephisto.outbox.calls({ subjectId: run.id, statuses: ['failed'] })
  return { ...stage, run, poor: calls.flatMap(({ lane }) => lane?.id ?? []) }
}

describe('units whose publishing was given up', () => {
  test('are published again, the same ones, when that is asked for', async () => {
    const { mephisto, run, poor, upUnits, progress, work, expectNothingLeft } = await givenUp(2, { items: 3 })
    expect(upUnits()).toHaveLength(1)
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 0, republished: 0 })
    expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ added: 0, republished: 2, assignmentsAtLimit: 0, run: { status: 'running', unitsTotal: 3 } })
    expect((await progress(run)).publishing).toMatchObject({ units: { publish_failed: 2 }, troubles: [{ tries: 0 }, { tries: 0 }] })
    await mephisto.operator.tick()
    expect(await progress(run)).toMatchObject({ units: { created: 0, launched: 3 }, publishing: { units: { published: 3, publish_failed: 0 }, troubles: [] } })
    expect(upUnits()).toEqual(expect.arrayContaining([...poor]))
    for (let item = 0; item < 3; item += 1) await work('ann', run)
    await mephisto.operator.tick()
    expect((await progress(run)).run.status).toBe('completed')
    expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
  })

  test('are asked for once, however often and by however many processes at once', async () => {
    const { mephisto, run, crowd, expectNothingLeft } = await givenUp(3)
    const other = await mephisto.another()
    const reports = await Promise.all([1, 2, 3, 4].map(number => (number % 2 ? mephisto : other).operator.requeue(run.id, PUBLISH_FAILED)))
    expect(reports.reduce((sum, { republished }) => sum + republished, 0)).toBe(3)
    await Promise.all([mephisto, other].map(one => one.operator.tick()))
    expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ republished: 0 })
    await mephisto.operator.tick()
    expect(crowd.calls.filter(({ operation }) => operation === 'publishUnit')).toHaveLength(3)
    await mephisto.operator.expire(run.id)
    await mephisto.operator.tick()
    expectNothingLeft()
    await other.close()
    await expectSound(mephisto, { isSettled: true })
  })

  test('are asked for again when the provider gives them up once more', async () => {
    const { mephisto, run, provider, progress } = await givenUp(1)
    provider.fail({ on: 'publishUnit', kind: 'refuse' })
    await mephisto.operator.requeue(run.id, PUBLISH_FAILED)
    await mephisto.operator.tick()
    expect((await progress(run)).publishing).toMatchObject({ units: { publish_failed: 1 }, troubles: [{ triesAgainAt: null }] })
    provider.heal()
    expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ republished: 1 })
    await mephisto.operator.tick()
    expect((await progress(run)).units.launched).toBe(1)
    await expectSound(mephisto)
  })

  test('count towards the limit, ahead of units that are added', async () => {
    const { mephisto, run, work } = await givenUp(2, { items: 4 })
    const done = [await work('ann', run), await work('ann', run)]
    await mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: 'decision-1', unitIds: done, verdict: 'reject' })
    const statuses = ['rejected', 'publish_failed'] as const
    expect(await mephisto.operator.requeue(run.id, { statuses, limit: 1 })).toMatchObject({ added: 0, republished: 1 })
    expect(await mephisto.operator.requeue(run.id, { statuses, limit: 2 })).toMatchObject({ added: 1, republished: 1 })
    expect(await mephisto.operator.requeue(run.id, { statuses })).toMatchObject({ added: 1, republished: 0 })
    await mephisto.operator.tick()
    await expectSound(mephisto)
  })

  test('are published again only where they are named', async () => {
    const { mephisto, run, poor: [first = '', second = ''], upUnits } = await givenUp(2, { items: 3 })
    const [fine = ''] = upUnits()
    expect(await mephisto.operator.requeue(run.id, { ...PUBLISH_FAILED, units: [fine] })).toMatchObject({ republished: 0 })
    expect(await mephisto.operator.requeue(run.id, { ...PUBLISH_FAILED, units: [second, fine] })).toMatchObject({ republished: 1 })
    await mephisto.operator.tick()
    expect([...upUnits()].sort()).toEqual([fine, second].sort())
    expect(upUnits()).not.toContain(first)
    await expectSound(mephisto)
  })

  test('go with their run when it ends, and come back as units that expired', async () => {
    const { mephisto, run, upUnits, expectNothingLeft } = await givenUp(1)
    await mephisto.operator.expire(run.id)
    expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ added: 0, republished: 0, run: { status: 'expired' } })
    await mephisto.operator.tick()
    expectNothingLeft()
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 1, run: { status: 'running' } })
    await mephisto.operator.tick()
    expect(upUnits()).toHaveLength(1)
    await expectSound(mephisto)
  })

  test('are not published by a run that drains', async () => {
    const { mephisto, run, upUnits } = await givenUp(1, { items: 2 })
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.drain(run.id)
    await expect(mephisto.operator.requeue(run.id, PUBLISH_FAILED)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('draining') as string })
    await mephisto.operator.tick()
    expect(upUnits()).toEqual([task.unitId])
    await expectSound(mephisto)
  })

  test('are none in a run whose provider shows no units', async () => {
    const { mephisto, launch } = await givenUp(1)
    const run = await launch(1, { provider: 'inhouse' })
    expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ added: 0, republished: 0 })
  })

  test('are published again over HTTP, by who may operate', async () => {
    const { mephisto, run, upUnits } = await givenUp(1)
    await expect(mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).runs.requeue({ run: run.id, statuses: ['publish_failed'] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await mephisto.caller(OLGA).runs.requeue({ run: run.id, statuses: ['publish_failed'] })).toMatchObject({ added: 0, republished: 1 })
    await mephisto.operator.tick()
    expect(upUnits()).toHaveLength(1)
  })

  test('are published again from the command line, on the database and through the app', async () => {
    const { mephisto, run, poor } = await givenUp(2)
    const app = await serveApp(mephisto)
    const requeue = (...words: string[]) => runCommand('requeue', run.id, '--status', 'publish_failed', ...words)
    expect(await requeue('--limit', '1', '--db', mephisto.file)).toEqual({ code: 0, err: '', out: `added 0 units to ${run.id}; 1 that were given up are published again\n` })
    expect(JSON.parse((await requeue('--json', '--url', app.url)).out)).toMatchObject({ added: 0, republished: 1, run: { id: run.id } })
    await app.close()
    // The command line goes by the database's own clock, and calls that are due there are not yet due here.
    const { calls } = await mephisto.outbox.calls({ subjectId: run.id, statuses: ['pending'] })
    expect(calls.map(({ lane }) => lane?.id).sort()).toEqual([...poor].sort())
  })
})

test('places that were given up are asked for again together, and nothing is done for a part of them', async () => {
  const { mephisto, run, progress } = await givenUp(1, { items: 3, countsPlaces: true })
  expect((await progress(run)).publishing?.units.publish_failed).toBe(3)
  for (const part of [{ limit: 2 }, { units: [(await mephisto.db.publications.upTo(run.id, 9))[0] ?? ''] }]) {
    await expect(mephisto.operator.requeue(run.id, { ...PUBLISH_FAILED, ...part })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/"mock".*the 3 units.*limit to at least 3/) as string })
  }
  expect(await mephisto.operator.requeue(run.id, { ...PUBLISH_FAILED, limit: 3 })).toMatchObject({ republished: 3 })
  expect(await mephisto.operator.requeue(run.id, PUBLISH_FAILED)).toMatchObject({ republished: 0 })
  await mephisto.operator.tick()
  expect((await progress(run)).units).toMatchObject({ created: 0, launched: 3 })
  await expectSound(mephisto)
})
