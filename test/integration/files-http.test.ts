import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import express, { type Express } from 'express'
import { describe, expect, test } from 'vitest'
import { expressArchitect } from '../../adapters/express.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { createTaskSession, type TaskState } from '../../sdk/client/index.js'
import { createMephisto, implement, usd, type FileOptions, type FileRef, type FileStore, type Mephisto, type TaskRun } from '../../sdk/index.js'
import type { SubmitReply } from '../../sdk/protocol/worker-views.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { startServer } from '../app-server.js'
import { closeAfterEach } from '../close-after-each.js'
import { photos } from '../files-stage.js'
import { VERA } from '../principals.js'

interface Host { readonly origin: string; readonly mephisto: Mephisto; readonly run: TaskRun; token(worker: string): Promise<string>; close(): Promise<void> }
const keep = closeAfterEach<Host>()

interface MemoryStore extends FileStore {
  readonly kept: Map<string, Buffer>
  /** Makes it refuse files. */
  fail: boolean
  /** How many bytes it was given. */
  given: number
  /** Resolves when it has been given the first of them. */
  readonly begun: Promise<void>
}

/** Keeps files in memory. */
function memoryStore(): MemoryStore {
  const kept = new Map<string, Buffer>()
  let begin = (): void => undefined
  const begun = new Promise<void>(resolve => { begin = resolve })
  return {
    specVersion: 1, kept, fail: false, given: 0, begun,
    async put(key, content) {
      if (this.fail) throw new Error('no space left on device')
      const parts: Uint8Array[] = []
      for await (const part of content) {
        parts.push(part)
        this.given += part.byteLength
        begin()
      }
      kept.set(key, Buffer.concat(parts))
    },
    get(key, range) {
      const all = kept.get(key)
      return Promise.resolve(all === undefined ? null : Readable.from([range ? all.subarray(range.first, range.last + 1) : all]))
    },
    remove: key => Promise.resolve(void kept.delete(key)),
  }
}

async function host(files: Partial<FileOptions> = {}, build: (app: Express, mount: express.RequestHandler) => void = (app, mount) => { app.use('/mephisto', mount) }): Promise<Host> {
  const db = await embeddedDb({ file: ':memory:' })
  const app = express()
  const { origin, url, close } = await startServer(app)
  const architect = expressArchitect({ baseUrl: url, taskUrl: `${origin}/work` })
  const silent = (): void => undefined
  const mephisto = createMephisto({
    db, architect, providers: [inhouse()], blueprints: [implement(photos)], secret: 'thirty-two characters of a secret!', files: { store: memoryStore(), ...files },
    authorize: request => (request.headers.get('cookie') === 'login=vera' ? VERA : null), runtime: { logger: { info: silent, warn: silent, error: silent } },
  })
  build(app, architect.middleware(mephisto))
  const run = await mephisto.operator.launch(photos, { task: 'photos', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: Array.from({ length: 4 }, (_, index) => ({ place: String(index) })) })
  return keep({
    origin, mephisto, run,
    async token(worker) {
      const { credential } = await mephisto.invite({ run: run.id, worker })
      return (await pageCalls(mephisto)<{ readonly agentToken: string }>('register', { provider: 'inhouse', credential })).agentToken
    },
    async close() {
      await close()
      await mephisto.close()
      await db.close()
    },
  })
}

