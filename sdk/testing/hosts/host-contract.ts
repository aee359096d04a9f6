import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { get, request as nodeRequest, type IncomingMessage } from 'node:http'
import { mockBlueprint, mockData } from '../mock-blueprint.js'
import { mockLiveBlueprint } from '../mock-live.js'
import { endingCases } from './ending-cases.js'
import { codeOf, fileLink, named, post, rawStatus, registered, resultOf, soon, type Reply } from './host-calls.js'
import { FRIEND, MOST_BODY_BYTES, STRANGER, withHost, type HostStage, type OpenHost, type Stage } from './host-stage.js'
import { socketCases } from './socket-cases.js'

export { openHostMephisto, type HostStage, type OpenHost } from './host-stage.js'

/** A test runner's `test`, and how to serve. */
export interface HostContractOptions {
  test(name: string, body: () => Promise<void>): void
  /**
   * Serves on a free port of 127.0.0.1: the instance is mounted at `/mephisto`; `baseUrl` of its architect is `<origin>/mephisto/`, `taskUrl`
   * is `<origin>/work`. The host has routes of its own: `GET /own` answers the text `the host itself`
   * and sets a cookie `own=1`; `POST /own` answers the JSON that it was sent, as JSON.
   */
  open(stage: HostStage): Promise<OpenHost>
  /**
   * Says that the host takes sockets: `attachWebSocket` is on its server, and at `/own-socket` the host has one of its own that sends
   * back each text that it is sent. @default false
   */
  readonly hasSockets?: boolean
}

