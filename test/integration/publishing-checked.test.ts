import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { verifyRun } from '../../sdk/index.js'
import { checkPromises } from '../../sdk/testing/index.js'
import { openStage, type PublishingStage } from '../publishing-stage.js'
import { expectSound } from '../run-checks.js'

// The checker and verifyRun on a run whose provider shows some units, has others on their way, and was given up by others: each breach is planted by hand.

let stage: PublishingStage
let runId: string
let units: Readonly<Record<'live' | 'waiting' | 'answered', string>>
beforeAll(async () => {
  stage = await openStage()
  const run = await stage.launch(4, { maxLiveUnits: 2 })
  runId = run.id
  const [, second = ''] = await stage.mephisto.db.publications.unpublished(runId, 2)
  stage.provider.fail({ on: 'publishUnit', kind: 'fail', about: second, times: 100 })
  await stage.mephisto.operator.tick()
  const answered = await stage.work('ann', run)
  await stage.mephisto.operator.tick()
  const [live = ''] = stage.upUnits()
  units = { live, waiting: second, answered }
  await expectSound(stage.mephisto)
})
afterAll(() => stage.mephisto.close())

test.each([
  ['UPDATE {publication} SET status = \'withdrawn\' WHERE id = \'{live}\'', 'unit can be handed out, and its provider does not show it', 'live'],
  ['DELETE FROM {publication} WHERE id = \'{live}\'', 'unit can be handed out, and its provider does not show it', 'live'],
  ['UPDATE {unit} SET status = \'created\' WHERE id = \'{live}\'', 'provider shows a unit that is not to be handed out', 'live'],
  ['UPDATE {publication} SET status = \'publish_failed\' WHERE id = \'{answered}\'', 'unit is over, and nobody takes it down at its provider', 'answered'],
  ['UPDATE {publication} SET status = \'withdrawing\' WHERE id = \'{answered}\'', 'provider is to be called, and no call is written', 'answered'],
  ['UPDATE {outbox} SET status = \'failed\' WHERE lane = \'{waiting}\'', 'provider is to be called, and no call is written', 'waiting'],
  ['UPDATE {outbox} SET lane_position = 7 WHERE lane = \'{waiting}\'', 'provider is to be called, and no call is written', 'waiting'],
] as const)('%s is found', async (statement, what, about) => {
  const planted = statement.replaceAll(/\{(live|waiting|answered)\}/g, (_, name: keyof typeof units) => units[name])
  expect(await foundWith(stage, planted)).toContain(`P9 ${what}: ${units[about]}`)
})

test('a run that has ended and stays open at its provider is found', async () => {
  const ended = await openStage()
  const run = await ended.launch(1)
  await ended.mephisto.operator.tick()
  await ended.work('ann', run)
  await ended.mephisto.operator.tick()
  expect(await foundWith(ended, `UPDATE {publication} SET status = 'published' WHERE id = '${run.id}'`)).toEqual([`P9 run has ended, and nobody closes it at its provider: ${run.id}`])
  await ended.mephisto.close()
})

/** What is found with something planted, which is taken out again. */
async function foundWith({ mephisto: { file } }: PublishingStage, planted: string): Promise<readonly string[]> {
  const { client, close } = await openEmbeddedClient({ file })
  const undone = new Error('taken out again')
  let found: readonly string[] = []
  await client.$transaction(async tx => {
    expect(await tx.$executeRawUnsafe(planted.replaceAll(/\{(\w+)\}/g, 'mephisto_$1'))).toBe(1)
    found = (await checkPromises(sql => tx.$queryRawUnsafe(sql), { dialect: 'sqlite' })).map(violation => `${violation.promise} ${violation.what}`)
    throw undone
  }).catch((error: unknown) => { if (error !== undone) throw error })
  await close()
  return found
}

test('verifyRun compares what is shown with what can be handed out', async () => {
  const { db } = stage.mephisto
  await db.publications.move([units.live], { from: ['published'], to: 'withdrawn', at: 1 })
  expect((await verifyRun(db, runId)).difference).toMatchObject({ subject: 'run', what: 'units that the provider shows is 0, and the log says 1' })
  await db.publications.move([units.live], { from: ['withdrawn'], to: 'published', at: 1 })
  expect((await verifyRun(db, runId)).difference).toBeNull()
})
