import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { dump, importDump, usd, verifyRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf } from '../live-rows.js'
import { hears, openLiveStage, until } from '../live-stage.js'
import { OLGA } from '../principals.js'
import { check, makeTarget, onTarget } from '../scenarios/promise-target.js'
import type { Target } from '../scenarios/promise-open.js'

let opened: OpenedLive
liveEachTest(given => { opened = given })

/** Every row of the tables that sessions are in, as it stands. */
const rows = (target: Target) => onTarget(target, async query => ({
  sessions: await query('SELECT * FROM mephisto_session ORDER BY id'), packets: await query('SELECT * FROM mephisto_packet ORDER BY session_id, number'),
  agents: await query('SELECT id, status, assignment_id FROM mephisto_agent ORDER BY id'), config: await query('SELECT config FROM mephisto_task_run'),
}))

test('a run with sessions travels with all that was said, to everybody and to some, and with what was erased', async () => {
  const { stage } = opened
  const run = await stage.debate({ items: 3, live: { absenceMs: 3_600_000, lobbyMs: 60_000, lobbyPay: usd('0.10'), whenSomebodyLeaves: 'replace' } })
  // One who was let go, a group that was whole and in which somebody was replaced, one that was erased, and one that is at work when the run ends.
  const first = await stage.come('zoe', run)
  await until(first, ({ people }) => people.length === 1)
  opened.pass(61_000)
  await expect.poll(() => attemptOf(stage, first)).toBe('partner_disconnect')
  const [ann, ben] = [await stage.come('ann', run), await stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await ann.act('say', { text: 'ü 😀' })
  await ben.act('whisper', { to: 0, text: 'psst' })
  await ben.act('ask', { question: 'why' })
  await hears(ann, 'Model: WHY')
  await ben.act('wait', { ms: 60_000 })
  await ben.giveBack()
  const cem = await stage.come('cem', run)
  await until(ann, ({ people }) => people[1]?.agentId === cem.agentId)
  await cem.act('finish', {})
  for (const one of [ann, cem]) await one.submit({ convinced: true })
  const [dia, eva] = [await stage.come('dia', run), await stage.come('eva', run)]
  await until(dia, ({ phase }) => phase === 'live')
  await dia.act('say', { text: 'soon forgotten' })
  await stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'dia' }, force: true })
  await until(eva, ({ phase }) => phase === 'over')
  await eva.submit({ convinced: false })
  const [fay, gil] = [await stage.come('fay', run), await stage.come('gil', run)]
  await until(fay, ({ phase }) => phase === 'live')
  await gil.act('note', { text: 'at work' })
  await stage.mephisto.operator.expire(run.id)
  await until(gil, ({ phase }) => phase === 'over')

  const folder = mkdtempSync(join(tmpdir(), 'mephisto-live-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = join(folder, 'dump.jsonl')
  await dump(stage.db, { file })
  const target = await makeTarget('sqlite')
  onTestFinished(target.drop)
  const there = await openLiveStage(target)
  onTestFinished(there.close)
  expect(await importDump(there.db, systemRuntime(), { file, actorId: 'olga' })).toMatchObject({ runs: 1, known: 0 })
  const [here, arrived] = [await rows(opened.target), await rows(target)]
  expect(arrived).toEqual(here)
  expect(here.sessions).toHaveLength(3)
  expect(JSON.stringify(here)).toContain('psst')
  expect(JSON.stringify(here)).not.toContain('soon forgotten')
  expect(await importDump(there.db, systemRuntime(), { file, actorId: 'olga' })).toMatchObject({ runs: 0, known: 1, differing: [] })
  expect(await verifyRun(there.db, run.id)).toEqual(await verifyRun(stage.db, run.id))
  expect((await verifyRun(there.db, run.id)).difference).toBeNull()
  expect(await check(target)).toEqual([])
  // It goes on there, with new people in sessions of their own.
  await there.mephisto.operator.topUp(run.id, { topUpId: 'one-more', data: [{ topic: 'there' }] })
  const [hal, ida] = [await there.come('hal', run), await there.come('ida', run)]
  await until(hal, ({ phase }) => phase === 'live')
  expect(await bodiesOf(ida, 'message')).toEqual([{ by: 'Chair', text: 'there: Pro and Contra' }])
  await ida.act('finish', {})
  for (const one of [hal, ida]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  expect((await there.mephisto.operator.progress(run.id)).run).toMatchObject({ status: 'completed' })
})