/** What every host does with a mount: answers all of it as it is, and leaves the host's own routes alone. */
export function hostContract({ test, open, hasSockets = false }: HostContractOptions): void {
  const served = (name: string, body: (stage: Stage) => Promise<void>): void => { test(name, () => withHost(open, body)) }
  if (hasSockets) socketCases(served)
  endingCases(served)

  served('a worker comes, answers and is told so, and the host keeps its own routes', async ({ origin, mephisto }) => {
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    const reply = await post(`${origin}/mephisto/trpc/agent.submit`, { submissionId: 'submission-1', answer: { number: 0 } }, { authorization: `Bearer ${token}` })
    assert.equal(resultOf(reply)['outcome'], 'completed')
    // Browsers send what they submit once more when a reply was lost.
    assert.deepEqual(await post(`${origin}/mephisto/trpc/agent.submit`, { submissionId: 'submission-1', answer: { number: 0 } }, { authorization: `Bearer ${token}` }), reply)
    const own = await fetch(`${origin}/own`)
    assert.deepEqual([await own.text(), own.headers.get('set-cookie')?.startsWith('own=1')], ['the host itself', true])
    assert.deepEqual((await post(`${origin}/own`, { a: [1, 'ü'] })).json, { a: [1, 'ü'] })
    assert.notEqual((await fetch(`${origin}/mephistopheles/health`)).status, 200)
  })

  served('the operator side is for whom the host lets in, by the host\'s own cookies, and sets none', async ({ origin, mephisto }) => {
    await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(2) })
    const list = (headers: Record<string, string>): Promise<Response> => fetch(`${origin}/mephisto/trpc/runs.list,principal.me?batch=1`, { headers })
    const refused = await list({})
    assert.equal(refused.status, 401)
    await refused.text()
    const replies = await (await list({ cookie: 'other=1; login=rita' })).json() as { result: { data: { id?: string; runs?: unknown[] } } }[]
    assert.equal(refused.headers.get('set-cookie'), null)
    assert.deepEqual([replies[0]?.result.data.runs?.length, replies[1]?.result.data.id], [1, 'rita'])
  })

  served('what is wrong with a request is said as JSON, with a status that fits', async ({ origin }) => {
    const register = `${origin}/mephisto/trpc/agent.register`
    const large = { provider: 'inhouse', credential: 'x'.repeat(MOST_BODY_BYTES) }
    for (const address of [register, `${origin}/mephisto/trpc/runs.launch`]) {
      const reply = await post(address, large)
      assert.deepEqual([reply.status, codeOf(reply)], [413, 'too_large'])
    }
    // A parser of the host's before the mount may be who refuses it.
    assert.equal((await fetch(register, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"provider":' })).status, 400)
    assert.equal((await post(register, 'provider=inhouse', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
    assert.equal(codeOf(await post(register, { provider: 'inhouse', credential: 'forged' })), 'unauthenticated')
    assert.equal((await post(`${origin}/mephisto/trpc/agent.nothing`, {})).status, 404)
    for (const path of ['nothing', 'trpc/%00']) assert.equal((await fetch(`${origin}/mephisto/${path}`)).status, 404, path)
    // What is no UTF-8 a host may refuse itself, and some lead to the address with one slash less.
    assert.ok((await fetch(`${origin}/mephisto/export/%ff.csv`)).status >= 400)
    for (const path of ['https://evil.invalid/mephisto/health', 'http://[', '//evil.invalid/mephisto/health']) assert.ok([404, 308].includes(await rawStatus(origin, `/mephisto/${path}`) ?? 0), path)
    assert.deepEqual(await (await fetch(`${origin}/mephisto/health`)).json(), { ok: true })
  })

  served('addresses, queries and headers come through as they are, whatever the host is called', async ({ origin, mephisto }) => {
    const { port } = new URL(origin)
    const elsewhere = await new Promise<number | undefined>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/mephisto/health?a=%2F&b', headers: { host: 'another.invalid' } }, response => { resolve(response.resume().statusCode) }).once('error', reject)
    })
    assert.equal(elsewhere, 200)
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const { url } = await mephisto.invite({ run: run.id, worker: 'Ann Müller / 1' })
    assert.ok(url.startsWith(`${origin}/work#`), url)
    const head = await fetch(`${origin}/mephisto/nothing`, { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [404, ''])
    assert.equal((await fetch(`${origin}/mephisto/health`, { method: 'DELETE' })).status, 404)
  })

  served('what is streamed arrives as it comes, and stops when nobody reads it', async ({ origin, mephisto }) => {
    mephisto.start({ everyMs: 100 })
    const run = await mephisto.operator.launch(mockLiveBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    await registered({ origin, mephisto }, run.id, 'ben')
    // A connection of its own: fetch opens another one, which nobody uses, when it gives one up.
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${origin}/mephisto/trpc/agent.packets?input=${encodeURIComponent('{"after":0}')}`, { agent: false, headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` } }, resolve).once('error', reject)
    })
    assert.match(stream.headers['content-type'] ?? '', /text\/event-stream/)
    await soon('nothing of the stream', async () => {
      const act = (): Promise<Reply> => post(`${origin}/mephisto/trpc/agent.act`, { callId: 'call-streamed', name: 'send', input: { number: 7 } }, { authorization: `Bearer ${token}` })
      // It begins a moment after everybody is there.
      while ((await act()).status === 409) await new Promise(resolve => { setTimeout(resolve, 20) })
      let text = ''
      for await (const part of stream.setEncoding('utf8')) if ((text += String(part)).includes('echo')) return
      assert.fail(`the stream ended: ${text}`)
    })
    stream.destroy()
    assert.deepEqual(await (await fetch(`${origin}/mephisto/health`)).json(), { ok: true })
  })

  served('a download is whole, and a request that breaks off harms nobody', async ({ origin, mephisto }) => {
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    // The first half of an answer, and then nothing more.
    await new Promise<void>(resolve => {
      const { port } = new URL(origin)
      const broken = nodeRequest({ host: '127.0.0.1', port, path: '/mephisto/trpc/agent.submit', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': 100, authorization: `Bearer ${token}` } })
      broken.once('error', () => undefined).once('close', resolve)
      broken.write('{"submissionId":"sub')
      setTimeout(() => { broken.destroy() }, 50)
    })
    await post(`${origin}/mephisto/trpc/agent.submit`, { submissionId: 'submission-1', answer: { number: 0 } }, { authorization: `Bearer ${token}` })
    const download = await fetch(`${origin}/mephisto/export/${run.id}.jsonl`, { headers: { cookie: 'login=rita' } })
    assert.equal(download.status, 200)
    assert.match(download.headers.get('content-disposition') ?? '', /attachment/)
    assert.deepEqual((await download.text()).trimEnd().split('\n').map(line => (JSON.parse(line) as { answer: unknown }).answer), [{ number: 0 }])
  })

  served('files come as they were sent, and are given to whoever has the link', async ({ origin, mephisto }) => {
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const content = randomBytes(1_500_000)
    const url = await fileLink({ origin, mephisto }, { run: run.id, content })
    const whole = await fetch(url)
    assert.deepEqual([whole.status, Buffer.from(await whole.arrayBuffer()).equals(content)], [200, true])
    const part = await fetch(url, { headers: { range: 'bytes=1000-1999' } })
    assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer()).equals(content.subarray(1_000, 2_000))], [206, true])
    assert.equal((await fetch(url.replace(/token=.*/, 'token=none'))).status, 401)
    const refused = await fetch(`${origin}/mephisto/files/${crypto.randomUUID()}`, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } })
    assert.equal(refused.status, 401)
  })

  served('pages of other origins may call where the instance says so, with tokens and without cookies', async ({ origin, mephisto }) => {
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    const [hot, other] = [`${origin}/mephisto/trpc/agent.extend`, `${origin}/mephisto/trpc/agent.read`]
    const call = (address: string, from: string): Promise<Response> => fetch(address, { method: 'POST', body: '{"after":0,"waitMs":0}', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, origin: from } })
    const ask = (from: string): Promise<Response> => fetch(hot, { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } })
    const allowed = ({ headers }: Response): string | null => headers.get('access-control-allow-origin')
    for (const address of [hot, other]) {
      const replies = [await call(address, FRIEND), await call(address, STRANGER), await call(address, origin)]
      assert.deepEqual([replies.map(reply => reply.status), replies.map(allowed)], [[200, 200, 200], [FRIEND, null, null]])
      assert.match(replies[0]?.headers.get('vary') ?? '', /origin/i)
      assert.equal(replies[0]?.headers.get('access-control-allow-credentials'), null)
    }
    const preflight = await ask(FRIEND)
    assert.deepEqual([preflight.status, allowed(preflight), preflight.headers.get('access-control-allow-headers')], [204, FRIEND, 'authorization,content-type'])
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/)
    assert.equal(allowed(await ask(STRANGER)), null)
  })
}
