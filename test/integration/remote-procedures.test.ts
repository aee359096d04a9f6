import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { implement, type MephistoError, type TaskRun } from '../../sdk/index.js'
import { closeAfterEach } from '../close-after-each.js'
import type { OwnTarget } from '../scenarios/promise-target.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'

let target: OwnTarget
let stage: SessionsStage
let run: TaskRun
sessionsEachTest(opened => { ({ stage, run, target } = opened) })
const keep = closeAfterEach()
const accept = (name: string, at = stage) => at.worker(name).accept(helping, run)

describe('a remote procedure', () => {
  test('is called from the page with JSON, and knows the item and who calls (row 59)', async () => {
    const task = await accept('ann')
    expect(await task.call('shout', { text: 'hello' })).toEqual({ text: 'HELLO', topic: task.input.topic, by: 'ann' })
  })

  test('rejects for an unknown name, an input or a result that does not fit, and what it throws; the session goes on (row 60)', async () => {
    const task = await accept('ann')
    const failure = async (work: Promise<unknown>): Promise<MephistoError> => work.then(() => { throw new Error('it went well') }, (error: unknown) => error as MephistoError)
    expect(await failure(task.call('unknown' as 'shout', { text: '' }))).toMatchObject({ code: 'not_found', message: expect.stringContaining('shout, refuse, crash, lie, hang, nothing, perhaps, flood') as string })
    expect(await failure(task.call('shout', { text: 7 as unknown as string }))).toMatchObject({ code: 'invalid_input', problems: [{ path: 'input.text' }] })
    expect(await failure(task.call('refuse', { secret: 'you' }))).toMatchObject({ code: 'forbidden', message: 'not for you' })
    expect(await failure(task.call('crash', {}))).toMatchObject({ code: 'internal', message: 'Something went wrong on the server. It has been logged.' })
    expect(await failure(task.call('lie', {}))).toMatchObject({ code: 'internal' })
    expect(await failure(task.call('hang', {}))).toMatchObject({ code: 'unavailable', message: 'The server took too long for this.' })
    expect(stage.logged).toContain('hang was told')
    expect(stage.logged.filter(line => line.includes('a remote procedure failed'))).toHaveLength(3)
    // What it refuses with is for the page.
    expect(stage.logged.filter(line => line.includes('a remote procedure refused a call'))).toHaveLength(1)
    expect(stage.logged.filter(line => line.includes('not for you'))).toEqual([])
    expect(await task.call('shout', { text: 'still here' })).toMatchObject({ text: 'STILL HERE' })
    await task.submit({ essay: 'done' })
  })

  test('is kept with its request, what it gave and the times, and a page that comes back finds them (row 61)', async () => {
    const task = await accept('ann')
    await task.call('shout', { text: 'one' }, 'call-number-one')
    await task.call('refuse', { secret: 'two' }, 'call-number-two').catch(() => undefined)
    const again = await accept('ann')
    expect(again.resumed).toBe(true)
    const packets = await again.packets()
    expect(packets).toMatchObject([
      { number: 1, kind: 'call', name: 'shout', callId: 'call-number-one', body: { text: 'one' } }, { number: 2, kind: 'result', callId: 'call-number-one', body: { text: 'ONE' } },
      { number: 3, kind: 'call', name: 'refuse', callId: 'call-number-two', body: { secret: 'two' } }, { number: 4, kind: 'failure', callId: 'call-number-two', body: { code: 'forbidden', message: 'not for two' } },
    ])
    for (const { at } of packets) expect(Date.now() - Date.parse(at)).toBeLessThan(60_000)
  })

  test('may take nothing, or give nothing', async () => {
    const task = await accept('ann')
    expect(await task.call('nothing', undefined)).toBeNull()
    expect(await task.call('perhaps', undefined)).toBe(5)
    expect(await task.call('perhaps', { n: 7 })).toBe(7)
  })

  test('gives no more than a page can take', async () => {
    const task = await accept('ann')
    await expect(task.call('flood', { characters: 600_000 })).rejects.toMatchObject({ code: 'internal' })
    expect(await task.call('flood', { characters: 400_000 })).toHaveLength(400_000)
  })

  test('waits its turn where one page asks for much, and nobody has to look for it', async () => {
    const busy = keep(await openSessionsStage(target, { onShout: () => new Promise(resolve => setTimeout(resolve, 50)), everyMs: 30_000 }))
    const task = await accept('ann', busy)
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => task.call('shout', { text: String(index) })))
    expect(answers).toHaveLength(12)
  }, 20_000)

  test('that is being made is waited for when its instance is closed', async () => {
    let [release, isClosed] = [(): void => undefined, false]
    const closing = keep(await openSessionsStage(target, { onShout: () => new Promise(resolve => { release = resolve }) }))
    const task = await accept('ann', closing)
    // Its page is sent away meanwhile, and comes back elsewhere.
    task.call('shout', { text: 'a' }).catch(() => undefined)
    await expect.poll(() => closing.made.length).toBe(1)
    const closed = closing.mephisto.close().then(() => { isClosed = true })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(isClosed).toBe(false)
    release()
    await closed
    expect((await closing.db.sessions.after(task.agentId, 0, { limit: 9 })).map(({ kind }) => kind)).toEqual(['call', 'result'])
  })

  test('is made once, however often the page sends the call', async () => {
    const task = await accept('ann')
    const [first, second] = await Promise.all([task.call('shout', { text: 'a' }, 'the-same-call'), task.call('shout', { text: 'a' }, 'the-same-call')])
    expect(await task.call('shout', { text: 'something else' }, 'the-same-call')).toEqual(first)
    expect([second, stage.made]).toEqual([first, ['the-same-call']])
    expect(await task.packets()).toHaveLength(2)
  })

  test('is for the attempt in hand: nothing is taken for one that is over, and a repeat is answered all the same', async () => {
    const task = await accept('ann')
    const before = await task.call('shout', { text: 'before' }, 'call-before')
    await task.submit({ essay: 'done' })
    await expect(task.call('shout', { text: 'after' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('no longer in your hands') as string })
    expect(await task.call('shout', { text: 'before' }, 'call-before')).toEqual(before)
    const returned = await accept('bob')
    await returned.giveBack()
    await expect(returned.call('shout', { text: 'after' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is taken so many times a second from one page, and others go on', async () => {
    const [ann, bob] = [await accept('ann'), await accept('bob')]
    const begun = performance.now()
    const many = await Promise.allSettled(Array.from({ length: 80 }, (_, index) => ann.call('shout', { text: String(index) })))
    const refused = many.filter(one => one.status === 'rejected').map(one => one.reason as MephistoError)
    expect(80 - refused.length).toBeLessThanOrEqual(40 + 20 * (performance.now() - begun) / 1_000)
    expect(80 - refused.length).toBeGreaterThanOrEqual(40)
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['too_many_requests']))
    expect(await bob.call('shout', { text: 'me' })).toMatchObject({ text: 'ME' })
    expect((await ann.packets()).length).toBe(2 * (80 - refused.length))
  })

  test('keeps any text that JSON has, and none that is too long for its schema', async () => {
    const task = await accept('ann')
    const odd = 'a\0b\ud800c 🙂'
    expect(await task.call('shout', { text: odd })).toMatchObject({ text: odd.toUpperCase() })
    await expect(task.call('shout', { text: 'a'.repeat(20_001) })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await task.packets()).toMatchObject([{ body: { text: odd } }, {}])
  })
})

