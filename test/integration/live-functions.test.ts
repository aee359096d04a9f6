import { describe, expect, test } from 'vitest'
import type { LiveSettings, TaskRun } from '../../sdk/index.js'
import { FAULTS } from '../debate.js'
import { OLGA } from '../principals.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, openCalls } from '../live-rows.js'
import { heardBy, hears, until, viewOf, type Debater } from '../live-stage.js'

// The functions of a blueprint are code of the host: whatever they do wrong, nothing is lost and the others go on.

let opened: OpenedLive
liveEachTest(given => { opened = given })

const PATIENT: LiveSettings = { absenceMs: 3_600_000 }
const pair = async (): Promise<{ run: TaskRun; ann: Debater; ben: Debater }> => {
  const run = await opened.stage.debate({ live: PATIENT })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  return { run, ann, ben }
}
/** Until the call that asks for it has been made so often. */
async function madeAgain(what: 'look' | 'again', tries: number): Promise<void> {
  await expect.poll(async () => {
    await opened.hurry(what)
    return (await openCalls(opened.stage, what))[0]?.tries ?? 0
  }, { timeout: 20_000 }).toBeGreaterThanOrEqual(tries)
}
const mended = (what: 'look' | 'again' = 'again') => expect.poll(async () => {
  await opened.hurry(what)
  return openCalls(opened.stage, what)
}, { timeout: 20_000 }).toEqual([])
const replay = (calls: readonly { readonly id: string }[]) => opened.stage.mephisto.outbox.replay(OLGA, { requestId: crypto.randomUUID(), callIds: calls.map(({ id }) => id) })