const put = async ({ origin }: Host, token: string | null, body: BodyInit, { id = crypto.randomUUID(), ...headers }: Record<string, string> = {}) => {
  const reply = await fetch(`${origin}/mephisto/files/${id}`, { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream', ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers } })
  const { result, error } = await reply.json() as { result?: { data: FileRef }; error?: { message: string; data: { mephistoCode: string } } }
  return { status: reply.status, file: result?.data, code: error?.data.mephistoCode, message: error?.message }
}
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
const linkTo = async ({ mephisto }: Host, id: string): Promise<string> => (await mephisto.caller(VERA).data.files({ ids: [id] }))[0]?.url ?? ''

describe('files over HTTP', () => {
  test.each([
    ['before parsers', (app: Express, mount: express.RequestHandler) => { app.use('/mephisto', mount); app.use(express.raw({ type: '*/*' })) }],
    ['after a JSON parser', (app: Express, mount: express.RequestHandler) => { app.use(express.json()); app.use('/mephisto', mount) }],
    ['after a raw parser', (app: Express, mount: express.RequestHandler) => { app.use(express.raw({ type: '*/*', limit: '5mb' })); app.use('/mephisto', mount) }],
  ])('come as they were sent, %s of the host', async (_, build) => {
    const at = await host({}, build)
    const token = await at.token('ann')
    for (const content of [randomBytes(2_000_000), Buffer.from('{"a": 1 }'), Buffer.alloc(0)]) {
      const { file } = await put(at, token, new Blob([content]), { 'x-mephisto-file-name': 'data.json', 'x-mephisto-media-type': 'application%2Fjson' })
      expect(file).toMatchObject({ name: 'data.json', mediaType: 'application/json', bytes: content.length, sha256: sha256(content) })
      const reply = await fetch(await linkTo(at, file?.$file ?? ''))
      expect(Buffer.from(await reply.arrayBuffer()).equals(content)).toBe(true)
      // Nothing that a browser might run.
      expect(reply.headers.get('content-disposition')).toMatch(/^attachment; /)
    }
  })

  test('are refused where a text parser of the host has spoilt them', async () => {
    const at = await host({}, (app, mount) => { app.use(express.text({ type: '*/*' })); app.use('/mephisto', mount); app.use(((error, _request, response, _next) => { response.status(500).json({ error: { message: (error as Error).message, data: { mephistoCode: 'host' } } }) }) as express.ErrorRequestHandler) })
    expect((await put(at, await at.token('ann'), 'text')).message).toMatch(/Mount Mephisto before body parsers/)
  })

  test('need the token of an attempt to come, and a link to be read', async () => {
    const at = await host()
    const token = await at.token('ann')
    expect([(await put(at, null, 'x')).code, (await put(at, 'forged', 'x')).code, (await put(at, token, 'x', { id: 'short' })).code]).toEqual(['unauthenticated', 'unauthenticated', 'not_found'])
    expect((await put(at, token, 'x', { 'x-mephisto-file-name': '%E0%A4%A' })).code).toBe('invalid_input')
    const { file } = await put(at, token, 'x')
    const { file: other } = await put(at, token, 'y')
    const address = `${at.origin}/mephisto/files/${file?.$file ?? ''}`
    const foreign = new URL(await linkTo(at, other?.$file ?? '')).searchParams.get('token') ?? ''
    for (const url of [address, `${address}?token=x`, `${address}?token=${foreign}`, `${address}?token=${token}`]) {
      expect((await fetch(url, { headers: { cookie: 'login=vera' } })).status).toBe(401)
    }
    const refused = await fetch(`${at.origin}/mephisto/trpc/data.files?input=${encodeURIComponent(JSON.stringify({ ids: [file?.$file] }))}`)
    expect(refused.status).toBe(401)
    expect((await fetch(`${at.origin}/mephisto/files/${file?.$file ?? ''}`, { method: 'POST' })).status).toBe(404)
    // A page's token is no link, and a link is no page's token.
    expect((await put(at, foreign, 'x')).code).toBe('unauthenticated')
  })

  test('are read in parts, as players of sound and film do', async () => {
    const at = await host()
    const { file } = await put(at, await at.token('ann'), '0123456789', { 'x-mephisto-media-type': 'video%2Fmp4' })
    const url = await linkTo(at, file?.$file ?? '')
    const part = async (range: string, method = 'GET') => {
      const reply = await fetch(url, { method, headers: { range } })
      return [reply.status, reply.headers.get('content-range'), reply.headers.get('content-length'), await reply.text()]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '3', '789'])
    expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '2', '89'])
    expect(await part('bytes=5-99')).toEqual([206, 'bytes 5-9/10', '5', '56789'])
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '0', ''])
    expect(await part('bytes=1-2,4-5')).toEqual([200, null, '10', '0123456789'])
    expect(await part('bytes=2-4', 'HEAD')).toEqual([206, 'bytes 2-4/10', '3', ''])
  })

  test('too large is refused before the store is given any of it, and while it comes without a length', async () => {
    const store = memoryStore()
    const at = await host({ store, maxBytes: 100_000 })
    const token = await at.token('ann')
    expect(await put(at, token, new Uint8Array(100_001))).toMatchObject({ status: 413, code: 'too_large' })
    expect(store.given).toBe(0)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        if (sent > 2_000) controller.close()
        else controller.enqueue(new Uint8Array(10_000))
      },
    })
    const reply: unknown = await fetch(`${at.origin}/mephisto/files/an-endless-file`, { method: 'PUT', body: endless, duplex: 'half', headers: { authorization: `Bearer ${token}` } } as RequestInit).then(({ status }) => status)
    // The rest of it is read and forgotten, so that the page hears why.
    expect(reply).toBe(413)
    expect(sent).toBe(2_001)
    expect(store.given).toBeGreaterThan(0)
    expect(store.given).toBeLessThanOrEqual(100_000)
    expect([...store.kept]).toEqual([])
    expect((await put(at, token, new Uint8Array(100_000))).file?.bytes).toBe(100_000)
  })

  test('that break off on their way are not kept, and come again', async () => {
    const store = memoryStore()
    const at = await host({ store })
    const token = await at.token('ann')
    const socket = connect(Number(new URL(at.origin).port), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    socket.write(`PUT /mephisto/files/broken-upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: 50\r\n\r\nhalf of it`)
    await store.begun
    socket.destroy()
    await expect.poll(async () => (await put(at, token, 'whole', { id: 'broken-upload' })).file?.bytes).toBe(5)
    expect([...store.kept.values()].map(String)).toEqual(['whole'])
  })

  test('are taken out by their page until an answer names them', async () => {
    const at = await host({ maxPerAttempt: 1 })
    const [token, other] = [await at.token('ann'), await at.token('ben')]
    const takeOut = async (id: string, by = token): Promise<unknown> => {
      const reply = await fetch(`${at.origin}/mephisto/files/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${by}` } })
      return ((await reply.json()) as { result: { data: unknown } }).result.data
    }
    const { file: first } = await put(at, token, 'x', { 'id': 'first-upload', 'x-mephisto-media-type': 'image%2Fpng' })
    expect((await put(at, token, 'y', { id: 'second-upload' })).code).toBe('conflict')
    expect(await takeOut(first?.$file ?? '', other)).toEqual({ isOut: false })
    expect([await takeOut('first-upload'), await takeOut('first-upload'), await takeOut('unknown-upload')]).toEqual([{ isOut: true }, { isOut: false }, { isOut: false }])
    expect((await put(at, token, 'x', { id: 'first-upload' })).code).toBe('not_found')
    const { file: second } = await put(at, token, 'y', { 'id': 'second-upload', 'x-mephisto-media-type': 'image%2Fpng' })
    const submitted = await pageCalls(at.mephisto)<SubmitReply>('submit', { submissionId: 'submission-1', answer: { photo: second } }, token)
    expect(submitted.outcome).toBe('completed')
    expect(await takeOut(second?.$file ?? '')).toEqual({ isOut: false })
    expect((await fetch(await linkTo(at, second?.$file ?? ''))).status).toBe(200)
    expect((await fetch(`${at.origin}/mephisto/files/${second?.$file ?? ''}`, { method: 'DELETE' })).status).toBe(401)
  })

  test('a store that fails is told as trouble, and the same file comes through when it is well again', async () => {
    const store = memoryStore()
    const at = await host({ store })
    const token = await at.token('ann')
    store.fail = true
    expect(await put(at, token, 'x', { 'id': 'a-certain-file', 'x-mephisto-file-name': 'a.txt' })).toMatchObject({ status: 503, code: 'unavailable', message: 'The file could not be kept; nothing was lost on your side. Try again in a moment.' })
    store.fail = false
    const { file } = await put(at, token, 'x', { id: 'a-certain-file' })
    expect(file?.bytes).toBe(1)
    const url = await linkTo(at, file?.$file ?? '')
    store.kept.clear()
    expect((await fetch(url)).status).toBe(404)
  })

  test('a task session sends them until they are there, and may take one out', async () => {
    const at = await host()
    const { credential } = await at.mephisto.invite({ run: at.run.id, worker: 'ann' })
    let troubles = 2
    const session = createTaskSession({
      blueprint: photos, baseUrl: `${at.origin}/mephisto/`, entry: { provider: 'inhouse', credential },
      fetch: (input, init) => (init?.method === 'PUT' && troubles-- > 0 ? Promise.reject(new TypeError('no network')) : fetch(input, init)),
    })
    const until = async <S extends TaskState<typeof photos>['status']>(status: S): Promise<Extract<TaskState<typeof photos>, { status: S }>> => {
      await expect.poll(() => session.getState().status).toBe(status)
      return session.getState() as Extract<TaskState<typeof photos>, { status: S }>
    }
    session.start()
    ;(await until('preview')).accept()
    const working = await until('working')
    const taken = new AbortController()
    const given = working.upload(new Blob(['x']), { signal: taken.signal })
    taken.abort()
    await expect(given).rejects.toThrow()
    troubles = 2
    const photo = await working.upload(new File(['12345'], 'Foto ü.png', { type: 'image/png' }))
    expect(photo).toMatchObject({ name: 'Foto ü.png', mediaType: 'image/png', bytes: 5 })
    await expect(working.upload(new File([new Uint8Array(26_000_000)], 'large.png'))).rejects.toThrow('"large.png" is too large: at most 25 MB can be handed in here.')
    working.submit({ photo })
    expect((await until('submitted')).receipt.outcome).toBe('completed')
    session.stop()
  })
})
