import { expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import { cutOffAt, untilKilled } from '../killed.js'
import { programOf } from '../program-of.js'
import { helping } from '../sessions-blueprint.js'
import { openSessionsStage } from '../sessions-stage.js'
import { check, makeFile, makeTarget, targetKinds } from '../scenarios/promise-target.js'

const PROGRAM = await programOf(new URL('remote-calls-process.ts', import.meta.url))

const CALL = 'call-of-ann'
/** By then the lease of a call has run out, and that of the unit has not. */
const LATER_MS = 60_000

test.each(await targetKinds())('a call whose process is killed while it makes it is made by another, and answered once: %s', { timeout: 60_000 }, async kind => {
  const target = await makeTarget(kind)
  const first = await openSessionsStage(target)
  const run = await first.launch()
  await untilKilled(PROGRAM, [kind, target.at, run.id, CALL])
  const task = await first.worker('ann').accept(helping, run)
  expect(task.resumed).toBe(true)
  expect(await task.packets()).toMatchObject([{ number: 1, kind: 'call', callId: CALL, body: { text: 'help' } }])
  const next = await openSessionsStage(target, { now: () => Date.now() + LATER_MS })
  // The page sends it again meanwhile, and waits; the process that it waits at hears of what another has written.
  expect((await task.call('shout', { text: 'help' }, CALL)).text).toBe('HELP')
  expect(next.made).toEqual([CALL])
  expect(first.made).toEqual([])
  expect(await task.packets()).toHaveLength(2)
  expect(await check(target)).toEqual([])
  await next.close()
  await first.close()
  await target.drop()
})

// Cut off from the database for good at each step in turn; a commit is done all the same at every other one.
test('cut off at any step of a call, the same call goes on from there: it is stored once, and answered once', { timeout: 120_000 }, async () => {
  const begun = await makeTarget('sqlite')
  const stage = await openSessionsStage(begun)
  const run = await stage.launch(1)
  await stage.worker('ann').accept(helping, run)
  await stage.close()
  let steps = 0
  for (let isStruck = true; isStruck;) {
    steps += 1
    const target = makeFile(begun)
    let isOn = false
    const cut = cutOffAt(steps, () => isOn)
    // Without upkeep, which would take steps of its own.
    const struck = await openSessionsStage(target, { around: client => withFaults(client, cut.plan), everyMs: null })
    isOn = true
    const calling = struck.worker('ann').accept(helping, run).then(task => task.call('shout', { text: 'a' }, CALL)).catch((error: unknown) => error)
    // Where the call was taken and its answer could not be stored, the page waits for whoever makes it.
    const outcome = await Promise.race([calling, cut.struck.then(() => 'it waits')])
    isStruck = cut.isStruck()
    if (!isStruck) expect(outcome).toMatchObject({ text: 'A' })
    const next = await openSessionsStage(target, { now: () => Date.now() + LATER_MS })
    const task = await next.worker('ann').accept(helping, run)
    expect((await task.call('shout', { text: 'a' }, CALL)).text, `step ${String(steps)}`).toBe('A')
    expect((await task.packets()).map(({ number, kind: what }) => [number, what]), `step ${String(steps)}`).toEqual([[1, 'call'], [2, 'result']])
    expect(await verifyRun(next.db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await next.close()
    await struck.close()
    await target.drop()
  }
  expect(steps).toBeGreaterThan(8)
  await begun.drop()
})
