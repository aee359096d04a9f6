import { get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { afterEach, describe, expect, test } from 'vitest'
import { expressArchitect } from '../../adapters/express.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, implement, type Mephisto, type MephistoDb } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import type { AppRouter } from '../../sdk/rpc/router.js'
import { sentiment, sentimentRun } from '../sentiment.js'

interface Host { readonly origin: string; readonly mephisto: Mephisto; readonly db: MephistoDb; readonly server: Server }
const hosts: Host[] = []

afterEach(async () => {
  for (const { server, mephisto, db } of hosts.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    await mephisto.close()
    await db.close()
  }
})

async function host(build: (app: Express, mount: express.RequestHandler) => void, limits = {}): Promise<Host> {
  const db = await embeddedDb({ file: ':memory:' })
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const architect = expressArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: `${origin}/work` })
  const mephisto = createMephisto({
    db, architect, providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'thirty-two characters of a secret!', limits,
    authorize: request => (request.headers.get('cookie') === 'login=rita' ? { id: 'rita', name: 'Rita', roles: ['operator'] } : null),
  })
  build(app, architect.middleware(mephisto))
  const made = { origin, mephisto, db, server }
  hosts.push(made)
  return made
}

const post = async (address: string, body: string | undefined, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
  const response = await fetch(address, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), text, json: () => JSON.parse(text) as { result?: { data: Record<string, unknown> }; error?: { message: string; data: { mephistoCode: string } } } }
}

/** A GET with a path as it is: fetch would tidy it up. */
const rawGet = (origin: string, path: string) => new Promise<{ status: number | undefined }>((resolve, reject) => {
  get({ host: '127.0.0.1', port: new URL(origin).port, path }, response => { response.resume().once('end', () => { resolve({ status: response.statusCode }) }) }).once('error', reject)
})

