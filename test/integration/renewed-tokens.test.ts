import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/simulated-worker.js'
import { handledPage, noting, type HandledPage } from '../page-over-handler.js'

const MINUTE = 60_000
const DAY = 86_400_000

let page: HandledPage
beforeEach(async () => { page = await handledPage() })
afterEach(() => page.close())

const statuses = (path: string): number[] => page.asked.filter(one => one.path === path).map(({ status }) => status)
const outdated = (): void => { page.mephisto.runtime.advance(16 * MINUTE) }
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 5_000 })
const answers = async () => (await page.mephisto.caller({ id: 'o', name: 'O', roles: ['operator'] }).data.export({ run: page.run.id })).rows.map(({ answer }) => answer)
const offline = () => Promise.reject(new TypeError('no network'))

describe('a page whose token ran out', () => {
  test('hands in with a new one', async () => {
    const { session, working } = await page.work()
    outdated()
    working.submit({ note: 'Tea.' })
    expect((await page.reach(session, 'submitted')).receipt.outcome).toBe('completed')
    expect([statuses('submit'), statuses('renew')]).toEqual([[401, 200], [200]])
    expect(session.getState().connection).toBe('online')
  })

  test('extends, uploads, takes out and gives back', async () => {
    const { session, working } = await page.work()
    outdated()
    await working.extend()
    outdated()
    const ref = await working.upload(new Blob(['a picture']))
    expect([ref.bytes, statuses('extend'), statuses('files')]).toEqual([9, [401, 200], [200]])
    outdated()
    working.takeOut(ref)
    await until(() => { expect(statuses('files')).toEqual([200, 401, 200]) })
    outdated()
    working.giveBack()
    await page.reach(session, 'preview')
    expect(statuses('return')).toEqual([401, 200])
  })

  test('calls procedures and reads what comes of them', async () => {
    const { working } = await page.work()
    expect(await working.call('shout', { text: 'one' })).toEqual({ text: 'ONE' })
    outdated()
    expect(await working.call('shout', { text: 'two' })).toEqual({ text: 'TWO' })
    expect(statuses('act')).toEqual([200, 401, 200])
  })

  test('reads on when its reading is refused', async () => {
    const { working } = await page.work()
    let isCut = true
    page.through((request, pass) => (isCut && request.url.endsWith('agent.read') ? offline() : pass(request)))
    const said = working.call('shout', { text: 'one' })
    await until(() => { expect(statuses('act')).toEqual([200]) })
    outdated()
    isCut = false
    page.signals.wake()
    expect(await said).toEqual({ text: 'ONE' })
    expect(statuses('read')).toContain(401)
  })

  test('comes again over events, which outlive their token', async () => {
    const { session, working } = await page.work({ events: true })
    expect(await working.call('shout', { text: 'one' })).toEqual({ text: 'ONE' })
    outdated()
    expect(await working.call('shout', { text: 'two' })).toEqual({ text: 'TWO' })
    expect(statuses('packets')).toEqual([200])
    session.stop()
    await page.work({ events: true })
    expect(statuses('packets').at(-1)).toBe(200)
  })

  test('asks for a new one once when many calls are refused', async () => {
    const { working } = await page.work()
    outdated()
    const refs = [working.upload(new Blob(['a'])), working.upload(new Blob(['b']))]
    await Promise.all([working.extend(), ...refs])
    expect(statuses('renew')).toEqual([200])
  })

  test('tries on while the network or the server is in trouble', async () => {
    const { session, working } = await page.work()
    outdated()
    let troubles = 0
    page.through((request, pass) => {
      if (!request.url.endsWith('agent.renew') || troubles >= 2) return pass(request)
      troubles += 1
      return troubles === 1 ? offline() : Promise.resolve(new Response('<h1>Bad Gateway</h1>', { status: 502 }))
    })
    working.submit({ note: 'Tea.' })
    for (const times of [1, 2]) {
      await until(() => { expect(troubles).toBe(times) })
      await until(() => { expect(session.getState().connection).toBe('retrying') })
      page.signals.wake()
    }
    await page.reach(session, 'submitted')
    expect(await answers()).toEqual([{ note: 'Tea.' }])
  })

  test('says so when the session is too old, and keeps the draft', async () => {
    const { session, working } = await page.work()
    working.setDraft({ note: 'half a' })
    page.mephisto.runtime.advance(9 * DAY)
    working.submit({ note: 'Tea.' })
    expect(await page.reach(session, 'failed')).toMatchObject({ code: 'unauthenticated', hasDraft: true, message: 'This session is too old; open the task again from its link.' })
    expect([...page.storage.entries].filter(([key]) => key.includes(':draft:')).map(([, value]) => value)).toEqual([expect.stringContaining('Tea.')])
  })
})

