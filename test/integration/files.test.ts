import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint, fileSchema } from '../../sdk/blueprints/index.js'
import { diskFiles } from '../../sdk/files/index.js'
import { createMephisto, implement, isMephistoError, verifyRun } from '../../sdk/index.js'
import type { SubmitReply } from '../../sdk/protocol/worker-views.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto, mockTask, pageCalls, type SimulatedTask } from '../../sdk/testing/index.js'
import { closeAfterEach } from '../close-after-each.js'
import { rowsOf } from '../data-reading.js'
import { everyText } from '../every-text.js'
import { openFilesStage, photos, type FilesStage } from '../files-stage.js'
import { OLGA } from '../principals.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

const DAY_MS = 86_400_000
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 10, 13])
const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')
const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'nothing', (error: unknown) => (isMephistoError(error) ? error.code : String(error)))
const keep = closeAfterEach()

/** A database of its own, which goes after the test. */
async function ownTarget(kind: Parameters<typeof makeTarget>[0]): Promise<OwnTarget> {
  const target = await makeTarget(kind)
  keep({ close: () => target.drop() })
  return target
}

describe.each(await targetKinds())('on %s', kind => {
  let target: OwnTarget
  let stage: FilesStage
  let now: number
  beforeEach(async () => {
    target = await ownTarget(kind)
    now = Date.UTC(2026, 0, 1)
    stage = keep(await openFilesStage(target, { now: () => now, maxBytes: 1_000_000, maxPerAttempt: 3 }))
  }, 60_000)

  const accept = async (name = 'ann', options = {}) => stage.worker(name).accept(photos, await stage.launch(options))
  const linkTo = async (id: string): Promise<string> => (await stage.mephisto.caller(OLGA).data.files({ ids: [id] }))[0]?.url ?? ''
  const answerOf = async (task: SimulatedTask<typeof photos>): Promise<unknown> => (await rowsOf(stage.mephisto.exportRows(photos, { run: task.run.id, includeSetAside: true }))).map(row => row.answer)
  const expectSound = async (runId: string): Promise<void> => {
    expect(await verifyRun(stage.db, runId)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
  }

  test('a file is sent, handed in as what the server has seen of it, and read again by a link until it is too old', async () => {
    const task = await accept()
    const photo = await task.upload(PNG, { name: '/home/ann/Mein "Foto" ü😀.png', mediaType: 'Image/PNG; x=1' })
    expect(photo).toEqual({ $file: photo.$file, name: 'Mein _Foto_ ü😀.png', mediaType: 'image/png', bytes: PNG.length, sha256: sha256(PNG) })
    const notes = await task.upload('a note', { name: 'notes.txt', mediaType: 'text/plain' })
    // Whatever a page says of a file, the answer has what came.
    const lie = { $file: photo.$file, name: 'a.gif', mediaType: 'image/gif', bytes: 1, sha256: 'f'.repeat(64) }
    expect((await task.submit({ photo: lie, more: [notes], note: 'here' })).outcome).toBe('completed')
    expect(await answerOf(task)).toEqual([{ photo, more: [notes], note: 'here' }])
    const link = await linkTo(photo.$file)
    const reply = await stage.get(link)
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(PNG)
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'image/png', 'content-length': String(PNG.length), 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-store',
      'content-disposition': `inline; filename="Mein _Foto_ ___.png"; filename*=UTF-8''Mein%20_Foto_%20%C3%BC%F0%9F%98%80.png`,
    })
    expect(reply.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    now += 15 * 60_000 + 1_000
    const late = await stage.get(link)
    expect([late.status, await late.text()]).toEqual([401, expect.stringContaining('This link to a file is too old; open the answer again.')])
    expect(new Uint8Array(await (await stage.get(await linkTo(photo.$file))).arrayBuffer())).toEqual(PNG)
    await expectSound(task.run.id)
  })

  test('the same upload again is the same file, while it arrives and after', async () => {
    const task = await accept()
    const uploadId = 'upload-of-ann'
    const sent = await Promise.all([1, 2, 3].map(() => task.upload(PNG, { name: 'a.png', mediaType: 'image/png', uploadId }).catch((error: unknown) => error)))
    const files = sent.filter(one => !(one instanceof Error))
    expect(files.length).toBeGreaterThan(0)
    const again = await task.upload('another content', { name: 'b.txt', uploadId })
    expect(new Set([...files, again].map(file => JSON.stringify(file))).size).toBe(1)
    expect(again.sha256).toBe(sha256(PNG))
    expect([...stage.kept().values()]).toEqual([PNG.length])
    // Under the same id another worker's is a file of its own.
    const ben = await stage.worker('ben').accept(photos, task.run)
    expect((await ben.upload('of ben', { uploadId })).$file).not.toBe(again.$file)
  })

  test('what does not fit is refused, says why, and leaves nothing', async () => {
    const task = await accept()
    expect(await codeOf(task.upload(new Uint8Array(1_000_001), { name: 'large.png' }))).toBe('too_large')
    await expect(task.upload(new Uint8Array(1_000_001), { name: 'large.png' })).rejects.toThrow('"large.png" is too large: at most 1 MB can be handed in here.')
    expect([...stage.kept()]).toEqual([])
    const [text, large] = [await task.upload('no picture', { name: 'a.png', mediaType: 'text/plain', uploadId: 'the-text' }), await task.upload(new Uint8Array(600_000), { name: 'b.png', mediaType: 'image/png' })]
    await expect(task.submit({ photo: text })).rejects.toThrow('answer.photo: "a.png" cannot be handed in here; choose a picture.')
    await expect(task.submit({ photo: large })).rejects.toThrow('answer.photo: "b.png" is too large: at most 500 kB can be handed in here.')
    await task.upload(PNG, { name: 'c.png', mediaType: 'image/png' })
    await expect(task.upload(PNG, { name: 'd.png' })).rejects.toThrow('At most 3 files can be sent for one item.')
    expect((await task.upload('again', { uploadId: 'the-text' })).$file).toBe(text.$file)
    expect(await answerOf(task)).toEqual([])
  })

  test('files of others, unknown ones and those that are gone cannot be handed in', async () => {
    const task = await accept()
    const ben = await stage.worker('ben').accept(photos, task.run)
    const [own, foreign] = [await task.upload(PNG, { name: 'a.png', mediaType: 'image/png' }), await ben.upload(PNG, { name: 'b.png', mediaType: 'image/png' })]
    for (const photo of [foreign, { ...own, $file: 'nothing' }, { ...own, $file: '' }]) {
      const refused = await task.submit({ photo }).catch((error: unknown) => error)
      expect(isMephistoError(refused) && [refused.code, refused.problems]).toEqual(['invalid_answer', [{ path: 'answer.photo', rule: 'file', message: 'This file is not here any more; choose it again.' }]])
    }
    await stage.db.files.discardOf({ agentIds: [task.agentId] }, now)
    expect(await codeOf(task.submit({ photo: own }))).toBe('invalid_answer')
    expect(await codeOf(task.upload(PNG, { uploadId: 'chosen-again' }))).toBe('nothing')
  })

  test('an answer that comes late keeps its files, and one that was answered takes no more', async () => {
    const task = await accept('ann', { leaseMs: 60_000 })
    const photo = await task.upload(PNG, { name: 'a.png', mediaType: 'image/png' })
    now += 61_000
    await stage.mephisto.operator.tick()
    const more = await task.upload(PNG, { name: 'b.png', mediaType: 'image/png' })
    expect((await task.submit({ photo, more: [more] }, 'late-submission')).outcome).toBe('set_aside')
    expect((await task.submit({ photo, more: [more] }, 'late-submission')).outcome).toBe('set_aside')
    const again = await stage.worker('ann').accept(photos, task.run)
    const other = await again.upload(PNG, { name: 'c.png', mediaType: 'image/png' })
    await again.submit({ photo: other })
    expect(await codeOf(again.upload(PNG, { name: 'd.png' }))).toBe('conflict')
    now += 100 * DAY_MS
    expect((await stage.mephisto.operator.tick()).discardedFiles).toBe(0)
    expect(new Uint8Array(await (await stage.get(await linkTo(more.$file))).arrayBuffer())).toEqual(PNG)
    await expectSound(task.run.id)
  })

  test('what no answer named goes a while after its attempt is over, and what is under way stays', async () => {
    const task = await accept()
    const ben = await accept('ben', { task: 'long', leaseMs: 30 * DAY_MS })
    const [named, unnamed] = [await task.upload(PNG, { name: 'a.png', mediaType: 'image/png' }), await task.upload(PNG, { name: 'b.png', mediaType: 'image/png' })]
    const waiting = await ben.upload(PNG, { name: 'c.png', mediaType: 'image/png' })
    await task.submit({ photo: named })
    const discarded = async (afterMs: number): Promise<number> => {
      now += afterMs
      return (await stage.mephisto.operator.tick()).discardedFiles
    }
    expect(await discarded(8 * DAY_MS)).toBe(0)
    expect(await discarded(1)).toBe(1)
    expect(await discarded(1)).toBe(0)
    expect(stage.kept().size).toBe(2)
    expect((await stage.db.files.get([unnamed.$file])).map(({ status, name, sha256: hash }) => [status, name, hash])).toEqual([['removed', '', '']])
    expect(await linkTo(unnamed.$file)).toBe('')
    expect((await ben.submit({ photo: waiting })).outcome).toBe('completed')
    // For a day a process that is cut off may still be writing it.
    expect(await discarded(DAY_MS + 1)).toBe(0)
    expect(await stage.db.files.get([unnamed.$file])).toEqual([])
    expect(stage.kept().size).toBe(2)
  })

  test('a file stays with its worker when they get the same unit again', async () => {
    const run = await stage.launch({ data: [{ place: 'one' }], leaseMs: 60_000 })
    const task = await stage.worker('ann').accept(photos, run)
    const photo = await task.upload(PNG, { name: 'a.png', mediaType: 'image/png' })
    now += 61_000
    await stage.mephisto.operator.tick()
    const again = await stage.worker('ann').accept(photos, run)
    expect([again.unitId === task.unitId, again.agentId === task.agentId]).toEqual([true, false])
    expect((await again.submit({ photo })).outcome).toBe('completed')
    expect(await answerOf(again)).toEqual([{ photo, more: [], note: '' }])
    await expectSound(run.id)
  })

  test('an erasure while a file arrives leaves nothing of it, though its process may end just then', async () => {
    let [goOn, isWriting] = [(): void => undefined, (): void => undefined]
    const writing = new Promise<void>(resolve => { isWriting = resolve })
    const disk = diskFiles({ folder: stage.folder })
    const slow = keep(await openFilesStage(target, {
      now: () => now, folder: stage.folder,
      // Its process ends before it can take back what it wrote.
      store: { ...disk, put: (key, content, about) => new Promise((resolve, reject) => { goOn = () => { disk.put(key, content, about).then(resolve, reject) }; isWriting() }), remove: () => Promise.reject(new Error('this process has ended')) },
    }))
    const run = await stage.launch()
    const task = await slow.worker('planted-ann').accept(photos, run)
    const sent = task.upload('planted content', { name: 'planted.png' }).catch((error: unknown) => error)
    await writing
    await stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'planted-ann' }, force: true })
    goOn()
    expect(await sent).toBeInstanceOf(Error)
    expect(stage.kept().size).toBe(1)
    now += DAY_MS + 1
    await stage.mephisto.operator.tick()
    expect(stage.kept().size).toBe(0)
    expect((await everyText(target)).filter(({ text }) => text.includes('planted'))).toEqual([])
  })

  test('an onboarding takes files as well', async () => {
    const run = await stage.launch({ onboarding: { qualification: 'consented', input: {} } })
    const { credential } = await stage.mephisto.invite({ run: run.id, worker: 'ann' })
    const call = pageCalls(stage.mephisto)
    const { agentToken } = await call<{ readonly agentToken: string }>('register', { provider: 'inhouse', credential })
    const sent = await stage.mephisto.handler(new Request('http://test.invalid/mephisto/files/consent-of-ann', { method: 'PUT', body: 'signed', headers: { 'authorization': `Bearer ${agentToken}`, 'x-mephisto-file-name': 'consent.pdf' } }))
    const consent = ((await sent.json()) as { result: { data: { $file: string } } }).result.data
    await call<SubmitReply>('submit', { submissionId: 'consent-submission', answer: { consent } }, agentToken)
    expect((await stage.db.files.get([consent.$file]))[0]?.status).toBe('handed_in')
    expect((await stage.worker('ann').accept(photos, run)).resumed).toBe(false)
  })

  test('whoever is erased leaves no file, no name of one, and nothing in the folder', async () => {
    const task = await accept('planted-ann')
    const ben = await stage.worker('ben').accept(photos, task.run)
    const [photo] = [await task.upload('planted content', { name: 'planted-ann.png', mediaType: 'image/png' }), await task.upload('planted too', { name: 'planted-too.txt' })]
    const other = await ben.upload(PNG, { name: 'ben.png', mediaType: 'image/png' })
    await task.submit({ photo })
    const held = await stage.worker('planted-ann').accept(photos, task.run)
    await held.upload('planted and not handed in', { name: 'planted-held.png' })
    const url = await linkTo(photo.$file)
    await stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'planted-ann' }, force: true })
    expect((await everyText(target)).filter(({ text }) => text.includes('planted'))).toEqual([])
    expect([...stage.kept().values()]).toEqual([PNG.length])
    expect((await stage.get(url)).status).toBe(404)
    expect(await codeOf(held.upload('planted again', { name: 'planted.png' }))).toBe('not_found')
    expect((await ben.submit({ photo: other })).outcome).toBe('completed')
    await expectSound(task.run.id)
  })

  test('answers that were kept long enough lose their files too', async () => {
    const run = await stage.launch({ retentionDays: 1, data: [{ place: 'one' }] })
    const task = await stage.worker('ann').accept(photos, run)
    const photo = await task.upload(PNG, { name: 'a.png', mediaType: 'image/png' })
    await task.submit({ photo })
    now += DAY_MS
    expect(await stage.mephisto.operator.tick()).toMatchObject({ erasedAnswers: 1, discardedFiles: 1 })
    expect([...stage.kept()]).toEqual([])
    expect((await stage.db.files.get([photo.$file])).map(({ status }) => status)).toEqual(['removed'])
    await expectSound(run.id)
  })
})

