import { describe, expect, test } from 'vitest'
import type { LiveSettings, TaskRun } from '../../sdk/index.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { openCalls } from '../live-rows.js'
import { heardBy, hears, until, type Debater } from '../live-stage.js'
import { OLGA } from '../principals.js'

// What is done outside of the session, and what is done later.

let opened: OpenedLive
liveEachTest(given => { opened = given })

const PATIENT: LiveSettings = { absenceMs: 3_600_000 }
const pair = async (live: LiveSettings = {}): Promise<{ run: TaskRun; ann: Debater; ben: Debater }> => {
  const run = await opened.stage.debate({ live: { ...PATIENT, ...live } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  return { run, ann, ben }
}
const settled = (what: 'effect' | 'again' | 'timer') => expect.poll(async () => {
  await opened.hurry(what)
  return (await openCalls(opened.stage, what)).filter(({ status }) => status === 'pending')
}, { timeout: 20_000 }).toEqual([])
/** Has all calls of a topic made once more, that are done or have failed. */
async function replayAll(topic: string): Promise<void> {
  const { calls: rows } = await opened.stage.mephisto.outbox.calls({ topic })
  await opened.stage.mephisto.outbox.replay(OLGA, { requestId: crypto.randomUUID(), callIds: rows.map(({ id }) => id) })
}
const said = async (debater: Debater, text: string): Promise<number> => (await heardBy(debater)).filter(one => one === text).length

describe('an effect', () => {
  test('is done outside of the session, and what it gives is an event, once', async () => {
    const { ann, ben } = await pair()
    await ben.act('ask', { question: 'why' })
    await hears(ann, 'Model: WHY')
    expect(opened.stage.seen).toEqual(['Contra ask', 'result model'])
    await settled('effect')
    await replayAll('effect.debate')
    await settled('effect')
    expect(await said(ann, 'Model: WHY')).toBe(1)
  })

  test('is told the same id when it is done again, and does not keep others waiting', async () => {
    const { ann, ben } = await pair()
    const ids: string[] = []
    let isMended = false
    opened.options.answer = (question, effectId) => {
      if (question === 'hard') ids.push(effectId)
      if (question === 'hard' && !isMended) throw new Error('no answer yet')
      return `an answer to ${question}`
    }
    await ann.act('ask', { question: 'hard' })
    await ben.act('ask', { question: 'easy' })
    await hears(ben, 'Model: an answer to easy')
    await expect.poll(async () => {
      await opened.hurry('effect')
      return ids.length
    }).toBeGreaterThanOrEqual(3)
    expect((await openCalls(opened.stage, 'effect'))[0]).toMatchObject({ topic: 'effect.debate', result: '{"error":"no answer yet"}' })
    isMended = true
    await settled('effect')
    await hears(ben, 'Model: an answer to hard')
    expect(new Set(ids).size).toBe(1)
    expect(await said(ben, 'Model: an answer to hard')).toBe(1)
  })

  test.each([
    ['throws', () => { throw new Error('out of order') }, 'out of order'],
    ['gives what JSON does not keep', () => new Map(), /JSON cannot keep this value/],
    ['gives too much', () => 'a'.repeat(100_001), /longer than 100000 characters/],
  ] as const)('that %s is tried five times, and then told as a failure, once', async (_, answer, why) => {
    const { ann } = await pair()
    let tries = 0
    opened.options.answer = () => {
      tries += 1
      return answer()
    }
    await ann.act('ask', { question: 'why' })
    await settled('effect')
    expect(tries).toBe(5)
    expect(opened.stage.seen).toEqual(['Pro ask', 'failure model'])
    const told = (await heardBy(ann)).at(-1) ?? ''
    expect(told).toMatch(why)
    expect(await openCalls(opened.stage, 'effect')).toMatchObject([{ status: 'failed', tries: 5 }])
    // Done after all, when the operator asks for it: nobody is told both.
    opened.options.answer = () => 'after all'
    await replayAll('effect.debate')
    await settled('effect')
    expect(await heardBy(ann)).not.toContain('Model: after all')
  })

  test('that hangs is given up at its time limit', async () => {
    const { ann } = await pair()
    let tries = 0
    opened.options.answer = () => {
      tries += 1
      return tries === 1 ? new Promise(() => undefined) : 'at the second try'
    }
    await ann.act('ask', { question: 'why' })
    await expect.poll(async () => {
      await opened.hurry('effect')
      return heardBy(ann)
    }, { timeout: 20_000 }).toContain('Model: at the second try')
  })

  test('on whose result the functions fail is not done again for that', async () => {
    const { ann } = await pair()
    let tries = 0
    opened.options.answer = () => {
      tries += 1
      return tries
    }
    opened.options.failsOn = 'result'
    await ann.act('ask', { question: 'why' })
    await expect.poll(async () => (await openCalls(opened.stage, 'again')).length).toBe(1)
    delete opened.options.failsOn
    await settled('again')
    await hears(ann, 'Model: 1')
    expect([tries, await said(ann, 'Model: 1')]).toEqual([1, 1])
  })

  test('whose result comes when it is over is nobody\'s business any more', async () => {
    const { ann, ben } = await pair()
    let give: (answer: string) => void = () => undefined
    opened.options.answer = () => new Promise(resolve => { give = resolve })
    await ann.act('ask', { question: 'why' })
    await expect.poll(async () => (await openCalls(opened.stage, 'effect'))[0]?.tries).toBe(1)
    await ben.act('finish', {})
    give('too late')
    await expect.poll(() => openCalls(opened.stage, 'effect')).toEqual([])
    expect(opened.stage.seen).not.toContain('result model')
    expect(await heardBy(ben)).not.toContain('Model: too late')
  })
})

describe('a timer', () => {
  const past = async (ms: number): Promise<void> => {
    opened.pass(ms)
    await opened.stage.mephisto.operator.tick()
  }

  test('runs out once, when its time has come', async () => {
    const { ann } = await pair()
    await ann.act('wait', { ms: 60_000 })
    await past(59_000)
    expect(await said(ann, 'Chair: pause is over.')).toBe(0)
    await past(2_000)
    await hears(ann, 'Chair: pause is over.')
    await replayAll('live.debate')
    await settled('timer')
    expect(await said(ann, 'Chair: pause is over.')).toBe(1)
  })

  test('takes the place of one of the same name', async () => {
    const { ann } = await pair()
    await ann.act('wait', { ms: 60_000 })
    await ann.act('wait', { ms: 120_000 })
    await past(61_000)
    expect(await said(ann, 'Chair: pause is over.')).toBe(0)
    await past(60_000)
    await hears(ann, 'Chair: pause is over.')
    expect(opened.stage.seen.filter(one => one === 'timer pause')).toHaveLength(1)
  })

  test('can be taken back, and set again when it has run out', async () => {
    const { ann } = await pair()
    await ann.act('wait', { ms: 60_000 })
    await ann.act('wait', { ms: null })
    await past(61_000)
    await settled('timer')
    expect(opened.stage.seen).toEqual(['Pro wait', 'Pro wait'])
    await ann.act('wait', { ms: 0 })
    await hears(ann, 'Chair: pause is over.')
    await ann.act('wait', { ms: 1_000 })
    await past(2_000)
    await expect.poll(() => said(ann, 'Chair: pause is over.')).toBe(2)
  })

  test('stays when other things happen meanwhile, and is ignored when it is over', async () => {
    const { ann, ben } = await pair()
    await ann.act('wait', { ms: 60_000 })
    await ann.act('say', { text: 'one' })
    await ben.act('note', { text: 'two' })
    await past(61_000)
    await hears(ann, 'Chair: pause is over.')
    await ann.act('wait', { ms: 60_000 })
    await ben.act('finish', {})
    await past(61_000)
    await settled('timer')
    expect(await said(ann, 'Chair: pause is over.')).toBe(1)
  })

  test('on which the functions fail is kept, and applied once when they are mended', async () => {
    const { ann } = await pair()
    opened.options.failsOn = 'timer'
    await ann.act('wait', { ms: 0 })
    await expect.poll(async () => (await openCalls(opened.stage, 'again')).length).toBe(1)
    await ann.act('say', { text: 'on we go' })
    delete opened.options.failsOn
    await settled('again')
    await hears(ann, 'Chair: pause is over.')
    expect(await said(ann, 'Chair: pause is over.')).toBe(1)
  })
})

test('somebody leaves while the functions fail: they are told when they are mended', async () => {
  const { ann, ben } = await pair({ whenSomebodyLeaves: 'go_on' })
  opened.options.failsOn = 'leave'
  await ben.giveBack()
  await until(ann, ({ people }) => people[1]?.status === 'left')
  delete opened.options.failsOn
  await settled('again')
  await hears(ann, 'Chair: Contra has left.')
  expect(await said(ann, 'Chair: Contra has left.')).toBe(1)
})
