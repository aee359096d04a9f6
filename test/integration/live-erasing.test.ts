import { describe, expect, test } from 'vitest'
import { verifyRun, type LiveSettings, type TaskRun } from '../../sdk/index.js'
import { everyText } from '../every-text.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, openCalls, unitsOf } from '../live-rows.js'
import { followBySocket } from '../live-sockets.js'
import { heardBy, hears, until, type Debater } from '../live-stage.js'
import { OLGA } from '../principals.js'

// What somebody wrote goes with them, wherever it was said; those they worked with are told, and lose nothing else.

let opened: OpenedLive
const ends: (() => void)[] = []
liveEachTest(given => { opened = given }, { end: () => { for (const end of ends.splice(0)) end() } })

const PLANTED = 'planted'
const pair = async (live: LiveSettings = {}): Promise<{ run: TaskRun; ann: Debater; ben: Debater }> => {
  const run = await opened.stage.debate({ live: { absenceMs: 3_600_000, ...live } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  return { run, ann, ben }
}
const erase = (externalId: string) => opened.stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId }, force: true })
const remains = async (): Promise<readonly string[]> => (await everyText(opened.target)).filter(({ text }) => text.includes(PLANTED)).map(({ table, column }) => `${table}.${column}`)
/** Says something everywhere it can be said. */
async function plant(ann: Debater, other: Debater): Promise<void> {
  await ann.act('say', { text: `${PLANTED} words` })
  await ann.act('whisper', { to: 1, text: `${PLANTED} secret` })
  await ann.act('note', { text: `${PLANTED} note` })
  await ann.act('ask', { question: `${PLANTED} question` })
  await hears(other, `Model: ${PLANTED} QUESTION`)
}
const isSound = async (run: TaskRun): Promise<void> => { expect(await verifyRun(opened.stage.db, run.id)).toMatchObject({ difference: null }) }

describe('somebody is erased', () => {
  test('while people are at work: nothing that was said is left, and nothing of it comes back', async () => {
    opened.options.answer = question => question.replace('question', 'QUESTION')
    const { run, ann, ben } = await pair()
    await plant(ann, ben)
    opened.options.failsOn = 'note'
    await ben.act('note', { text: `${PLANTED} note that is kept for later` })
    expect(await remains()).not.toEqual([])
    await erase('ann')
    expect(await remains()).toEqual([])
    expect(await until(ben, ({ phase }) => phase === 'over')).toEqual({ phase: 'over', reason: 'erased', seats: 2, people: [], state: null })
    // What this process remembers, and what waits to be tried again, is not written any more.
    delete opened.options.failsOn
    await expect.poll(async () => {
      await opened.hurry('again')
      return openCalls(opened.stage, 'again')
    }).toEqual([])
    await expect(ben.act('say', { text: `${PLANTED} after` })).rejects.toMatchObject({ code: 'conflict', message: 'The work together is over; hand in your answer.' })
    expect(await remains()).toEqual([])
    expect(await ben.submit({ convinced: false })).toMatchObject({ outcome: 'completed', pay: { minor: 100 } })
    await expect(ann.submit({ convinced: true })).rejects.toMatchObject({ code: 'not_found' })
    expect(await attemptOf(opened.stage, ann)).toBe('returned')
    expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'completed'])
    expect((await opened.stage.mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'completed' })
    await isSound(run)
  })

  test('while the others are connected: they are told at once', async () => {
    const { run, ann, ben } = await pair()
    ends.push(await followBySocket(opened.stage, run, 'ben'))
    await ann.act('say', { text: `${PLANTED} words` })
    const waiting = ben.next((await ben.packets()).at(-1)?.number ?? 0)
    await erase('ann')
    expect(await waiting).toMatchObject([{ kind: 'state', body: { phase: 'over', reason: 'erased' } }])
  })

  test('who had left, while the others are still at it', async () => {
    const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace' })
    await ann.act('say', { text: `${PLANTED} words` })
    await ann.giveBack()
    const cem = await opened.stage.come('cem', run)
    await until(ben, ({ people }) => people[0]?.agentId === cem.agentId)
    await cem.act('whisper', { to: 1, text: `I read ${PLANTED} words` })
    await erase('ann')
    expect(await remains()).toEqual([])
    for (const one of [ben, cem]) {
      expect(await until(one, ({ phase }) => phase === 'over')).toMatchObject({ reason: 'erased' })
      expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    }
    await isSound(run)
  })

  test('when it is over and handed in: the answers of the others stay', async () => {
    opened.options.answer = question => question.replace('question', 'QUESTION')
    const { run, ann, ben } = await pair()
    await plant(ann, ben)
    await ben.act('finish', {})
    for (const one of [ann, ben]) await one.submit({ convinced: true })
    await erase('ann')
    expect(await remains()).toEqual([])
    expect((await heardBy(ben).catch(() => [])).join()).not.toContain(PLANTED)
    const rows = []
    for await (const row of opened.stage.mephisto.exportRows((await import('../debate.js')).debate, { run: run.id })) rows.push(row)
    expect(rows).toMatchObject([{ answer: { convinced: true } }])
    expect((await opened.stage.mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'completed' })
    await isSound(run)
  })

  test('and another after that: the others are told once, and it stays erased', async () => {
    const run = await opened.stage.debate({ people: 3, live: { whenSomebodyLeaves: 'go_on', absenceMs: 3_600_000 } })
    const [ann, ben, cem] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run), await opened.stage.come('cem', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ann.act('say', { text: `${PLANTED} words` })
    await erase('ann')
    await until(cem, ({ phase }) => phase === 'over')
    await erase('ben')
    await expect.poll(() => openCalls(opened.stage, 'look')).toEqual([])
    expect(await bodiesOf(cem, 'state')).toContainEqual({ phase: 'over', reason: 'erased', seats: 3, people: [], state: null })
    expect(await remains()).toEqual([])
    expect(await cem.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect(await attemptOf(opened.stage, ben)).toBe('returned')
    await isSound(run)
  })

  test('in the lobby, where nothing was said: the others wait on', async () => {
    const run = await opened.stage.debate({ people: 3, live: { absenceMs: 3_600_000 } })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await until(ann, ({ people }) => people.length === 2)
    await erase('ann')
    expect(await until(ben, ({ people }) => people.length === 1)).toMatchObject({ phase: 'lobby', people: [{ agentId: ben.agentId }] })
    await ben.giveBack()
    await isSound(run)
  })
})

