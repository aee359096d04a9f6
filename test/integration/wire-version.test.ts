import 'fake-indexeddb/auto'
import { createStore, entries } from 'idb-keyval'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WIRE_HEADER, WIRE_VERSION } from '../../sdk/protocol/wire-version.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { handledPage, type HandledPage } from '../page-over-handler.js'

let page: HandledPage
beforeEach(async () => { page = await handledPage() })
afterEach(() => page.close())

const until = (check: () => unknown) => vi.waitFor(check, { interval: 5, timeout: 5_000 })
/** Has pages say another version than their own. */
const saying = (version: string): void => {
  page.through((request, pass) => {
    const said = new Request(request)
    said.headers.set(WIRE_HEADER, version)
    return pass(said)
  })
}
const sayingTheirs = (): void => { page.through((request, pass) => pass(request)) }
const kept = async () => (await entries<string[], { calls: string[] }>(createStore('mephisto-calls', 'calls'))).flatMap(([, { calls }]) => calls)

test('pages say their version with all that they ask', async () => {
  const { working } = await page.work({ events: true })
  await working.call('shout', { text: 'one' })
  working.takeOut(await working.upload(new Blob(['a'])))
  await working.extend()
  await until(() => { expect(new Set(page.asked.map(({ path }) => path))).toEqual(new Set(['preview', 'register', 'packets', 'act', 'renew', 'files', 'extend'])) })
  expect(page.asked.map(({ headers }) => headers.get(WIRE_HEADER))).toEqual(page.asked.map(() => String(WIRE_VERSION)))
})

describe('a server', () => {
  async function codes(version: string | null): Promise<Record<string, string | undefined>> {
    const { credential } = await page.mephisto.invite({ run: page.run.id, worker: 'prog' })
    const said = (token = '') => ({ ...(version === null ? {} : { [WIRE_HEADER]: version }), ...(token === '' ? {} : { authorization: `Bearer ${token}` }) })
    const ask = async (path: string, init: RequestInit) => {
      const response = await page.mephisto.handler(new Request(`${page.mephisto.architect.baseUrl}${path}`, init))
      if (response.headers.get('content-type')?.includes('json') !== true) return { status: response.status }
      const { result, error } = await response.json() as { result?: { data: object }; error?: { data: { mephistoCode: string } } }
      return { status: response.status, data: result?.data, code: error && `${String(response.status)} ${error.data.mephistoCode}` }
    }
    const call = (procedure: string, input: unknown, token?: string) => ask(`trpc/agent.${procedure}`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json', ...said(token) } })
    const { data } = await page.mephisto.handler(new Request(`${page.mephisto.architect.baseUrl}trpc/agent.register`, { method: 'POST', body: JSON.stringify({ provider: 'inhouse', credential }), headers: { 'content-type': 'application/json' } })).then(async response => (await response.json() as { result: { data: RegisterReply } }).result)
    if (data.status !== 'working') throw new Error(data.status)
    const { agentToken: token, renewal } = data
    const asked = {
      preview: await call('preview', { provider: 'inhouse', credential }), register: await call('register', { provider: 'inhouse', credential }), renew: await call('renew', { renewal }),
      extend: await call('extend', {}, token), act: await call('act', { callId: `call-${String(version)}-1`, name: 'shout', input: { text: 'a' } }, token), read: await call('read', { after: 0, waitMs: 0 }, token),
      upload: await ask('files/an-upload-of-it', { method: 'PUT', body: 'a', headers: { 'content-type': 'application/octet-stream', ...said(token) } }),
    }
    return Object.fromEntries(Object.entries(asked).map(([name, { code }]) => [name, code]))
  }
  const all = (code: string | undefined) => Object.fromEntries(['preview', 'register', 'renew', 'extend', 'act', 'read', 'upload'].map(name => [name, code]))

  test.each([
    ['none, as programs do', null, undefined], ['its own', String(WIRE_VERSION), undefined], ['no number', 'next', undefined],
    ['one that is too old', '0', '412 page_outdated'], ['a newer one', String(WIRE_VERSION + 1), '503 unavailable'],
  ])('answers whoever says %s', async (_, version, code) => {
    expect(await codes(version)).toEqual(all(code))
  })

  test('looks at the version of a socket', async () => {
    const { session, working } = await page.work()
    await working.extend()
    const token = page.asked.findLast(({ token }) => token !== null)?.token ?? ''
    session.stop()
    const told = async (version: string) => {
      const said: { readonly error?: { readonly data: { readonly mephistoCode: string } }; readonly result?: { readonly type: string } }[] = []
      const socket = page.mephisto.openSocket({ send: text => { said.push(JSON.parse(text) as (typeof said)[number]) }, close: () => undefined })
      socket.receive(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}`, [WIRE_HEADER]: version } }))
      socket.receive(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input: {} } }))
      await until(() => { expect(said).toHaveLength(1) })
      socket.closed()
      return said[0]?.error?.data.mephistoCode ?? said[0]?.result?.type
    }
    expect([await told('0'), await told(String(WIRE_VERSION)), await told('2')]).toEqual(['page_outdated', 'started', 'unavailable'])
  })
})

describe('a page that the server does not understand any more', () => {
  test('keeps its calls for the page that is loaded again, which sends them before its answer', async () => {
    const { session, working } = await page.work()
    saying('0')
    working.call('shout', { text: 'one' }).catch(() => undefined)
    expect(await page.reach(session, 'failed')).toMatchObject({ code: 'page_outdated', message: 'This page is out of date. Load it again; what you wrote is kept.', hasDraft: true })
    expect(await kept()).toHaveLength(1)
    session.stop()
    sayingTheirs()
    const again = await page.work()
    await until(() => {
      const state = again.session.getState()
      expect(state.status === 'working' && state.calls).toMatchObject([{ input: { text: 'one' }, status: 'done' }])
    })
    await until(async () => { expect(await kept()).toEqual([]) })
  })

  test('keeps an answer with its calls', async () => {
    const { session, working } = await page.work()
    saying('0')
    working.setDraft({ note: 'Tea.' })
    working.submitDraft()
    await page.reach(session, 'failed')
    session.stop()
    sayingTheirs()
    const { receipt } = await page.reach(page.open(), 'submitted')
    expect(receipt.outcome).toBe('completed')
  })
})

test('a page that is newer than the server waits until it is exchanged', async () => {
  const { session, working } = await page.work()
  saying(String(WIRE_VERSION + 1))
  working.submit({ note: 'Tea.' })
  await until(() => { expect(session.getState()).toMatchObject({ status: 'working', connection: 'retrying' }) })
  sayingTheirs()
  page.signals.wake()
  expect((await page.reach(session, 'submitted')).receipt.outcome).toBe('completed')
})
