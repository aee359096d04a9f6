import { describe, expect, test } from 'vitest'
import { usd, type LiveSettings, type TaskRun, verifyRun } from '../../sdk/index.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, itemOf, unitsOf } from '../live-rows.js'
import { allPackets, until, type Debater, viewOf } from '../live-stage.js'

let opened: OpenedLive
liveEachTest(given => { opened = given })

const come = (name: string, run: TaskRun): Promise<Debater> => opened.stage.come(name, run)
const names = async (debater: Debater): Promise<readonly string[]> => ((await viewOf(debater))?.people ?? []).map(({ name }) => name)
/** Until somebody is told that so many wait. */
const waiting = (debater: Debater, count: number) => until(debater, ({ phase, people }) => phase === 'lobby' && people.length === count)
/** People who are never away for too long, whatever the clock says. */
const PATIENT: LiveSettings = { absenceMs: 3_600_000 }
const progress = async (run: TaskRun) => (await opened.stage.mephisto.operator.progress(run.id)).run

/** Hands in for everybody, once it is over. */
async function finish(...people: readonly Debater[]): Promise<void> {
  await people[0]?.act('finish', {})
  for (const one of people) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
}

describe('in the lobby', () => {
  test('somebody can give back, and another takes the place', async () => {
    const run = await opened.stage.debate({})
    const [ann, ben] = [await come('ann', run), await come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    const second = await opened.stage.debate({})
    const [cem, dia] = [await come('cem', second), await come('dia', await opened.stage.debate({}))]
    await waiting(cem, 1)
    expect(await dia.giveBack()).toBe(true)
    expect(await cem.giveBack()).toBe(true)
    expect(await attemptOf(opened.stage, cem)).toBe('partner_disconnect')
    await until(cem, ({ people }) => people.length === 0)
    expect(await unitsOf(opened.stage, second)).toEqual(['launched', 'launched'])
    // Who has not begun has not given the item up.
    expect(await (await come('cem', second)).giveBack()).toBe(true)
    const [eva, fay] = [await come('eva', second), await come('fay', second)]
    expect(await until(eva, ({ phase }) => phase === 'live')).toMatchObject({ people: [{ seat: 0, name: 'Pro', agentId: eva.agentId }, { seat: 1, name: 'Contra', agentId: fay.agentId }] })
    await finish(ann, ben)
    await finish(eva, fay)
    expect(await progress(second)).toMatchObject({ status: 'completed' })
    expect(await verifyRun(opened.stage.db, second.id)).toMatchObject({ difference: null })
  })

  test('the place of whoever gives back is the next one\'s, with its name', async () => {
    const run = await opened.stage.debate({ people: 3, live: PATIENT })
    const [ann, ben] = [await come('ann', run), await come('ben', run)]
    await waiting(ben, 2)
    await ann.giveBack()
    expect(await waiting(ben, 1)).toMatchObject({ people: [{ seat: 1, name: 'Contra', agentId: ben.agentId }] })
    const cem = await come('cem', run)
    expect(await waiting(cem, 2)).toMatchObject({ people: [{ seat: 0, name: 'Pro', agentId: cem.agentId }, { seat: 1, agentId: ben.agentId }] })
    const dia = await come('dia', run)
    await until(dia, ({ phase }) => phase === 'live')
    expect(await names(dia)).toEqual(['Pro', 'Contra', 'Person 3'])
  })

  test('whoever is not connected any more is dropped out, and may come again', async () => {
    const run = await opened.stage.debate({ people: 3 })
    const [ann, ben] = [await come('ann', run), await come('ben', run)]
    await waiting(ann, 2)
    await opened.dropAllBut(ann)
    expect(await waiting(ann, 1)).toMatchObject({ people: [{ seat: 0, agentId: ann.agentId }] })
    expect([await attemptOf(opened.stage, ann), await attemptOf(opened.stage, ben)]).toEqual(['waiting', 'disconnect'])
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'launched', 'launched'])
    expect(await ben.extend()).toMatchObject({ lease: null })
    const again = await come('ben', run)
    expect(again.agentId).not.toBe(ben.agentId)
    expect(await waiting(ann, 2)).toMatchObject({ people: [{ seat: 0 }, { seat: 1, agentId: again.agentId }] })
    await ann.extend()
    await come('cem', run)
    await until(ann, ({ phase }) => phase === 'live')
    expect(opened.stage.seen).toEqual([])
  })

  test('the clock stops when everybody has given back, and begins anew with the next', async () => {
    const run = await opened.stage.debate({ live: { ...PATIENT, lobbyMs: 60_000 } })
    const ann = await come('ann', run)
    await waiting(ann, 1)
    opened.pass(40_000)
    await ann.giveBack()
    await until(ann, ({ people }) => people.length === 0)
    const ben = await come('ben', run)
    await waiting(ben, 1)
    // The first clock would have been over by now; the second is not.
    opened.pass(40_000)
    await opened.stage.mephisto.operator.tick()
    expect(await attemptOf(opened.stage, ben)).toBe('waiting')
    opened.pass(21_000)
    await expect.poll(() => attemptOf(opened.stage, ben)).toBe('partner_disconnect')
  })

  test('nothing can be handed in, nobody has two places, and who stops waiting may wait again', async () => {
    const run = await opened.stage.debate({})
    const ann = await come('ann', run)
    await expect(ann.submit({ convinced: true })).rejects.toMatchObject({ code: 'conflict', message: 'You can hand this in when the work together is over.' })
    const same = await come('ann', run)
    expect(same).toMatchObject({ agentId: ann.agentId, unitId: ann.unitId, resumed: true })
    await ann.giveBack()
    expect((await come('ann', run)).agentId).not.toBe(ann.agentId)
  })
})