test('whoever has no name any more goes on, as before', async () => {
  const { run, ann, ben } = await pair()
  const second = await opened.stage.debate({ live: { absenceMs: 3_600_000 } })
  const dia = await opened.stage.come('dia', second)
  for (const externalId of ['ben', 'dia']) await opened.stage.mephisto.privacy.pseudonymise(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId }, force: true })
  await opened.stage.come('eva', second)
  await until(dia, ({ phase }) => phase === 'live')
  await ben.act('whisper', { to: 0, text: 'still me' })
  await hears(ann, 'Contra: still me')
  await ben.act('finish', {})
  for (const one of [ann, ben]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  await isSound(run)
})

test('answers that were kept long enough are erased with all that was said', async () => {
  opened.options.answer = question => question.replace('question', 'QUESTION')
  const run = await opened.stage.debate({ retentionDays: 1, live: { absenceMs: 3_600_000 } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await plant(ann, ben)
  await ben.act('finish', {})
  for (const one of [ann, ben]) await one.submit({ convinced: true })
  opened.pass(25 * 3_600_000)
  expect((await opened.stage.mephisto.operator.tick()).erasedAnswers).toBe(2)
  expect(await remains()).toEqual([])
  await isSound(run)
})

test('with the data of a run goes all that was said in it, and what its people shared', async () => {
  opened.options.answer = question => question.replace('question', 'QUESTION')
  const { run, ann, ben } = await pair()
  await plant(ann, ben)
  await ben.act('finish', {})
  for (const one of [ann, ben]) await one.submit({ convinced: true })
  const { operator, caller, data, privacy } = opened.stage.mephisto
  const units = (await data.page({ run: run.id })).rows.map(({ unit }) => unit)
  await caller(OLGA).review.decide({ decisionId: crypto.randomUUID(), unitIds: units, verdict: 'approve' })
  await operator.archive(run.id)
  expect(await privacy.removeData(OLGA, { requestId: crypto.randomUUID(), run: run.id, isForGood: true })).toMatchObject({ answers: 2 })
  expect(await remains()).toEqual([])
  expect((await everyText(opened.target)).filter(({ text }) => text.includes('topic 0'))).toEqual([])
  await isSound(run)
})
