import { describe, expect, test } from 'vitest'
import { usd, type LiveSettings, type TaskRun, verifyRun } from '../../sdk/index.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, unitsOf } from '../live-rows.js'
import { heardBy, hears, until, viewOf, type Debater } from '../live-stage.js'

let opened: OpenedLive
liveEachTest(given => { opened = given })

/** People who are at work together. */
async function together(live: LiveSettings, ...names: readonly string[]): Promise<{ readonly run: TaskRun; readonly people: readonly Debater[] }> {
  const run = await opened.stage.debate({ people: names.length, live })
  const people: Debater[] = []
  for (const name of names) people.push(await opened.stage.come(name, run))
  for (const one of people) await until(one, ({ phase }) => phase === 'live')
  return { run, people }
}
const pair = async (live: LiveSettings) => {
  const { run, people: [ann, ben] } = await together(live, 'ann', 'ben')
  return { run, ann, ben } as { run: TaskRun; ann: Debater; ben: Debater }
}
const three = async (live: LiveSettings) => {
  const { run, people: [ann, ben, cem] } = await together(live, 'ann', 'ben', 'cem')
  return { run, ann, ben, cem } as { run: TaskRun; ann: Debater; ben: Debater; cem: Debater }
}
const over = (debater: Debater) => until(debater, ({ phase }) => phase === 'over')
const statuses = async (debater: Debater): Promise<readonly string[]> => ((await viewOf(debater))?.people ?? []).map(({ status }) => status)
const progress = async (run: TaskRun) => (await opened.stage.mephisto.operator.progress(run.id)).run
const isSound = async (run: TaskRun): Promise<void> => { expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null }) }
const handIn = async (debater: Debater): Promise<void> => { expect(await debater.submit({ convinced: true })).toMatchObject({ outcome: 'completed', pay: { minor: 100 } }) }
const PATIENT: LiveSettings = { absenceMs: 3_600_000 }

describe('where it ends when somebody leaves', () => {
  test('the others are told, hand in and are paid; the place of whoever gave back goes', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'end' })
    await ann.act('say', { text: 'one' })
    expect(await ben.giveBack()).toBe(true)
    expect(await over(ann)).toMatchObject({ reason: 'partner_left', people: [{ status: 'here' }, { name: 'Contra', status: 'left' }, { status: 'here' }], state: { said: 1 } })
    expect(opened.stage.seen).toEqual(['Pro say', 'leave Contra'])
    expect(await heardBy(cem)).toContain('Chair: Contra has left.')
    await expect(ann.act('say', { text: 'late' })).rejects.toMatchObject({ code: 'conflict', message: 'The work together is over; hand in your answer.' })
    await handIn(ann)
    expect(await progress(run)).toMatchObject({ status: 'running' })
    await handIn(cem)
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 2, reservedMinor: 200 })
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'expired', 'completed'])
    expect(await attemptOf(opened.stage, ben)).toBe('returned')
    expect(await ben.submit({ convinced: true })).toMatchObject({ outcome: 'set_aside', reason: 'returned' })
    await isSound(run)
  })

  test('it does for whoever is not connected any more, whose answer is kept', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'end' })
    await opened.dropAllBut(ann)
    expect(await over(ann)).toMatchObject({ reason: 'partner_left', people: [{ status: 'here' }, { status: 'left' }] })
    expect(await attemptOf(opened.stage, ben)).toBe('disconnect')
    await expect(ben.act('say', { text: 'I am back' })).rejects.toMatchObject({ code: 'conflict' })
    // Two at once: one of them counts, and the other is kept.
    const [kept] = await Promise.all([ben.submit({ convinced: false }), handIn(ann)])
    expect(kept).toMatchObject({ outcome: 'set_aside', reason: 'lease_expired' })
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'expired'])
    await isSound(run)
  })

  test('an answer that comes together with one of whoever was dropped out is refused while others are at work', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'go_on' })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    const [early, late] = await Promise.allSettled([cem.submit({ convinced: true }), ben.submit({ convinced: true })])
    expect(early).toMatchObject({ status: 'rejected', reason: { code: 'conflict', message: 'You can hand this in when the work together is over.' } })
    expect(late).toMatchObject({ status: 'fulfilled', value: { outcome: 'set_aside', reason: 'returned' } })
    expect(await progress(run)).toMatchObject({ status: 'running' })
  })

  test('everybody can leave', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'end' })
    await Promise.all([ann.giveBack(), ben.giveBack()])
    expect(await over(ann)).toMatchObject({ reason: 'partner_left' })
    expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'expired'])
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 0, reservedMinor: 0 })
    await isSound(run)
  })
})