describe('when the lobby\'s time is over', () => {
  test('those who wait are let go and paid for it, and may wait again in the same session', async () => {
    const run = await opened.stage.debate({ people: 3, live: { ...PATIENT, lobbyMs: 60_000, lobbyPay: usd('0.20') } })
    const [ann, ben] = [await come('ann', run), await come('ben', run)]
    await waiting(ann, 2)
    opened.pass(61_000)
    const told = { message: 'Not enough people came to work on this together. Thank you for waiting.', pay: { minor: 20, currency: 'USD' } }
    await expect.poll(() => bodiesOf(ann, 'released')).toEqual([told])
    expect(await bodiesOf(ben, 'released')).toEqual([told])
    expect(await viewOf(ann)).toMatchObject({ phase: 'lobby', people: [] })
    for (const one of [ann, ben]) expect(await attemptOf(opened.stage, one)).toBe('partner_disconnect')
    expect(await unitsOf(opened.stage, run)).toEqual(['launched', 'launched', 'launched'])
    expect(await progress(run)).toMatchObject({ status: 'running', reservedMinor: 0, owedMinor: 40 })
    // An answer is kept all the same.
    expect(await ben.submit({ convinced: true })).toMatchObject({ outcome: 'set_aside', reason: 'lease_expired' })
    const again = await come('ann', run)
    expect(await waiting(again, 1)).toMatchObject({ people: [{ agentId: again.agentId }] })
    expect(await bodiesOf(again, 'released')).toEqual([])
    const [cem, dia] = [await come('cem', run), await come('dia', run)]
    await until(again, ({ phase }) => phase === 'live')
    expect(await itemOf(opened.stage, again)).toBe(await itemOf(opened.stage, ann))
    await finish(again, cem, dia)
    expect(await progress(run)).toMatchObject({ status: 'completed', owedMinor: 40, reservedMinor: 300 })
    expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null })
  })

  test('lobbyPay stays within the budget, and nobody is promised what is not paid', async () => {
    const run = await opened.stage.debate({ live: { ...PATIENT, lobbyMs: 60_000, lobbyPay: usd('0.50') }, budget: usd('2.20') })
    const owed: number[] = []
    for (const name of ['ann', 'ben', 'cem', 'dia', 'eva']) {
      const one = await come(name, run).catch(() => null)
      if (!one) break
      await waiting(one, 1)
      opened.pass(61_000)
      await expect.poll(() => attemptOf(opened.stage, one)).toBe('partner_disconnect')
      expect(await bodiesOf(one, 'released')).toMatchObject([{ pay: { minor: 50 } }])
      owed.push((await progress(run)).owedMinor)
    }
    // With 1.50 owed there is no dollar left for a unit.
    expect(owed).toEqual([50, 100, 150])
    expect(await opened.stage.worker('fay').refusal(run)).toBe('budget_exhausted')
  })

  test('and people are to wait on, they do, however often it is over, and begin when all are there', async () => {
    const run = await opened.stage.debate({ live: { ...PATIENT, lobbyMs: 60_000, whenTooFew: 'wait' } })
    const ann = await come('ann', run)
    await waiting(ann, 1)
    for (let round = 0; round < 3; round += 1) {
      opened.pass(61_000)
      await opened.stage.mephisto.operator.tick()
    }
    expect(await attemptOf(opened.stage, ann)).toBe('waiting')
    expect(await bodiesOf(ann, 'released')).toEqual([])
    const ben = await come('ben', run)
    await until(ann, ({ phase }) => phase === 'live')
    await finish(ann, ben)
  })

  test('and enough are there, they begin; empty places are withdrawn, and the run is completed without them', async () => {
    const run = await opened.stage.debate({ people: 4, live: { ...PATIENT, lobbyMs: 60_000, minPeople: 2 } })
    const [ann, ben] = [await come('ann', run), await come('ben', run)]
    await waiting(ann, 2)
    opened.pass(61_000)
    expect(await until(ann, ({ phase }) => phase === 'live')).toMatchObject({ seats: 4, people: [{ agentId: ann.agentId }, { agentId: ben.agentId }] })
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'assigned', 'expired', 'expired'])
    expect(await opened.stage.worker('cem').refusal(run)).toBe('all_taken')
    await finish(ann, ben)
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsOpen: 0 })
    expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null })
  })

  test('bots have the places that nobody has, whoever is there', async () => {
    const run = await opened.stage.debate({ people: 3, live: { ...PATIENT, lobbyMs: 60_000, whenTooFew: 'bots' } })
    const ben = await come('ben', run)
    await waiting(ben, 1)
    opened.pass(61_000)
    expect(await until(ben, ({ phase }) => phase === 'live')).toMatchObject({ people: [{ seat: 0, agentId: ben.agentId, status: 'here' }, { seat: 1, name: 'Contra', agentId: '', status: 'bot' }, { seat: 2, status: 'bot' }] })
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'expired', 'expired'])
    await finish(ben)
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null })
  })

  test('bots have them also in a run that is drained', async () => {
    const run = await opened.stage.debate({ people: 3, live: { ...PATIENT, whenTooFew: 'bots' } })
    const ben = await come('ben', run)
    await waiting(ben, 1)
    await opened.stage.mephisto.operator.drain(run.id)
    expect(await until(ben, ({ phase }) => phase === 'live')).toMatchObject({ people: [{ status: 'here' }, { status: 'bot' }, { status: 'bot' }] })
    await finish(ben)
    expect(await progress(run)).toMatchObject({ status: 'completed' })
  })

  test('somebody who comes at that very moment is among them, or is not let in', async () => {
    for (let round = 0; round < 5; round += 1) {
      const run = await opened.stage.debate({ people: 3, live: { ...PATIENT, lobbyMs: 60_000, minPeople: 2 } })
      const [ann] = [await come('ann', run), await come('ben', run)]
      await waiting(ann, 2)
      opened.pass(61_000)
      const [cem] = await Promise.all([come('cem', run).catch(() => null), opened.stage.mephisto.operator.tick()])
      await until(ann, ({ phase }) => phase === 'live')
      if (cem) await expect.poll(() => attemptOf(opened.stage, cem)).toBe('in_task')
      expect(await names(ann)).toEqual(cem ? ['Pro', 'Contra', 'Person 3'] : ['Pro', 'Contra'])
      expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'assigned', cem ? 'assigned' : 'expired'])
    }
  })

  test('places that are held back for later are withdrawn too', async () => {
    const run = await opened.stage.debate({ items: 2, people: 3, maxLiveUnits: 3, live: { ...PATIENT, lobbyMs: 60_000, minPeople: 1 } })
    const [ann, ...first] = [await come('ann', run), await come('ben', run), await come('cem', run)]
    await until(ann, ({ phase }) => phase === 'live')
    // As one hands in, one place more is there.
    await ann.act('finish', {})
    await ann.submit({ convinced: true })
    const dia = await come('dia', run)
    await until(dia, ({ phase }) => phase === 'lobby')
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'assigned', 'assigned', 'assigned', 'created', 'created'])
    opened.pass(61_000)
    await until(dia, ({ phase }) => phase === 'live')
    await expect.poll(() => unitsOf(opened.stage, run)).toEqual(['completed', 'assigned', 'assigned', 'assigned', 'expired', 'expired'])
    for (const one of first) await one.submit({ convinced: true })
    await finish(dia)
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null })
  })
})

