import { describe, expect, test } from 'vitest'
import type { LiveSettings, TaskRun } from '../../sdk/index.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { debate } from '../debate.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { bodiesOf } from '../live-rows.js'
import { tokenOf } from '../live-sockets.js'
import { heardBy, until, viewOf, type Debater } from '../live-stage.js'
import { helping } from '../sessions-blueprint.js'

let opened: OpenedLive
liveEachTest(given => { opened = given })

const pair = async (live: LiveSettings = {}): Promise<{ run: TaskRun; ann: Debater; ben: Debater }> => {
  const run = await opened.stage.debate({ live })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  return { run, ann, ben }
}
/** As a page that sends whatever it wants. */
const send = async (run: TaskRun, name: string, request: { readonly name: string; readonly input?: unknown; readonly callId?: string }) =>
  pageCalls(opened.stage.mephisto)<{ number: number }>('act', { callId: crypto.randomUUID(), ...request }, await tokenOf(opened.stage, run, name))

describe('the same action sent twice', () => {
  test('has one number, and is applied once', async () => {
    const { ann, ben } = await pair()
    const number = await ann.act('say', { text: 'one' }, 'call-of-ann')
    expect(await ann.act('say', { text: 'one' }, 'call-of-ann')).toBe(number)
    await ben.act('say', { text: 'two' }, 'call-of-ben')
    // It is ann's turn again: a repeat is not another action.
    expect(await ann.act('say', { text: 'one' }, 'call-of-ann')).toBe(number)
    expect(await viewOf(ann)).toMatchObject({ state: { said: 2 } })
    expect(await heardBy(ben)).toEqual(['Chair: topic 0: Pro and Contra', 'Pro: one', 'Contra: two'])
    // Another's id is another's.
    expect(await ann.act('whisper', { to: 1, text: 'psst' }, 'call-of-ben')).toBeGreaterThan(number)
  })

  test('at the same time too', async () => {
    const { ann, ben } = await pair()
    const numbers = await Promise.all(Array.from({ length: 10 }, () => ann.act('say', { text: 'one' }, 'call-of-ann')))
    expect(new Set(numbers).size).toBe(1)
    expect((await heardBy(ben)).filter(text => text === 'Pro: one')).toHaveLength(1)
    expect(await bodiesOf(ann, 'action')).toHaveLength(1)
  })

  test('when the turn has passed, when it is over, and when the attempt has ended', async () => {
    const { ann, ben } = await pair()
    const said = await ann.act('say', { text: 'one' }, 'call-to-say')
    expect(await ann.act('say', { text: 'one' }, 'call-to-say')).toBe(said)
    const finished = await ben.act('finish', {}, 'call-to-finish')
    expect(await ben.act('finish', {}, 'call-to-finish')).toBe(finished)
    expect(await ann.act('say', { text: 'one' }, 'call-to-say')).toBe(said)
    await expect(ann.act('say', { text: 'one' })).rejects.toMatchObject({ code: 'conflict', message: 'The work together is over; hand in your answer.' })
    await ann.submit({ convinced: true })
    expect(await ann.act('say', { text: 'one' }, 'call-to-say')).toBe(said)
    await ben.giveBack()
    expect(await ben.act('finish', {}, 'call-to-finish')).toBe(finished)
  })

  test('when whoever sent it has left', async () => {
    const { ann, ben } = await pair({ whenSomebodyLeaves: 'go_on' })
    const number = await ben.act('whisper', { to: 0, text: 'bye' }, 'call-of-ben')
    await ben.giveBack()
    expect(await ben.act('whisper', { to: 0, text: 'bye' }, 'call-of-ben')).toBe(number)
    await until(ann, ({ people }) => people[1]?.status === 'left')
    expect(await ben.act('whisper', { to: 0, text: 'bye' }, 'call-of-ben')).toBe(number)
    await expect(ben.act('whisper', { to: 0, text: 'and one more' })).rejects.toMatchObject({ code: 'conflict', message: 'You are no longer part of this; nothing more can be sent for it.' })
    expect(await heardBy(ann)).not.toContain('Contra: and one more')
  })
})