describe('implement refuses', () => {
  const blueprint = (procedures: object, type = 'asking') => ({ type, input: z.object({}), output: z.object({}), procedures: procedures as typeof helping.procedures & object })
  const ping = { input: z.null(), output: z.null() }
  test.each<[string, object, object, RegExp]>([
    ['a procedure without its function', { ping }, {}, /"ping" has no function run/],
    ['a function that is none', { ping }, { ping: { run: 'yes' } }, /"ping" has no function run/],
    ['a function of no procedure', { ping }, { ping: { run: () => null }, pong: { run: () => null } }, /no procedure "pong"/],
    ['a name that is none', { 'ping!': ping }, { 'ping!': { run: () => null } }, /the procedure name "ping!"/],
    ['a schema that JSON cannot keep', { ping: { input: z.date(), output: z.null() } }, { ping: { run: () => null } }, /ping input schema.*cannot keep a date/],
    ['a time that is none', { ping }, { ping: { run: () => null, timeoutMs: 0 } }, /timeoutMs of the procedure "ping"/],
    ['a time beyond an hour', { ping }, { ping: { run: () => null, timeoutMs: 3_600_001 } }, /from 1 to 3600000/],
  ])('%s', (_what, procedures, functions, message) => {
    expect(() => implement(blueprint(procedures), { procedures: functions as never })).toThrow(message)
  })

  test.each([['procedures', 54], ['onUnitSubmitted', 49]])('a type that is too long for the calls of %s', (what, longest) => {
    const server = what === 'procedures' ? { procedures: { ping: { run: () => null } } as never } : { onUnitSubmitted: () => undefined }
    const make = (type: string) => implement(blueprint(what === 'procedures' ? { ping } : {}, type), server)
    expect(() => make('a'.repeat(longest))).not.toThrow()
    expect(() => make('a'.repeat(longest + 1))).toThrow(`has a type of at most ${String(longest)} characters`)
  })
})
