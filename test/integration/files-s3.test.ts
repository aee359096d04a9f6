import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import express from 'express'
import * as z from 'zod'
import { expressArchitect } from '../../adapters/express.js'
import { s3Files } from '../../adapters/s3.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { defineBlueprint, fileSchema } from '../../sdk/blueprints/index.js'
import { createMephisto, implement, usd, type FileRef, type Mephisto } from '../../sdk/index.js'
import type { SubmitReply } from '../../sdk/protocol/worker-views.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { startServer } from '../app-server.js'
import { closeAfterEach } from '../close-after-each.js'
import { OLGA } from '../principals.js'
import { recordingLogger } from '../recording-logger.js'
import { startS3, type S3Server } from '../s3-server.js'

const films = defineBlueprint({ type: 'films', input: z.object({}), output: z.object({ film: fileSchema() }) })
const PIECE = Buffer.alloc(65_536, 'a film of someone at work ')
const MIB = 1_048_576

interface Host {
  readonly s3: S3Server
  readonly mephisto: Mephisto
  readonly logged: readonly string[]
  /** Sends a film of so many bytes, as `planted-ann`; it breaks off before the end if it is told to. */
  upload(id: string, bytes: number, breaksOff?: boolean): Promise<{ readonly status: number; readonly code: string | undefined; readonly file: FileRef | undefined }>
  submit(film: FileRef): Promise<SubmitReply>
  read(id: string, range?: string): Promise<Response>
  close(): Promise<void>
}

const keep = closeAfterEach<Host>()

async function host({ keepContent = true, maxAttempts = 3 } = {}): Promise<Host> {
  const s3 = await startS3({ keep: keepContent })
  const db = await embeddedDb({ file: ':memory:' })
  const app = express()
  const { origin, url, close } = await startServer(app)
  const architect = expressArchitect({ baseUrl: url, taskUrl: `${origin}/work` })
  const { logger, logged } = recordingLogger()
  const mephisto = createMephisto({
    db, architect, providers: [inhouse()], blueprints: [implement(films)], secret: 'thirty-two characters of a secret!', authorize: () => OLGA, runtime: { logger },
    files: { store: s3Files({ client: s3.client({ maxAttempts }), bucket: 'answers', prefix: 'mephisto' }), maxBytes: 5_000_000_000 },
  })
  app.use('/mephisto', architect.middleware(mephisto))
  const run = await mephisto.operator.launch(films, { task: 'films', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: [{}, {}] })
  const { credential } = await mephisto.invite({ run: run.id, worker: 'planted-ann' })
  const { agentToken } = await pageCalls(mephisto)<{ readonly agentToken: string }>('register', { provider: 'inhouse', credential })
  return keep({
    s3, mephisto, logged,
    async upload(id, bytes, breaksOff = false) {
      let left = bytes
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left <= 0) return breaksOff ? controller.error(new Error('the page is gone')) : controller.close()
          controller.enqueue(PIECE.subarray(0, left))
          left -= PIECE.byteLength
        },
      })
      const init = { method: 'PUT', body, duplex: 'half', headers: { 'authorization': `Bearer ${agentToken}`, 'x-mephisto-file-name': 'planted-film.mp4', 'x-mephisto-media-type': 'video%2Fmp4' } }
      const reply = await fetch(`${url}files/${id}`, init)
      const { result, error } = (await reply.json()) as { result?: { data: FileRef }; error?: { data: { mephistoCode: string } } }
      return { status: reply.status, code: error?.data.mephistoCode, file: result?.data }
    },
    submit: film => pageCalls(mephisto)<SubmitReply>('submit', { submissionId: 'submission-1', answer: { film } }, agentToken),
    async read(id, range) {
      const [link] = await mephisto.caller(OLGA).data.files({ ids: [id] })
      return fetch(link?.url ?? `${url}files/${id}?token=none`, { headers: range === undefined ? {} : { range } })
    },
    async close() {
      await close()
      await mephisto.close()
      await db.close()
      await s3.close()
    },
  })
}