describe('the mount in Express', () => {
  test.each([
    ['before a parser', (app: Express, mount: express.RequestHandler) => { app.use('/mephisto', mount); app.use(express.json()) }],
    ['after a JSON parser', (app: Express, mount: express.RequestHandler) => { app.use(express.json()); app.use('/mephisto', mount) }],
    ['after a raw parser', (app: Express, mount: express.RequestHandler) => { app.use(express.raw({ type: '*/*' })); app.use('/mephisto', mount) }],
    ['after a text parser', (app: Express, mount: express.RequestHandler) => { app.use(express.text({ type: '*/*' })); app.use('/mephisto', mount) }],
  ])('works %s, and the host keeps its own routes', async (_, build) => {
    const { origin, mephisto } = await host((app, mount) => {
      build(app, mount)
      app.post('/own', (request, response) => { response.json({ own: request.body as unknown }) })
      app.get('/', (_request, response) => { response.send('the host itself') })
    })
    const run = await mephisto.operator.launch(sentiment, sentimentRun(1))
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
    const work = (await post(`${origin}/mephisto/trpc/agent.register`, JSON.stringify({ provider: 'inhouse', credential }))).json().result?.data
    const reply = await post(`${origin}/mephisto/trpc/agent.submit`, JSON.stringify({ submissionId: 'submission-1', answer: { label: 'positive' } }), {
      'content-type': 'application/json', authorization: `Bearer ${String(work?.['agentToken'])}`,
    })
    expect(reply.json().result?.data['outcome']).toBe('completed')
    expect(await (await fetch(origin)).text()).toBe('the host itself')
    expect((await fetch(`${origin}/own`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })).status).toBe(200)
  })

  test('answers the operator side only to whom the host lets in, also batched and by a stock client', async () => {
    const { origin, mephisto } = await host((app, mount) => app.use('/mephisto', mount))
    await mephisto.operator.launch(sentiment, sentimentRun(2))
    expect((await fetch(`${origin}/mephisto/trpc/runs.list`)).status).toBe(401)
    const client = (headers: Record<string, string>) => createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${origin}/mephisto/trpc`, headers })] })
    await expect(client({}).runs.list.query()).rejects.toThrow('You are not logged in')
    const [list, me] = await Promise.all([client({ cookie: 'login=rita' }).runs.list.query(), client({ cookie: 'login=rita' }).principal.me.query()])
    expect(list.runs).toHaveLength(1)
    expect(me).toEqual({ id: 'rita', name: 'Rita', roles: ['operator'] })
    expect((await fetch(`${origin}/mephisto/export/${list.runs[0]?.id ?? ''}.jsonl`)).status).toBe(401)
  })

  test('refuses a body over the limit, a body that is not JSON, another content type, an unknown path', async () => {
    const { origin } = await host((app, mount) => app.use('/mephisto', mount), { maxBodyBytes: 2048 })
    const register = `${origin}/mephisto/trpc/agent.register`
    const large = JSON.stringify({ provider: 'inhouse', credential: 'x'.repeat(4000) })
    for (const address of [register, `${origin}/mephisto/trpc/runs.launch`]) {
      const reply = await post(address, large)
      expect(reply).toMatchObject({ status: 413, type: 'application/json' })
      expect(reply.json().error?.data.mephistoCode).toBe('too_large')
    }
    expect((await post(register, '{"provider":')).status).toBe(400)
    expect((await post(register, 'provider=inhouse', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await post(register, '"text"')).json().error?.data.mephistoCode).toBe('invalid_input')
    expect((await post(`${origin}/mephisto/trpc/agent.nothing`, '{}')).status).toBe(404)
    expect((await fetch(`${origin}/mephisto/nothing`)).status).toBe(404)
    expect((await fetch(`${origin}/mephisto/export/%ff.csv`)).status).toBe(404)
    for (const path of ['https://evil.invalid/mephisto/health', 'http://[', '//evil.invalid/mephisto/health']) expect((await rawGet(origin, `/mephisto/${path}`)).status).toBe(404)
    expect((await (await fetch(`${origin}/mephisto/health`)).json())).toEqual({ ok: true })
  })

  test('says what is wrong when a parser before it has kept the body', async () => {
    const { origin } = await host((app, mount) => {
      app.use((request, _response, next) => { request.resume().once('end', () => { next() }) })
      app.use('/mephisto', mount)
    })
    const reply = await post(`${origin}/mephisto/trpc/agent.register`, '{"provider":"inhouse","credential":"x"}')
    expect(reply.status).toBe(400)
    expect(reply.json().error).toMatchObject({ message: expect.stringContaining('before body parsers') as string, data: { mephistoCode: 'invalid_input' } })
  })

  test('what it says of its own replies counts, whatever the host says of all of them', async () => {
    const { origin } = await host((app, mount) => {
      app.use((_request, response, next) => {
        response.set({ 'content-type': 'text/html', 'cache-control': 'public, max-age=3600', 'x-host': 'its own', vary: 'x-host', 'set-cookie': 'own=1' })
        next()
      })
      app.use('/mephisto', mount)
    })
    const { headers } = await fetch(`${origin}/mephisto/health`)
    expect(['content-type', 'cache-control', 'x-host', 'vary', 'set-cookie'].map(name => headers.get(name))).toEqual(['application/json', 'no-store', 'its own', 'x-host', 'own=1'])
  })

  // A query string keeps a call from the front, so that tRPC's own handler answers it.
  test('the front for hot calls replies exactly as tRPC’s own handler does', async () => {
    const { origin, mephisto } = await host((app, mount) => app.use('/mephisto', mount))
    const run = await mephisto.operator.launch(sentiment, sentimentRun(3))
    const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
    const entry = { provider: 'inhouse', credential }
    const work = (await post(`${origin}/mephisto/trpc/agent.register`, JSON.stringify(entry))).json().result?.data
    const token = `Bearer ${String(work?.['agentToken'])}`
    const json = { 'content-type': 'application/json' }
    const calls: [string, string | undefined, Record<string, string>][] = [
      ['agent.preview', JSON.stringify(entry), json],
      ['agent.preview', JSON.stringify({ ...entry, credential: 'forged' }), json],
      ['agent.preview', JSON.stringify({ provider: 'inhouse' }), json],
      ['agent.preview', '[]', { 'content-type': 'application/json; charset=utf-8' }],
      ['agent.submit', JSON.stringify({ submissionId: 'same-for-both', answer: { label: 'wrong' } }), { ...json, authorization: token }],
      ['agent.submit', JSON.stringify({ submissionId: 'short' }), json],
      ['agent.submit', JSON.stringify({ submissionId: 'same-for-both', answer: { label: 'positive' } }), { ...json, authorization: token }],
      ['agent.extend', '{}', json],
      ['agent.extend', undefined, { ...json, authorization: token }],
      ['agent.return', '{}', { ...json, authorization: token }],
      ['agent.return', '{}', { ...json, authorization: 'Bearer nonsense' }],
    ]
    for (const [procedure, body, headers] of calls) {
      const [ours, theirs] = [await post(`${origin}/mephisto/trpc/${procedure}`, body, headers), await post(`${origin}/mephisto/trpc/${procedure}?stock=1`, body, headers)]
      expect({ procedure, status: ours.status, type: ours.type, json: ours.json() }).toEqual({ procedure, status: theirs.status, type: theirs.type, json: theirs.json() })
    }
  })
})