describe.each(await targetKinds())('files of what is archived, on %s', kind => {
  test('are counted in bytes until they are discarded, by run or by project, once and for good', async () => {
    const target = await ownTarget(kind)
    const stage = keep(await openFilesStage(target))
    const { projects, operator } = stage.mephisto
    const whole = async (task: string, project: string) => {
      const run = await stage.launch({ task, project, data: [{ place: 'one' }], unitsPerAssignment: 2 })
      for (const name of ['ann', 'ben']) {
        const work = await stage.worker(name).accept(photos, run)
        await work.submit({ photo: await work.upload(PNG, { name: `planted-${name}.png`, mediaType: 'image/png' }) })
      }
      return run
    }
    const [one, two, other] = [await whole('one', 'study'), await whole('two', 'study'), await whole('other', 'pilot')]
    const bytes = async (project: string): Promise<number[]> => {
      const page = await projects.show(project)
      return [page.project, ...page.tasks].map(({ fileBytes }) => fileBytes)
    }
    expect(await bytes('study')).toEqual([4, 2, 2].map(files => files * PNG.length))
    const discard = (what: object, requestId: string = crypto.randomUUID()) => projects.discardFiles(OLGA, { requestId, isForGood: true, ...what })
    for (const what of [{ run: one.id }, { project: 'study' }]) expect(await codeOf(discard(what))).toBe('illegal_move')
    for (const what of [{}, { run: one.id, project: 'study' }, { run: one.id, isForGood: false }]) expect(await codeOf(discard(what))).toBe('invalid_input')
    for (const what of [{ run: crypto.randomUUID() }, { project: 'nowhere' }]) expect(await codeOf(discard(what))).toBe('not_found')
    await operator.archive(one.id)
    expect(await discard({ run: one.id })).toEqual({ files: 2 })
    expect(await bytes('study')).toEqual([2, 0, 2].map(files => files * PNG.length))
    await projects.archive(OLGA, { requestId: crypto.randomUUID(), project: 'study' })
    const open = await stage.launch({ task: 'one' })
    expect(await codeOf(discard({ project: 'study' }))).toBe('illegal_move')
    await operator.expire(open.id)
    const requestId = crypto.randomUUID()
    const twice = await Promise.all([discard({ project: 'study' }, requestId), discard({ project: 'study' }, requestId)])
    expect(twice).toEqual([{ files: 2 }, { files: 2 }])
    expect(await discard({ project: 'study' })).toEqual({ files: 0 })
    expect([await bytes('study'), await bytes('pilot')]).toEqual([[0, 0, 0], [18, 18]])
    expect((await stage.db.audit.get(requestId))).toMatchObject({ actorId: OLGA.id, action: 'discard_files', subject: 'project' })
    expect(stage.kept().size).toBe(6)
    expect(await operator.tick()).toMatchObject({ discardedFiles: 4 })
    expect(stage.kept().size).toBe(2)
    for (const run of [one, two, other]) expect(await verifyRun(stage.db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
  })
})

describe('what the log says of files', () => {
  test('never their names, and that an instance without a store cannot remove what was discarded', async () => {
    const target = await ownTarget('sqlite')
    const store = { specVersion: 1 as const, put: () => Promise.reject(new Error('no space left')), get: () => Promise.resolve(null), remove: () => Promise.resolve() }
    const stage = keep(await openFilesStage(target, { store }))
    const task = await stage.worker('ann').accept(photos, await stage.launch())
    expect(await codeOf(task.upload('x', { name: 'Planted Passport.png' }))).toBe('unavailable')
    expect(stage.logged.join()).toMatch(/no space left|could not be kept/)
    expect(stage.logged.filter(line => /planted/i.test(line))).toEqual([])
    await stage.db.files.discardOf({ agentIds: [task.agentId] }, 0)
    const without = createMephisto({
      db: stage.db, blueprints: [mockTask], providers: [inhouse()], secret: 'a secret for tests that is long enough', authorize: () => null,
      architect: { specVersion: 1, type: 'test', baseUrl: 'http://x.invalid/', basePath: '/', taskUrl: 'http://x.invalid/work' },
      runtime: { logger: { info: () => undefined, warn: () => undefined, error: (_about, text) => { told.push(text) } } },
    })
    const told: string[] = []
    expect((await without.operator.tick()).discardedFiles).toBe(0)
    expect(told).toEqual(['files that were discarded are still in their store: this instance was given no files: { store }, and cannot remove them'])
  })
})

test('files count as named whatever the schema makes of them', async () => {
  const hashes = defineBlueprint({ type: 'hashes', input: z.object({}), output: z.object({ photo: fileSchema().transform(file => file.sha256) }) })
  expect(implement(hashes).isWithFiles).toBe(true)
  const t = keep(await createTestMephisto({ blueprints: [implement(hashes)] }))
  const task = await t.worker('ann').accept(hashes, await t.operator.launch(hashes, { task: 'h', requester: 'lab', provider: 'inhouse', data: [{}] }))
  const photo = await task.upload('x')
  await task.submit({ photo })
  await t.advance(100 * DAY_MS)
  expect((await t.db.files.get([photo.$file])).map(({ status }) => status)).toEqual(['handed_in'])
})
