import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { dump, importDump, verifyRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { withRows } from '../dump-text.js'
import { everyText } from '../every-text.js'
import { OLGA } from '../principals.js'
import { check, makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { helping } from '../sessions-blueprint.js'
import { openSessionsStage } from '../sessions-stage.js'

const ANN = { provider: 'inhouse', externalId: 'ann' }
const PLANTED = /planted/i

describe.each(await targetKinds())('what was said in sessions, on %s', kind => {
  test('is erased with whoever said it, also what comes of a call that was being made', async () => {
    const target = await makeTarget(kind)
    let [isHeld, release] = [false, (): void => undefined]
    const stage = await openSessionsStage(target, { onShout: () => (isHeld ? new Promise<void>(resolve => { release = resolve }) : undefined) })
    const run = await stage.launch()
    const [ann, ben] = [await stage.worker('ann').accept(helping, run), await stage.worker('ben').accept(helping, run)]
    await ann.call('shout', { text: 'planted one' })
    await ann.call('refuse', { secret: 'planted two' }).catch(() => undefined)
    await ben.call('shout', { text: 'of Ben' })
    isHeld = true
    const late = ann.call('shout', { text: 'planted three' })
    await expect.poll(() => stage.made.length).toBe(3)
    await stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: ANN, force: true })
    release()
    expect(await late).toEqual({ erased: true })
    expect((await everyText(target)).filter(({ text }) => PLANTED.test(text))).toEqual([])
    expect((await ben.packets()).map(({ body }) => body)).toMatchObject([{ text: 'of Ben' }, { text: 'OF BEN' }])
    await expect(ann.call('shout', { text: 'planted four' })).rejects.toMatchObject({ code: 'conflict' })
    expect(stage.logged.filter(line => PLANTED.test(line))).toEqual([])
    expect(await verifyRun(stage.db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await stage.close()
    await target.drop()
  })
})

test('what was said is erased when it was kept as long as its run said', async () => {
  const target = await makeTarget('sqlite')
  let shift = 0
  const stage = await openSessionsStage(target, { now: () => Date.now() + shift })
  const run = await stage.mephisto.operator.launch(helping, { task: 'helping', requester: 'lab', provider: 'inhouse', pay: { minor: 1, currency: 'USD' }, data: [{ topic: 'a' }, { topic: 'b' }], retentionDays: 1 })
  const [ann, ben] = [await stage.worker('ann').accept(helping, run), await stage.worker('ben').accept(helping, run)]
  for (const task of [ann, ben]) await task.call('shout', { text: 'planted' })
  await ann.submit({ essay: 'planted' })
  // Ben never hands in.
  await ben.giveBack()
  await stage.mephisto.operator.expire(run.id)
  shift = 3 * 86_400_000
  await stage.mephisto.operator.tick()
  expect((await everyText(target)).filter(({ text }) => PLANTED.test(text))).toEqual([])
  expect(await check(target)).toEqual([])
  await stage.close()
  await target.drop()
})

test('what was said travels in a dump to another installation, by attempts and at items', async () => {
  const target = await makeTarget('sqlite')
  const stage = await openSessionsStage(target)
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-sessions-'))
  const run = await stage.launch(1)
  const ann = await stage.worker('ann').accept(helping, run)
  for (const text of ['one', 'two']) await ann.call('shout', { text })
  await ann.submit({ essay: 'done' })
  const itemId = (await stage.db.units.placesOfAgents([ann.agentId])).get(ann.agentId)?.unit?.assignmentId ?? ''
  const said = { sessionId: itemId, runId: run.id, kind: 'message', name: '', clientId: 'said', body: '{"text":"ü"}', at: 1 } as const
  const shared = [{ ...said, number: 1, senderId: ann.agentId, recipientId: null }, { ...said, number: 2, senderId: itemId, recipientId: ann.agentId }]
  const state = { id: itemId, version: 2, state: '{"turn":"ann"}' }
  await stage.db.transaction(async tx => {
    await tx.sessions.hold([{ id: itemId, runId: run.id }], 1)
    await tx.sessions.append(shared)
    await tx.sessions.writeStates([state])
  })
  const file = join(folder, 'dump.jsonl')
  await dump(stage.db, { file })
  expect(readFileSync(file, 'utf8').match(/"table":"packet"/g)).toHaveLength(6)
  const other = await embeddedDb({ file: join(folder, 'other.db') })
  await importDump(other, systemRuntime(), { file, actorId: 'olga' })
  const packets = await other.sessions.after(ann.agentId, 0, { limit: 9 })
  expect(packets).toEqual(await stage.db.sessions.after(ann.agentId, 0, { limit: 9 }))
  expect(packets).toHaveLength(4)
  expect(await other.sessions.after(itemId, 0, { limit: 9 })).toEqual(shared)
  expect(await other.sessions.states([itemId])).toEqual(new Map([[itemId, state]]))
  expect(await verifyRun(other, run.id)).toMatchObject({ difference: null })
  await importDump(other, systemRuntime(), { file, actorId: 'olga' })
  expect(await other.sessions.counts([ann.agentId])).toEqual(new Map([[ann.agentId, 4]]))
  await other.close()
  // A dump of the version before, where each attempt had a session and items none.
  writeFileSync(file, withRows(readFileSync(file, 'utf8'), line => {
    const { version: _, state: _state, recipient_id: _recipient, ...row } = line.row
    return row['id'] === itemId && line.table === 'session' || row['session_id'] === itemId ? [] : [line.table === 'session' || line.table === 'packet' ? { ...line, row } : line]
  }))
  const earlier = await embeddedDb({ file: join(folder, 'earlier.db') })
  await importDump(earlier, systemRuntime(), { file, actorId: 'olga' })
  expect(await earlier.sessions.after(ann.agentId, 0, { limit: 9 })).toEqual(packets)
  expect(await earlier.sessions.states([ann.agentId, itemId])).toEqual(new Map([[ann.agentId, { id: ann.agentId, version: 0, state: null }]]))
  await earlier.close()
  await stage.close()
  await target.drop()
  rmSync(folder, { recursive: true, force: true })
})
