import { describe, expect, test } from 'vitest'
import { usd, type LiveSettings, type TaskRun, verifyRun } from '../../sdk/index.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, openCalls, unitsOf } from '../live-rows.js'
import { hears, until, viewOf, type Debater } from '../live-stage.js'

// What the operator does to a run while people are there.

let opened: OpenedLive
liveEachTest(given => { opened = given })

const PATIENT: LiveSettings = { absenceMs: 3_600_000 }
const pair = async (live: LiveSettings = {}, people = 2): Promise<{ run: TaskRun; ann: Debater; ben: Debater }> => {
  const run = await opened.stage.debate({ people, live: { ...PATIENT, ...live } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, view => (people === 2 ? view.phase === 'live' : view.people.length === 2))
  return { run, ann, ben }
}
const operator = () => opened.stage.mephisto.operator
const progress = async (run: TaskRun) => (await operator().progress(run.id)).run
const isSound = async (run: TaskRun): Promise<void> => { expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null }) }

describe('a run that is expired', () => {
  test('ends the work of everybody, whose answers are kept', async () => {
    const { run, ann, ben } = await pair()
    await operator().expire(run.id)
    expect(await until(ann, ({ phase }) => phase === 'over')).toMatchObject({ reason: 'partner_left' })
    expect([await attemptOf(opened.stage, ann), await attemptOf(opened.stage, ben)]).toEqual(['expired', 'expired'])
    await expect(ann.act('say', { text: 'late' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await ann.submit({ convinced: true })).toMatchObject({ outcome: 'set_aside', reason: 'run_ended' })
    expect(await progress(run)).toMatchObject({ status: 'expired', reservedMinor: 0, unitsOpen: 0 })
    await isSound(run)
  })

  test('leaves nobody in the lobby', async () => {
    const { run, ann } = await pair({ lobbyPay: usd('0.10') }, 3)
    await operator().expire(run.id)
    await until(ann, ({ people }) => people.length === 0)
    expect(await attemptOf(opened.stage, ann)).toBe('expired')
    opened.pass(600_000)
    await operator().tick()
    expect([...await openCalls(opened.stage, 'look'), ...await openCalls(opened.stage, 'timer')]).toEqual([])
    expect(await progress(run)).toMatchObject({ status: 'expired', owedMinor: 0 })
    await isSound(run)
  })
})

describe('a run that is drained', () => {
  test('lets those at work finish', async () => {
    const { run, ann, ben } = await pair()
    await operator().drain(run.id)
    await ann.act('say', { text: 'one' })
    await hears(ben, 'Pro: one')
    await ben.act('finish', {})
    for (const one of [ann, ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    await isSound(run)
  })

  test('lets those go at once who wait for people who cannot come any more', async () => {
    const { run, ann, ben } = await pair({ lobbyPay: usd('0.10') }, 3)
    await operator().drain(run.id)
    await expect.poll(() => bodiesOf(ben, 'released')).toMatchObject([{ pay: { minor: 10 } }])
    expect([await attemptOf(opened.stage, ann), await attemptOf(opened.stage, ben)]).toEqual(['partner_disconnect', 'partner_disconnect'])
    expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'expired', 'expired'])
    expect(await progress(run)).toMatchObject({ status: 'completed', owedMinor: 20, reservedMinor: 0 })
    await isSound(run)
  })

  test('lets them go also where they would wait on', async () => {
    const { run, ann } = await pair({ whenTooFew: 'wait' }, 3)
    await operator().drain(run.id)
    await expect.poll(() => attemptOf(opened.stage, ann)).toBe('partner_disconnect')
    expect(await progress(run)).toMatchObject({ status: 'completed' })
  })

  test('lets those begin who are enough', async () => {
    const { run, ann, ben } = await pair({ minPeople: 2 }, 4)
    await operator().drain(run.id)
    expect(await until(ann, ({ phase }) => phase === 'live')).toMatchObject({ people: [{ status: 'here' }, { status: 'here' }] })
    await ann.act('finish', {})
    for (const one of [ann, ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    await isSound(run)
  })

  test('gives nobody the place of whoever leaves', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', lobbyMs: 60_000 })
    await operator().drain(run.id)
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'expired'])
    expect(await opened.stage.worker('cem').refusal(run)).not.toBeNull()
    opened.pass(61_000)
    await until(ann, ({ phase }) => phase === 'over')
    expect(await ann.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    await isSound(run)
  })
})

describe('a run that is paused', () => {
  test('lets those at work go on, and those in the lobby wait; it is whole when it goes on', async () => {
    const first = await pair()
    const second = await pair({}, 3)
    for (const { run } of [first, second]) await operator().pause(run.id)
    await first.ann.act('say', { text: 'one' })
    await first.ben.act('finish', {})
    for (const one of [first.ann, first.ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect(await progress(first.run)).toMatchObject({ status: 'completed' })
    expect(await opened.stage.worker('cem').refusal(second.run)).toBe('run_paused')
    expect(await viewOf(second.ann)).toMatchObject({ phase: 'lobby', people: [{}, {}] })
    await operator().resume(second.run.id)
    await opened.stage.come('cem', second.run)
    await until(second.ann, ({ phase }) => phase === 'live')
  })

  test('lets those go whose time in the lobby is over', async () => {
    const { run, ann } = await pair({ lobbyMs: 60_000 }, 3)
    await operator().pause(run.id)
    opened.pass(61_000)
    await expect.poll(() => attemptOf(opened.stage, ann)).toBe('partner_disconnect')
    expect(await unitsOf(opened.stage, run)).toEqual(['launched', 'launched', 'launched'])
    expect(await opened.stage.worker('ann').refusal(run)).toBe('run_paused')
    await operator().resume(run.id)
    expect((await opened.stage.come('ann', run)).agentId).not.toBe(ann.agentId)
  })
})
