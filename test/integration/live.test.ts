import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { liveEachTest } from '../live-each-test.js'
import { heardBy, hears, until, viewOf, type LiveStage } from '../live-stage.js'

let stage: LiveStage
liveEachTest(opened => { ({ stage } = opened) })

describe('people who work together', () => {
  test('wait for each other, begin when all are there, act in turn, and hand in when it is over', async () => {
    const run = await stage.debate({})
    const ann = await stage.come('ann', run)
    expect(await until(ann, ({ people }) => people.length === 1)).toMatchObject({ phase: 'lobby', seats: 2, reason: null, state: null, people: [{ seat: 0, name: 'Pro', agentId: ann.agentId, status: 'here' }] })
    await expect(ann.act('say', { text: 'too soon' })).rejects.toMatchObject({ code: 'conflict', message: 'This has not begun yet; it does when everybody is there.' })
    const ben = await stage.come('ben', run)
    await until(ann, ({ phase }) => phase === 'live')
    await ann.act('say', { text: 'one' })
    await expect(ann.act('say', { text: 'again' })).rejects.toMatchObject({ code: 'conflict', message: 'It is not your turn.' })
    await ben.act('say', { text: 'two' })
    expect(await viewOf(ann)).toMatchObject({ phase: 'live', state: { turn: 0, said: 2 } })
    expect(await heardBy(ben)).toEqual(['Chair: topic 0: Pro and Contra', 'Pro: one', 'Contra: two'])
    await expect(ann.submit({ convinced: true })).rejects.toMatchObject({ code: 'conflict', message: 'You can hand this in when the work together is over.' })
    await ben.act('finish', {})
    expect(await viewOf(ann)).toMatchObject({ phase: 'over', reason: 'done' })
    await expect(ann.act('say', { text: 'late' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await ann.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect((await stage.mephisto.operator.progress(run.id)).run.status).toBe('running')
    expect(await ben.submit({ convinced: false })).toMatchObject({ outcome: 'completed' })
    expect((await stage.mephisto.operator.progress(run.id)).run.status).toBe('completed')
    expect(await verifyRun(stage.db, run.id)).toMatchObject({ difference: null })
  })

  test('are told what is for them alone', async () => {
    const run = await stage.debate({})
    const [ann, ben] = [await stage.come('ann', run), await stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ben.act('whisper', { to: 0, text: 'psst' })
    await hears(ann, 'Contra: psst')
    expect(await heardBy(ben)).not.toContain('Contra: psst')
  })
  test('effects and timers come back as events', async () => {
    const run = await stage.debate({})
    const [ann] = [await stage.come('ann', run), await stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ann.act('ask', { question: 'why' })
    await hears(ann, 'Model: WHY')
    await ann.act('wait', { ms: 300 })
    await hears(ann, 'Chair: pause is over.')
  })
})
