import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { dump, importDump, verifyRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { withRows } from '../dump-text.js'
import { essay, openStage, requestId, RITA } from '../privacy-stage.js'
import { check, makeTarget } from '../scenarios/promise-target.js'
import { everyText } from '../every-text.js'
import { openFilesStage, photos } from '../files-stage.js'

const ANN = { provider: 'inhouse', externalId: 'ann' }

test('remarks travel in a dump with the people and the task that they are of, once', async () => {
  const target = await makeTarget('sqlite')
  const stage = await openStage(target)
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-remarks-'))
  const run = await stage.launch({ unitsPerAssignment: 1, data: [{ topic: 'one' }] })
  const ann = await stage.worker('ann').accept(essay, run)
  await ann.remark({ kind: 'tip', text: 'Read it twice' })
  await ann.remark({ kind: 'feedback', text: 'ü 😀' })
  await ann.submit({ text: 'done' })
  const [tip] = (await stage.mephisto.remarks.list({ kinds: ['tip'] })).remarks
  await stage.mephisto.remarks.decide(RITA, { requestId: requestId(), remarkIds: [tip?.id ?? ''], status: 'approved' })
  const file = join(folder, 'dump.jsonl')
  await dump(stage.db, { file })
  const other = await embeddedDb({ file: join(folder, 'other.db') })
  // The same person and task are here already, under other ids.
  await other.workers.create({ id: crypto.randomUUID(), ...ANN, pseudonym: 'w-here', at: 1 })
  for (const _ of [1, 2]) await importDump(other, systemRuntime(), { file, actorId: 'olga' })
  const here = (await other.workers.find({ filter: ANN, limit: 1 })).rows[0]
  const [remarks, before] = [await other.remarks.find({ filter: { workerId: here?.id ?? '' } }), await stage.db.remarks.find({ filter: { runId: run.id } })]
  expect(remarks.rows).toEqual(before.rows.map(remark => ({ ...remark, workerId: here?.id })))
  expect(remarks.rows).toHaveLength(2)
  expect((await other.remarks.tips(before.rows[0]?.taskId ?? '', 9)).map(({ shown }) => shown)).toEqual(['{"text":"Read it twice"}'])
  expect(await verifyRun(other, run.id)).toMatchObject({ difference: null })
  await other.close()
  // What is said of another's work is refused.
  writeFileSync(file, withRows(readFileSync(file, 'utf8'), line => [line.table === 'remark' ? { ...line, row: { ...line.row, worker_id: crypto.randomUUID() } } : line]))
  const forged = await embeddedDb({ file: join(folder, 'forged.db') })
  await expect(importDump(forged, systemRuntime(), { file, actorId: 'olga' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('worker_id') as string })
  await forged.close()
  await stage.close()
  await target.drop()
  rmSync(folder, { recursive: true, force: true })
})

test('remarks are erased when they were kept as long as their run said, of those too who never handed in', async () => {
  const target = await makeTarget('sqlite')
  let shift = 0
  const stage = await openStage(target, { now: () => Date.now() + shift })
  const run = await stage.launch({ retentionDays: 1 })
  const [ann, ben] = [await stage.worker('ann').accept(essay, run), await stage.worker('ben').accept(essay, run)]
  for (const task of [ann, ben]) await task.remark({ kind: 'feedback', text: 'planted' })
  await ann.submit({ text: 'planted' })
  await stage.mephisto.operator.expire(run.id)
  shift = 3 * 86_400_000
  await stage.mephisto.operator.tick()
  expect((await everyText(target)).filter(({ text }) => text.includes('planted'))).toEqual([])
  expect(await check(target)).toEqual([])
  await stage.close()
  await target.drop()
})

test('files go with an opinion, and a repeat has the same reply when they are gone', async () => {
  const target = await makeTarget('sqlite')
  const stage = await openFilesStage(target)
  const run = await stage.launch()
  const ann = await stage.worker('ann').accept(photos, run)
  const shot = await ann.upload('a picture of the page', { name: 'page.png', mediaType: 'image/png' })
  const opinion = { kind: 'opinion' as const, answers: [{ question: 'What went wrong?', answer: 'See the picture' }], files: [{ $file: shot.$file }] }
  const id = requestId()
  const receipt = await ann.remark(opinion, id)
  const [remark] = (await stage.mephisto.remarks.list({ run: run.id })).remarks
  expect(remark?.body).toEqual({ ...opinion, files: [shot] })
  expect((await stage.db.files.get([shot.$file]))[0]?.status).toBe('handed_in')
  await stage.db.files.discardOf({ runId: run.id }, Date.now())
  expect(await ann.remark(opinion, id)).toEqual(receipt)
  await expect(ann.remark(opinion)).rejects.toMatchObject({ code: 'invalid_answer' })
  expect((await stage.mephisto.remarks.list({ run: run.id })).remarks).toHaveLength(1)
  await stage.close()
  await target.drop()
})