test('a socket that is open outlives its token, and takes no new subscription with it', async () => {
  const { mephisto, run } = page
  const { credential } = await mephisto.invite({ run: run.id, worker: 'ben' })
  const work = await pageCalls(mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
  if (work.status !== 'working') throw new Error(work.status)
  const said: { readonly id: number; readonly error?: object; readonly result?: { readonly type: string } }[] = []
  const socket = mephisto.openSocket({ send: (text, done) => { said.push(JSON.parse(text) as (typeof said)[number]); done() }, close: () => undefined })
  const follow = (id: number) => { socket.receive(JSON.stringify({ id, method: 'subscription', params: { path: 'agent.packets', input: { after: 0 } } })) }
  const told = (id: number) => said.filter(one => one.id === id).map(({ error, result }) => (error ? 'refused' : result?.type))
  socket.receive(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${work.agentToken}` } }))
  follow(1)
  await until(() => { expect(told(1)).toEqual(['started']) })
  outdated()
  follow(2)
  await until(() => { expect(told(2)).toEqual(['refused']) })
  expect(said.find(({ id }) => id === 2)?.error).toMatchObject({ data: { mephistoCode: 'unauthenticated' } })
  const { agentToken } = await pageCalls(mephisto)<{ agentToken: string }>('renew', { renewal: work.renewal })
  await pageCalls(mephisto)('act', { callId: 'call-of-ben', name: 'shout', input: { text: 'one' } }, agentToken)
  await until(() => { expect(told(1)).toEqual(['started', 'data', 'data']) })
  socket.closed()
})

describe('an answer that was kept on a device', () => {
  async function kept(): Promise<void> {
    const { session, working } = await page.work()
    page.through(offline)
    working.submit({ note: 'Tea.' })
    await until(() => { expect(session.getState().connection).toBe('retrying') })
    session.stop()
    page.through((request, pass) => pass(request))
  }

  test('for three days is taken', async () => {
    await kept()
    page.mephisto.runtime.advance(3 * DAY)
    await page.reach(page.open(), 'submitted')
    expect([await answers(), statuses('renew')]).toEqual([[{ note: 'Tea.' }], [200]])
  })

  test('by a page that knew no renewals is sent with the token that it has', async () => {
    await kept()
    for (const [key, value] of page.storage.entries) page.storage.setItem(key, JSON.stringify({ ...JSON.parse(value) as object, renewal: undefined }))
    page.mephisto.runtime.advance(10 * MINUTE)
    await page.reach(page.open(), 'submitted')
    expect([await answers(), statuses('renew')]).toEqual([[{ note: 'Tea.' }], []])
  })

  test('for too long is a draft again', async () => {
    await kept()
    page.mephisto.runtime.advance(9 * DAY)
    await page.reach(page.open(), 'preview')
    expect(await answers()).toEqual([])
    expect([...page.storage.entries.keys()].map(key => key.split(':').at(-3))).toEqual(['draft'])
  })
})

describe('programs', () => {
  const register = async () => {
    const { credential } = await page.mephisto.invite({ run: page.run.id, worker: 'prog' })
    const reply = await pageCalls(page.mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
    if (reply.status !== 'working' || reply.renewal === undefined) throw new Error(reply.status)
    return { agentToken: reply.agentToken, renewal: reply.renewal }
  }

  test('have a token renewed with `agent.renew`, which takes nothing else for a renewal', async () => {
    const { agentToken, renewal } = await register()
    const call = pageCalls(page.mephisto)
    outdated()
    await expect(call('extend', {}, agentToken)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(call('extend', {}, renewal)).rejects.toMatchObject({ code: 'unauthenticated' })
    const next = await call<{ agentToken: string }>('renew', { renewal })
    expect(Object.keys(next)).toEqual(['agentToken'])
    expect(await call('extend', {}, next.agentToken)).toMatchObject({ lease: { lengthMs: 4 * DAY } })
    for (const bad of [agentToken, next.agentToken, `${renewal}x`, 'nonsense']) await expect(call('renew', { renewal: bad })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(call('renew', {})).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('as simulated workers do', async () => {
    const task = await page.mephisto.worker('sim').accept(noting, page.run)
    outdated()
    expect(await task.call('shout', { text: 'one' })).toEqual({ text: 'ONE' })
    outdated()
    expect((await task.upload('content')).bytes).toBe(7)
    outdated()
    expect((await task.submit({ note: 'Tea.' })).outcome).toBe('completed')
  })
})