/** Runs the work and says by how much the memory of this process grew meanwhile, MiB. */
async function growthDuring(work: () => Promise<unknown>): Promise<{ readonly resident: number; readonly buffers: number }> {
  const before = process.memoryUsage()
  let [resident, buffers] = [0, 0]
  const timer = setInterval(() => {
    const now = process.memoryUsage()
    resident = Math.max(resident, now.rss - before.rss)
    buffers = Math.max(buffers, now.arrayBuffers - before.arrayBuffers)
  }, 5)
  await work()
  clearInterval(timer)
  return { resident: resident / MIB, buffers: buffers / MIB }
}

describe('files of answers in S3', () => {
  test('a film comes in parts, is read whole and in part, and goes with the person', async () => {
    const at = await host()
    const bytes = 12_000_000
    const content = Buffer.alloc(bytes)
    for (let from = 0; from < bytes; from += PIECE.byteLength) PIECE.copy(content, from)
    const { file } = await at.upload('a-film-of-ann', bytes)
    expect(file).toMatchObject({ bytes, mediaType: 'video/mp4', sha256: createHash('sha256').update(content).digest('hex') })
    expect(at.s3.asked).toEqual(['create', 'part', 'part', 'complete'])
    expect([...at.s3.objects].map(([key, { mediaType }]) => [/^mephisto\/[\w-]+\/[\w-]+-1$/.test(key), mediaType])).toEqual([[true, 'video/mp4']])
    expect((await at.upload('a-film-of-ann', 5)).file).toEqual(file)
    expect((await at.submit(file as FileRef)).outcome).toBe('completed')
    const id = file?.$file ?? ''
    expect(Buffer.from(await (await at.read(id)).arrayBuffer()).equals(content)).toBe(true)
    const part = await at.read(id, 'bytes=8388600-8388700')
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 8388600-8388700/12000000'])
    expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(8_388_600, 8_388_701))).toBe(true)
    await at.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'planted-ann' }, force: true })
    expect([[...at.s3.objects], at.s3.openUploads()]).toEqual([[], []])
    expect((await at.read(id)).status).toBe(401)
  })

  test('a film that breaks off on its way leaves nothing, and comes again', async () => {
    const at = await host()
    await expect(at.upload('a-film-of-ann', 9_000_000, true)).rejects.toThrow()
    await expect.poll(() => at.s3.asked).toContain('abort')
    await expect.poll(() => [[...at.s3.objects], at.s3.openUploads()]).toEqual([[], []])
    expect((await at.upload('a-film-of-ann', 9_000_000)).file?.bytes).toBe(9_000_000)
  })

  test('a service that fails once is not noticed; while it fails, the page hears of trouble and the log of the cause', async () => {
    const at = await host({ maxAttempts: 2 })
    at.s3.fail('part', 'reset', 1)
    expect((await at.upload('a-film-of-ann', 9_000_000)).file?.bytes).toBe(9_000_000)
    at.s3.fail('part', 'AccessDenied')
    expect(await at.upload('another-film', 9_000_000)).toMatchObject({ status: 503, code: 'unavailable' })
    expect(at.s3.openUploads()).toEqual([])
    expect(at.logged.join('\n')).toContain('s3Files: client: credentials')
    at.s3.fail('part', 'AccessDenied', 0)
    expect((await at.upload('another-film', 9_000_000)).file?.bytes).toBe(9_000_000)
  })

  test('content that is being removed while the service is away goes in a later round', async () => {
    const at = await host({ maxAttempts: 1 })
    const { file } = await at.upload('a-film-of-ann', 1_000)
    await at.submit(file as FileRef)
    at.s3.fail('delete', 'SlowDown', 1)
    await at.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'planted-ann' }, force: true })
    expect(at.s3.objects.size).toBe(1)
    expect((await at.mephisto.operator.tick()).discardedFiles).toBe(1)
    expect(at.s3.objects.size).toBe(0)
  })

  test('memory does not grow with the film', async () => {
    const at = await host({ keepContent: false })
    await at.upload('the-first-film', 40 * MIB)
    const bytes = 400 * MIB
    const grown = await growthDuring(async () => { expect((await at.upload('a-long-film', bytes)).file?.bytes).toBe(bytes) })
    console.log(`400 MiB in: ${grown.resident.toFixed(0)} MiB of memory, ${grown.buffers.toFixed(0)} MiB of buffers`)
    expect(grown.buffers).toBeLessThan(80)
    expect(grown.resident).toBeLessThan(150)
  })
})