describe('groups', () => {
  test('of one begin at once', async () => {
    const run = await opened.stage.debate({ people: 1 })
    const ann = await come('ann', run)
    expect(await until(ann, ({ phase }) => phase === 'live')).toMatchObject({ seats: 1, people: [{ name: 'Pro' }] })
    await finish(ann)
    expect(await progress(run)).toMatchObject({ status: 'completed' })
  })

  test.each(['fifo', 'random'] as const)('are filled one after the other, in the order %s', async order => {
    const run = await opened.stage.debate({ items: 3, order })
    const people: Debater[] = []
    for (const name of ['ann', 'ben', 'cem', 'dia', 'eva', 'fay']) people.push(await come(name, run))
    const items = await Promise.all(people.map(one => itemOf(opened.stage, one)))
    expect(new Set(items).size).toBe(3)
    expect([items[1], items[3], items[5]]).toEqual([items[0], items[2], items[4]])
    for (const one of people) await until(one, ({ phase }) => phase === 'live')
  })

  test('are filled one after the other where many come at once, and nobody has two places of one', async () => {
    const run = await opened.stage.debate({ items: 3 })
    const people = await Promise.all(['ann', 'ben', 'cem', 'dia', 'eva', 'fay'].map(name => come(name, run)))
    for (const one of people) await until(one, ({ phase }) => phase === 'live')
    expect(new Set(await Promise.all(people.map(one => itemOf(opened.stage, one)))).size).toBe(3)
    expect(await opened.stage.worker('gil').refusal(run)).toBe('all_taken')
  })

  test('that lack somebody come before new ones, also for whoever was at later ones', async () => {
    const run = await opened.stage.debate({ items: 3 })
    const [ann, ben, cem] = [await come('ann', run), await come('ben', run), await come('cem', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await waiting(cem, 1)
    const dia = await come('dia', run)
    await until(cem, ({ phase }) => phase === 'live')
    await finish(cem, dia)
    await finish(ann, ben)
    // The third item; eva waits there.
    const eva = await come('eva', run)
    const again = await come('ann', run)
    expect(await itemOf(opened.stage, again)).toBe(await itemOf(opened.stage, eva))
    await until(eva, ({ phase }) => phase === 'live')
    expect((await allPackets(eva)).length).toBeGreaterThan(0)
  })
})