describe('where somebody else takes the place', () => {
  test('it keeps its name, what is shared stays, and the functions are told', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', ...PATIENT })
    await ann.act('say', { text: 'one' })
    await ben.act('say', { text: 'two' })
    await ben.giveBack()
    expect(await until(ann, ({ people }) => people[1]?.status === 'left')).toMatchObject({ phase: 'live' })
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'launched'])
    await ann.act('say', { text: 'alone' })
    const cem = await opened.stage.come('cem', run)
    expect(await until(ann, ({ people }) => people[1]?.status === 'here')).toMatchObject({ phase: 'live', people: [{ agentId: ann.agentId }, { seat: 1, name: 'Contra', agentId: cem.agentId }], state: { said: 3, turn: 1 } })
    expect(opened.stage.seen).toEqual(['Pro say', 'Contra say', 'leave Contra', 'Pro say', 'join Contra'])
    // Whoever is new reads what was said before they came.
    expect(await heardBy(cem)).toEqual(['Chair: topic 0: Pro and Contra', 'Pro: one', 'Contra: two', 'Chair: Contra has left.', 'Pro: alone', 'Chair: Contra is new.'])
    await cem.act('say', { text: 'three' })
    await expect(ben.act('say', { text: 'me too' })).rejects.toMatchObject({ code: 'conflict', message: 'You are no longer part of this; nothing more can be sent for it.' })
    await cem.act('finish', {})
    await handIn(ann)
    await handIn(cem)
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 2 })
    await isSound(run)
  })

  test('whoever was dropped out may come back to it, as somebody new', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace' })
    await opened.dropAllBut(ann)
    await until(ann, ({ people }) => people[1]?.status === 'left')
    const again = await opened.stage.come('ben', run)
    expect(again.agentId).not.toBe(ben.agentId)
    await until(ann, ({ people }) => people[1]?.agentId === again.agentId)
    await again.act('finish', {})
    await handIn(again)
    await handIn(ann)
    await isSound(run)
  })

  test('it ends when nobody comes in time, and nobody can come any more', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', lobbyMs: 60_000, ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    opened.pass(59_000)
    await opened.stage.mephisto.operator.tick()
    expect(await viewOf(ann)).toMatchObject({ phase: 'live' })
    opened.pass(2_000)
    expect(await over(ann)).toMatchObject({ reason: 'partner_left' })
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'expired'])
    await handIn(ann)
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    await isSound(run)
  })

  test('each place is waited for from when it was left', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'replace', lobbyMs: 60_000, ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    opened.pass(40_000)
    await cem.giveBack()
    await until(ann, ({ people }) => people[2]?.status === 'left')
    await opened.stage.come('dia', run)
    await until(ann, ({ people }) => people[1]?.status === 'here')
    opened.pass(40_000)
    await opened.stage.mephisto.operator.tick()
    expect(await statuses(ann)).toEqual(['here', 'here', 'left'])
    expect(await viewOf(ann)).toMatchObject({ phase: 'live' })
    opened.pass(21_000)
    expect(await over(ann)).toMatchObject({ reason: 'partner_left' })
  })

  test('it is not waited for any more once it is taken', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', lobbyMs: 60_000, ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    const cem = await opened.stage.come('cem', run)
    await until(ann, ({ people }) => people[1]?.status === 'here')
    opened.pass(61_000)
    await opened.stage.mephisto.operator.tick()
    await cem.act('whisper', { to: 0, text: 'still here' })
    expect(await viewOf(ann)).toMatchObject({ phase: 'live' })
  })

  test('whoever comes when it is over is let go, and can take something else', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    // Both at once, in either order.
    const [late] = await Promise.all([opened.stage.come('cem', run).catch(() => null), ann.act('finish', {})])
    await over(ann)
    if (late) {
      await expect.poll(async () => [await attemptOf(opened.stage, late), await statuses(ann)].flat()).not.toContain('waiting')
      if (await attemptOf(opened.stage, late) === 'partner_disconnect') expect(await bodiesOf(late, 'released')).toEqual([{ message: 'The others are through with this by now.', pay: null }])
      else await handIn(late)
    }
    await handIn(ann)
    await expect.poll(async () => (await progress(run)).status).toBe('completed')
    await isSound(run)
  })

  test('it ends when everybody has left', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace', ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    await ann.giveBack()
    expect(await over(ann)).toMatchObject({ reason: 'partner_left', people: [{ status: 'left' }, { status: 'left' }] })
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 0 })
    await isSound(run)
  })
})