describe('an action on which they fail', () => {
  test.each(FAULTS)('is kept, and applied once when they are mended: %s', async how => {
    const { ann, ben } = await pair()
    const number = await ann.act('break', { how }, 'broken-action')
    expect(number).toBeGreaterThan(0)
    // The others go on; it is not told why.
    await ann.act('say', { text: 'one' })
    await hears(ben, 'Pro: one')
    expect(await viewOf(ben)).toMatchObject({ phase: 'live', state: { said: 1, turn: 1 } })
    expect(await ann.act('break', { how }, 'broken-action')).toBe(number)
    const [call, ...others] = await openCalls(opened.stage, 'again')
    expect(others).toEqual([])
    expect(call).toMatchObject({ topic: 'live.debate', status: 'pending' })
    expect(opened.stage.logged.join('\n')).toContain('a function of a live blueprint failed on an event')
    // One that hangs takes five seconds each time.
    await madeAgain('again', how === 'hang' ? 1 : 2)
    await expect.poll(async () => (await openCalls(opened.stage, 'again'))[0]?.result ?? '', { timeout: 20_000 }).toMatch(/^\{"error":".+"\}$/)
    opened.options.isBroken = false
    await mended()
    expect((await heardBy(ben)).filter(text => text === `Chair: ${how} is mended`)).toHaveLength(1)
    // The operator has it made once more: it was applied.
    const { calls: rows } = await opened.stage.mephisto.outbox.calls({ topic: 'live.debate' })
    await replay(rows)
    await mended()
    expect((await heardBy(ben)).filter(text => text === `Chair: ${how} is mended`)).toHaveLength(1)
    expect(await ann.act('break', { how }, 'broken-action')).toBe(number)
    await ben.act('finish', {})
    for (const one of [ann, ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  }, 60_000)

  test('waits as a call that has failed when they are not mended for long; the operator has it made again', async () => {
    const { ann, ben } = await pair()
    await ann.act('break', { how: 'throw' })
    await expect.poll(async () => {
      await opened.hurry('again')
      return (await openCalls(opened.stage, 'again'))[0]?.status
    }, { timeout: 30_000 }).toBe('failed')
    const [call] = await openCalls(opened.stage, 'again')
    expect(call?.result).toBe('{"error":"a bug in the host\'s code"}')
    opened.options.isBroken = false
    await replay(call ? [call] : [])
    await hears(ben, 'Chair: throw is mended')
  }, 60_000)

  test('is nobody\'s business any more when it is over', async () => {
    const { ann, ben } = await pair()
    await ann.act('break', { how: 'throw' })
    await ben.act('finish', {})
    opened.options.isBroken = false
    await mended()
    expect(await heardBy(ben)).not.toContain('Chair: throw is mended')
  })

  test('is applied once for whoever has left meanwhile, and not in the name of whoever took the place', async () => {
    const run = await opened.stage.debate({ live: { ...PATIENT, whenSomebodyLeaves: 'replace' } })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ben.act('break', { how: 'throw' })
    await ben.giveBack()
    const cem = await opened.stage.come('cem', run)
    await until(ann, ({ people }) => people[1]?.agentId === cem.agentId)
    opened.options.isBroken = false
    await mended()
    expect(await heardBy(ann)).not.toContain('Chair: throw is mended')
    await cem.act('finish', {})
  })
})

describe('an action that they refuse', () => {
  test('is not stored, and whoever did it reads why', async () => {
    const { ann, ben } = await pair()
    const before = (await ann.packets()).length
    await expect(ben.act('say', { text: 'not my turn' }, 'refused-action')).rejects.toMatchObject({ code: 'conflict', message: 'It is not your turn.' })
    expect(await ann.packets()).toHaveLength(before)
    expect(await openCalls(opened.stage, 'again')).toEqual([])
    // It can be done later under the same id.
    await ann.act('say', { text: 'one' })
    expect(await ben.act('say', { text: 'my turn' }, 'refused-action')).toBeGreaterThan(0)
    expect(await heardBy(ann)).toContain('Contra: my turn')
  })

  test('among those that come at once is refused alone', async () => {
    const { ann, ben } = await pair()
    const outcomes = await Promise.allSettled([...Array.from({ length: 5 }, () => ben.act('say', { text: 'no' })), ann.act('say', { text: 'one' }), ann.act('say', { text: 'again' })])
    const refused = outcomes.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
    for (const reason of refused) expect(reason).toMatchObject({ code: 'conflict', message: 'It is not your turn.' })
    expect(refused.length).toBeGreaterThan(0)
    expect(await viewOf(ann)).toMatchObject({ state: { said: outcomes.length - refused.length } })
    expect(await heardBy(ann)).toContain('Pro: one')
  })
})

describe('a beginning that fails', () => {
  test.each([['throw', /cannot begin/], ['garbage', /does not fit its schema/], ['no state', /gave no state/]] as const)('is tried again, and people begin when it is mended: %s', async (begin, why) => {
    opened.options.begin = begin
    const run = await opened.stage.debate({ live: PATIENT })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await madeAgain('look', 2)
    await expect.poll(async () => (await openCalls(opened.stage, 'look')).map(({ result }) => result).join()).toMatch(why)
    // Both wait, and nobody has told them anything wrong.
    for (const one of [ann, ben]) expect(await attemptOf(opened.stage, one)).toBe('waiting')
    delete opened.options.begin
    await expect.poll(async () => {
      await opened.hurry('look')
      return (await viewOf(ann))?.phase
    }).toBe('live')
    await expect.poll(() => attemptOf(opened.stage, ben)).toBe('in_task')
    expect((await heardBy(ann)).filter(text => text.startsWith('Chair: topic'))).toHaveLength(1)
  }, 60_000)

  test('does not keep those who wait from leaving', async () => {
    opened.options.begin = 'throw'
    const run = await opened.stage.debate({ live: PATIENT })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await madeAgain('look', 1)
    await ben.giveBack()
    delete opened.options.begin
    await mended('look')
    expect(await attemptOf(opened.stage, ann)).toBe('waiting')
    await opened.stage.come('cem', run)
    await until(ann, ({ phase }) => phase === 'live')
  })

  test('is none when it ends at once', async () => {
    opened.options.begin = 'end'
    const run = await opened.stage.debate({ live: PATIENT })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    expect(await until(ann, ({ phase }) => phase === 'over')).toMatchObject({ reason: 'done', state: { said: 0 } })
    for (const one of [ann, ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  })
})

describe('what they give', () => {
  test('is told to those it is for: everybody, some, or nobody', async () => {
    const { ann, ben } = await pair()
    await ben.act('whisper', { to: 0, text: 'psst' })
    await ben.act('whisper', { to: 7, text: 'to nobody' })
    await ben.act('whisper', { to: 1, text: 'to myself' })
    expect(await heardBy(ann)).toEqual(['Chair: topic 0: Pro and Contra', 'Contra: psst'])
    expect(await heardBy(ben)).toEqual(['Chair: topic 0: Pro and Contra', 'Contra: to myself'])
    // What somebody did, and what happened, is nobody else's to read.
    expect(await bodiesOf(ann, 'action')).toEqual([])
    expect(await bodiesOf(ben, 'event')).toEqual([])
    expect(await bodiesOf(ben, 'action')).toEqual([{ to: 0, text: 'psst' }, { to: 7, text: 'to nobody' }, { to: 1, text: 'to myself' }])
  })

  test('has passed its schemas, and is what they get the next time', async () => {
    const { ann } = await pair()
    expect((await viewOf(ann))?.state).toEqual({ turn: 0, said: 0, notes: [] })
    await ann.act('note', { text: 'kept' })
    expect((await viewOf(ann))?.state).toEqual({ turn: 0, said: 0, notes: ['0: kept'] })
  })

  test('calls people by the names of the blueprint, and by their places', async () => {
    const run = await opened.stage.debate({ people: 4, live: PATIENT })
    const people = []
    for (const name of ['ann', 'ben', 'cem', 'dia']) people.push(await opened.stage.come(name, run))
    expect((await until(people[3] as Debater, ({ phase }) => phase === 'live')).people.map(({ name }) => name)).toEqual(['Pro', 'Contra', 'Person 3', 'Person 4'])
    expect(await heardBy(people[3] as Debater)).toEqual(['Chair: topic 0: Pro and Contra and Person 3 and Person 4'])
  })
})

describe('what each sees of what is shared', () => {
  liveEachTest(given => { opened = given }, { view: 'own' })

  test('is theirs alone, and fits the schema', async () => {
    const { ann, ben } = await pair()
    await ann.act('note', { text: 'of ann' })
    await ben.act('note', { text: 'of ben' })
    await until(ann, ({ state }) => JSON.stringify(state).includes('of ann'))
    expect((await viewOf(ann))?.state).toEqual({ turn: 0, said: 0, notes: ['0: of ann'] })
    expect((await viewOf(ben))?.state).toEqual({ turn: 0, said: 0, notes: ['1: of ben'] })
    expect(JSON.stringify(await ann.packets())).not.toContain('of ben')
    expect(JSON.stringify(await bodiesOf(ben, 'state'))).not.toContain('of ann')
    expect((await bodiesOf(ann, 'state') as { phase: string; state: { notes?: unknown } }[]).filter(({ phase }) => phase === 'live').map(({ state }) => state.notes)).not.toContain(undefined)
  })

  test('whoever takes a place sees what that place sees', async () => {
    const run = await opened.stage.debate({ live: { ...PATIENT, whenSomebodyLeaves: 'replace' } })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ben.act('note', { text: 'of ben' })
    await ann.act('note', { text: 'of ann' })
    await ben.giveBack()
    const cem = await opened.stage.come('cem', run)
    expect(await until(cem, ({ people }) => people[1]?.agentId === cem.agentId)).toMatchObject({ phase: 'live', state: { notes: ['1: of ben'] } })
    expect(JSON.stringify(await cem.packets())).not.toContain('of ann')
  })
})

describe('where the function for that fails', () => {
  liveEachTest(given => { opened = given }, { view: 'fail' })

  test('those it fails for are not told, the others are', async () => {
    const { ann, ben } = await pair()
    await ann.act('say', { text: 'one' })
    expect(await viewOf(ann)).toMatchObject({ state: { said: 1 } })
    expect((await viewOf(ben))?.state ?? null).toBeNull()
    expect(await heardBy(ben)).toContain('Pro: one')
    expect(opened.stage.logged.join('\n')).toContain('the function view of a live blueprint failed')
    await ben.act('finish', {})
    expect(await until(ann, ({ phase }) => phase === 'over')).toMatchObject({ reason: 'done' })
    expect(await ben.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  })
})
