import assert from 'node:assert/strict'
import { get, request as nodeRequest } from 'node:http'
import { embeddedDb } from '../../prisma/embedded.js'
import type { Architect } from '../architects/architect.js'
import { createMephisto, type Mephisto } from '../create-mephisto.js'
import { inhouse } from '../providers/inhouse.js'
import { mockBlueprint, mockData, mockTask } from './mock-blueprint.js'
import { mockLiveBlueprint, mockLiveTask } from './mock-live.js'

/** A test runner's `test`, and how to serve. */
export interface HostContractOptions {
  test(name: string, body: () => Promise<void>): void
  /**
   * Serves on a free port of 127.0.0.1: what `create` makes of the host's architect (`baseUrl` is `<origin>/mephisto/`, `taskUrl`
   * is `<origin>/work`) is mounted at `/mephisto`. The host has routes of its own: `GET /own` answers the text `the host itself`
   * and sets a cookie `own=1`; `POST /own` answers the JSON that it was sent, as JSON.
   */
  open(create: (architect: Architect) => Mephisto): Promise<OpenHost>
}

/** A host that serves. */
export interface OpenHost {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  close(): Promise<void>
}

/** What a test of the contract has. */
interface Stage {
  readonly origin: string
  readonly mephisto: Mephisto
}

const JSON_TYPE = { 'content-type': 'application/json' }
const MOST_BODY_BYTES = 4_096
/** How long what must happen soon may take, ms. */
const SOON_MS = 5_000

/** What every host does with a mount: answers all of it as it is, and leaves the host's own routes alone. */
export function hostContract({ test, open }: HostContractOptions): void {
  const served = (name: string, body: (stage: Stage) => Promise<void>): void => {
    test(name, async () => {
      const db = await embeddedDb({ file: ':memory:' })
      const made: Mephisto[] = []
      const { origin, close } = await open(architect => {
        const mephisto = createMephisto({
          db, architect, providers: [inhouse()], blueprints: [mockTask, mockLiveTask], secret: 'a secret of the host contract, long enough', limits: { maxBodyBytes: MOST_BODY_BYTES },
          authorize: request => (request.headers.get('cookie')?.includes('login=rita') ? { id: 'rita', name: 'Rita', roles: ['operator'] } : null),
        })
        made.push(mephisto)
        return mephisto
      })
      const [mephisto] = made
      assert.ok(mephisto, 'the host has made no instance: call `create` before it serves')
      try {
        await body({ origin, mephisto })
      } finally {
        await mephisto.close()
        await close()
        await db.close()
      }
    })
  }

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
    assert.equal((await fetch(register, { method: 'POST', headers: JSON_TYPE, body: '{"provider":' })).status, 400)
    assert.equal((await post(register, 'provider=inhouse', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
    assert.equal(codeOf(await post(register, { provider: 'inhouse', credential: 'forged' })), 'unauthenticated')
    assert.equal((await post(`${origin}/mephisto/trpc/agent.nothing`, {})).status, 404)
    for (const path of ['nothing', 'trpc/%00']) assert.equal((await fetch(`${origin}/mephisto/${path}`)).status, 404, path)
    // What is no UTF-8 a host may refuse itself.
    assert.ok([400, 404].includes((await fetch(`${origin}/mephisto/export/%ff.csv`)).status))
    for (const path of ['https://evil.invalid/mephisto/health', 'http://[', '//evil.invalid/mephisto/health']) assert.equal(await rawStatus(origin, `/mephisto/${path}`), 404, path)
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
    const controller = new AbortController()
    const stream = await fetch(`${origin}/mephisto/trpc/agent.packets?input=${encodeURIComponent('{"after":0}')}`, { headers: { accept: 'text/event-stream', 'accept-encoding': 'identity', authorization: `Bearer ${token}` }, signal: controller.signal })
    assert.match(stream.headers.get('content-type') ?? '', /text\/event-stream/)
    await soon('nothing of the stream', async () => {
      const act = (): Promise<Reply> => post(`${origin}/mephisto/trpc/agent.act`, { callId: 'call-streamed', name: 'send', input: { number: 7 } }, { authorization: `Bearer ${token}` })
      // It begins a moment after everybody is there.
      while ((await act()).status === 409) await new Promise(resolve => { setTimeout(resolve, 20) })
      const reader = stream.body?.getReader()
      const decoder = new TextDecoder()
      for (let text = ''; !text.includes('echo');) {
        const { done, value } = await reader?.read() ?? { done: true, value: undefined }
        assert.ok(!done, 'the stream ended')
        text += decoder.decode(value, { stream: true })
      }
    })
    controller.abort()
    assert.equal((await fetch(`${origin}/mephisto/health`)).status, 200)
  })

  served('a download is whole, and a request that breaks off harms nobody', async ({ origin, mephisto }) => {
    const run = await mephisto.operator.launch(mockBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    // The first half of an answer, and then nothing more.
    await new Promise<void>(resolve => {
      const { port } = new URL(origin)
      const broken = nodeRequest({ host: '127.0.0.1', port, path: '/mephisto/trpc/agent.submit', method: 'POST', headers: { ...JSON_TYPE, 'content-length': 100, authorization: `Bearer ${token}` } })
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
}

const named = { task: 'host contract', requester: 'host', provider: 'inhouse' } as const

/** The token of somebody who has taken a unit. @default worker ann */
async function registered({ origin, mephisto }: Stage, run: string, worker = 'ann'): Promise<string> {
  const { credential } = await mephisto.invite({ run, worker })
  return String(resultOf(await post(`${origin}/mephisto/trpc/agent.register`, { provider: 'inhouse', credential }))['agentToken'])
}

interface Reply { readonly status: number; readonly json: unknown }

/** Posts JSON, or a text as it is. */
async function post(address: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(address, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const text = await response.text()
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/, text)
  return { status: response.status, json: JSON.parse(text) as unknown }
}

function resultOf({ json }: Reply): Record<string, unknown> {
  const { result } = json as { result?: { data: Record<string, unknown> } }
  assert.ok(result, JSON.stringify(json))
  return result.data
}

function codeOf({ json }: Reply): string | undefined {
  return (json as { error?: { data: { mephistoCode: string } } }).error?.data.mephistoCode
}

/** The status of a GET with a path as it is: fetch would tidy it up. */
function rawStatus(origin: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: new URL(origin).port, path }, response => { resolve(response.resume().statusCode) }).once('error', reject)
  })
}

async function soon(what: string, work: () => Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Error(`${what} within ${String(SOON_MS)} ms`)) }, SOON_MS) })
  await Promise.race([work(), late]).finally(() => { clearTimeout(timer) })
}