describe('an action is refused', () => {
  test('that there is not, or that does not fit, and nothing is stored', async () => {
    const { run, ann } = await pair()
    const before = (await ann.packets()).length
    await expect(send(run, 'ann', { name: 'sing', input: {} })).rejects.toMatchObject({ code: 'not_found', message: expect.stringMatching(/There is no action "sing" here; there are: say, whisper,.* A page that is older than the server has to be loaded again\./) as string })
    for (const name of ['toString', '__proto__', 'constructor']) await expect(send(run, 'ann', { name, input: {} })).rejects.toMatchObject({ code: 'not_found' })
    await expect(send(run, 'ann', { name: 'say', input: { text: 1 } })).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'input.text' }] })
    await expect(send(run, 'ann', { name: 'say' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(send(run, 'ann', { name: 'say', input: { text: 'a'.repeat(501) } })).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'input.text' }] })
    let deep: unknown = 'text'
    for (let level = 0; level < 300; level += 1) deep = [deep]
    await expect(send(run, 'ann', { name: 'say', input: { text: deep } })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('nested more than 200 levels deep') as string })
    await expect(send(run, 'ann', { name: 'say', input: { text: 'x' }, callId: 'c'.repeat(65) })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await ann.packets()).toHaveLength(before)
    expect(opened.stage.seen).toEqual([])
  })

  test('of whoever has no part in it', async () => {
    const { run, ann } = await pair()
    const other = await pair()
    const before = (await ann.packets()).length
    await send(other.run, 'ann', { name: 'say', input: { text: 'at the other one' } })
    expect(await ann.packets()).toHaveLength(before)
    await expect(pageCalls(opened.stage.mephisto)('act', { callId: 'a-call-without', name: 'say', input: { text: 'x' } })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(pageCalls(opened.stage.mephisto)('act', { callId: 'a-call-with-a', name: 'say', input: { text: 'x' } }, 'forged.token')).rejects.toMatchObject({ code: 'unauthenticated' })
    const helper = await opened.stage.worker('ann').accept(helping, await opened.stage.launch())
    expect(await helper.call('shout', { text: 'a' })).toMatchObject({ text: 'A' })
    expect(await heardBy(ann)).toHaveLength(1)
    expect(run.id).not.toBe(other.run.id)
  })

  test('during the onboarding', async () => {
    const run = await opened.stage.mephisto.operator.launch(debate, {
      task: 'debates', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, data: [{ topic: 'cats' }], onboarding: { qualification: 'debater', input: { rules: 'be kind' } },
    })
    const { credential } = await opened.stage.mephisto.invite({ run: run.id, worker: 'ann' })
    const reply = await pageCalls(opened.stage.mephisto)<{ status: string; agentToken: string }>('register', { provider: 'inhouse', credential })
    expect(reply.status).toBe('onboarding')
    await expect(pageCalls(opened.stage.mephisto)('act', { callId: 'call-too-soon', name: 'say', input: { text: 'x' } }, reply.agentToken)).rejects.toMatchObject({ code: 'conflict', message: 'Actions can be sent for items of work together alone.' })
    expect(await pageCalls(opened.stage.mephisto)('read', { after: 0 }, reply.agentToken)).toEqual({ packets: [] })
    await pageCalls(opened.stage.mephisto)('submit', { submissionId: crypto.randomUUID(), answer: { agreed: true } }, reply.agentToken)
    await opened.stage.worker('ben').onboard(debate, run, { agreed: true })
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ann.act('say', { text: 'one' })
    expect(await heardBy(ben)).toContain('Pro: one')
  })

  test('of whoever sends more of them at once than anybody does', async () => {
    const { ann } = await pair()
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => ann.act('whisper', { to: 1, text: String(index) })))
    const refused = outcomes.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
    expect(refused.length).toBeGreaterThan(0)
    // More come back by and by, twenty a second.
    expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(40)
    for (const reason of refused) expect(reason).toMatchObject({ code: 'too_many_requests' })
    expect(await bodiesOf(ann, 'action')).toHaveLength(outcomes.length - refused.length)
  })
})

describe('an action', () => {
  test('with nothing to send is one, also when it is tried again', async () => {
    const { run, ann } = await pair()
    await send(run, 'ann', { name: 'bow' })
    await send(run, 'ann', { name: 'bow', input: {} })
    expect(await heardBy(ann)).toEqual(['Chair: topic 0: Pro and Contra', 'Pro: bows 0', 'Pro: bows 1'])
    opened.options.failsOn = 'bow'
    await send(run, 'ann', { name: 'bow' })
    delete opened.options.failsOn
    await expect.poll(async () => {
      await opened.hurry('again')
      return heardBy(ann)
    }).toEqual(['Chair: topic 0: Pro and Contra', 'Pro: bows 0', 'Pro: bows 1', 'Pro: bows 0'])
  })

  test('of one after the other is in order for everybody, however many come at once', async () => {
    const { ann, ben } = await pair()
    await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? ann : ben).act('note', { text: String(index) })))
    const state = (await viewOf(ann))?.state as { notes: string[] }
    expect(state.notes).toHaveLength(30)
    expect(new Set(state.notes).size).toBe(30)
    expect((await viewOf(ben))?.state).toEqual(state)
    const numbers = (await ann.packets()).map(({ number }) => number)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })
})