describe('where it goes on', () => {
  test('it does without those who left, until the last of them leaves', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'go_on', ...PATIENT })
    await ben.giveBack()
    await until(ann, ({ people }) => people[1]?.status === 'left')
    await expect.poll(() => unitsOf(opened.stage, run)).toEqual(['assigned', 'expired', 'assigned'])
    expect(await opened.stage.worker('dia').refusal(run)).toBe('all_taken')
    await ann.act('whisper', { to: 2, text: 'only us' })
    await hears(cem, 'Pro: only us')
    await cem.giveBack()
    await until(ann, ({ people }) => people[2]?.status === 'left')
    expect(await viewOf(ann)).toMatchObject({ phase: 'live' })
    await ann.act('say', { text: 'only me' })
    await ann.giveBack()
    expect(await over(ann)).toMatchObject({ reason: 'partner_left' })
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 0, reservedMinor: 0 })
    await isSound(run)
  })

  test('those who are left hand in when they are through', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'go_on' })
    await opened.dropAllBut(ann, cem)
    await until(ann, ({ people }) => people[1]?.status === 'left')
    expect(await attemptOf(opened.stage, ben)).toBe('disconnect')
    expect(await opened.stage.worker('ben').refusal(run)).toBe('all_taken')
    await cem.act('finish', {})
    await handIn(ann)
    await handIn(cem)
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 2 })
    await isSound(run)
  })
})

describe('an item that is to be done again when somebody leaves', () => {
  test('is, from the beginning, so often; those who stayed are paid for what they have', async () => {
    const { run, ann, ben } = await pair({ replacementsPerAssignment: 1, ...PATIENT })
    await ann.act('say', { text: 'one' })
    await ben.giveBack()
    await over(ann)
    await handIn(ann)
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'expired', 'launched', 'launched'])
    expect(await progress(run)).toMatchObject({ status: 'running', unitsOpen: 2, unitsTotal: 4 })
    const [cem, dia] = [await opened.stage.come('cem', run), await opened.stage.come('dia', run)]
    expect(await until(cem, ({ phase }) => phase === 'live')).toMatchObject({ state: { turn: 0, said: 0 } })
    expect(cem.input).toEqual(ann.input)
    expect(await heardBy(cem)).toEqual(['Chair: topic 0: Pro and Contra'])
    await cem.giveBack()
    await over(dia)
    await handIn(dia)
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'expired', 'expired', 'completed'])
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 2 })
    await isSound(run)
  })

  test('is in a run that had ended with those who left, and is not in one that is drained or expired', async () => {
    for (const end of [null, 'drain', 'expire'] as const) {
      const { run, ann, ben } = await pair({ replacementsPerAssignment: 1, ...PATIENT })
      if (end) await opened.stage.mephisto.operator[end](run.id)
      await Promise.all([ann.giveBack(), ben.giveBack()])
      await over(ann)
      expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'expired', ...(end ? [] : ['launched', 'launched'])])
      expect(await progress(run)).toMatchObject({ status: end === null ? 'running' : end === 'drain' ? 'completed' : 'expired' })
      await isSound(run)
    }
  })

  test('is not when it was over before', async () => {
    const { run, ann, ben } = await pair({ replacementsPerAssignment: 5, ...PATIENT })
    await ann.act('finish', {})
    await ben.giveBack()
    await handIn(ann)
    expect(await unitsOf(opened.stage, run)).toEqual(['completed', 'expired'])
    expect(await progress(run)).toMatchObject({ status: 'completed' })
    await isSound(run)
  })
})

describe('where a bot takes the place', () => {
  test('of whoever leaves, it goes on with the others, and ends with the last of them', async () => {
    const { run, ann, ben, cem } = await three({ whenSomebodyLeaves: 'bot', ...PATIENT })
    await ben.giveBack()
    expect(await until(ann, ({ people }) => people[1]?.status === 'bot')).toMatchObject({ phase: 'live', people: [{ status: 'here' }, { name: 'Contra', status: 'bot' }, { status: 'here' }] })
    expect(opened.stage.seen).toEqual(['leave Contra'])
    expect(await unitsOf(opened.stage, run)).toEqual(['assigned', 'expired', 'assigned'])
    await ann.act('whisper', { to: 1, text: 'to the bot' })
    expect(await heardBy(cem)).not.toContain('Pro: to the bot')
    await cem.giveBack()
    await until(ann, ({ people }) => people[2]?.status === 'bot')
    await ann.giveBack()
    expect(await over(ann)).toMatchObject({ reason: 'partner_left' })
    expect(await progress(run)).toMatchObject({ status: 'completed', unitsAnswered: 0 })
    await isSound(run)
  })
})

test('what people are told of themselves and others has no names of theirs', async () => {
  const { ann } = await pair({ lobbyPay: usd('0.10') })
  expect(JSON.stringify(await bodiesOf(ann, 'state'))).not.toMatch(/ann|ben|workerId/)
})
