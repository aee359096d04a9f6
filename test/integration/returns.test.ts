import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { progressLines } from '../../sdk/cli/progress-text.js'
import { RETURN_REASONS, type WhyReturned } from '../../sdk/data-model/return-reason.js'
import { dump, importDump, verifyRun, type TaskRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import type { SimulatedTask } from '../../sdk/testing/simulated-worker.js'
import { everyText } from '../every-text.js'
import { essay, named, OLGA, openStage, requestId, RITA, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

describe.each(await targetKinds())('giving back with a reason, on %s', kind => {
  let [target, stage, run] = [{} as OwnTarget, {} as PrivacyStage, {} as TaskRun]
  beforeAll(async () => {
    target = await makeTarget(kind)
    stage = await openStage(target)
    run = await stage.launch({ unitsPerAssignment: 1, data: Array.from({ length: 30 }, (_, index) => ({ topic: `topic ${String(index)}` })) })
  })
  afterAll(async () => {
    expect(await verifyRun(stage.db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await stage.close()
    await target.drop()
  })

  const accept = (name: string): Promise<SimulatedTask<typeof essay>> => stage.worker(name).accept(essay, run)
  const reasons = async (): Promise<Readonly<Record<string, number>>> => Object.fromEntries((await stage.mephisto.caller(OLGA).runs.progress({ run: run.id })).returnReasons.map(({ reason, attempts }) => [reason, attempts]))
  const saidBy = async (task: { readonly agentId: string }) => (await stage.mephisto.remarks.list({ agent: task.agentId })).remarks
  const historyOf = async (task: { readonly unitId: string; readonly agentId: string }) => (await stage.mephisto.caller(RITA).review.history({ unit: task.unitId })).events.filter(({ agent }) => agent === task.agentId).map(({ what, reason }) => [what, reason])

  test('needs none: the unit is free for others, and nothing is said', async () => {
    const ann = await accept('ann')
    expect([await ann.giveBack(), await ann.giveBack({ reason: 'broken', text: 'said too late' })]).toEqual([true, false])
    expect(await historyOf(ann)).toEqual([['begin', null], ['return', null]])
    expect([await saidBy(ann), await reasons()]).toEqual([[], {}])
  })

  test('is counted by reason, and what was written to it is feedback on the attempt', async () => {
    const before = await reasons()
    const [ben, cy, dan] = [await accept('ben'), await accept('cy'), await accept('dan')]
    await ben.giveBack({ reason: 'broken', text: '  The picture is missing 😀 ' })
    await cy.giveBack({ reason: 'too_long', text: ' ' })
    await dan.giveBack({ reason: 'broken' })
    expect(await reasons()).toEqual({ ...before, broken: 2, too_long: 1 })
    expect(progressLines(await stage.mephisto.caller(OLGA).runs.progress({ run: run.id })).join('\n')).toContain('(broken 2, too_long 1)')
    expect(await saidBy(ben)).toMatchObject([{ kind: 'feedback', status: 'new', unit: ben.unitId, body: { kind: 'feedback', about: 'item', givenBack: 'broken', text: 'The picture is missing 😀' } }])
    expect([await saidBy(cy), await saidBy(dan)]).toEqual([[], []])
    expect(await historyOf(ben)).toEqual([['begin', null], ['return', 'broken']])
  })

  test('is kept once, also when it is sent again, or several times at the same moment', async () => {
    const eve = await accept('eve')
    const before = await reasons()
    const outcomes = await Promise.all(['one', 'two', 'three', 'four'].map(text => eve.giveBack({ reason: 'unclear', text })))
    outcomes.push(await eve.giveBack({ reason: 'other', text: 'again' }))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await saidBy(eve)).toHaveLength(1)
    expect(await reasons()).toEqual({ ...before, unclear: 1 })
  })

  test('is refused where it is no reason, or longer than anybody reads; the unit is still theirs', async () => {
    const fay = await accept('fay')
    const wrong: readonly [object, string][] = [
      [{ reason: 'boring' }, 'why.reason'], [{ text: 'without one' }, 'why.reason'], [{ reason: 'other', text: 'a'.repeat(501) }, 'why.text'], [{ reason: 'other', text: 'half \ud800' }, 'why.text'],
    ]
    for (const [why, path] of wrong) await expect(fay.giveBack(why as WhyReturned)).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path }] })
    expect(await saidBy(fay)).toEqual([])
    expect(await fay.giveBack({ reason: 'other', text: 'a'.repeat(500) })).toBe(true)
  })

  test('takes every reason, and text beside as many remarks as an attempt can leave', async () => {
    const before = await reasons()
    for (const reason of RETURN_REASONS) await (await accept(`gus-${reason}`)).giveBack({ reason })
    expect(await reasons()).toEqual(Object.fromEntries(RETURN_REASONS.map(reason => [reason, (before[reason] ?? 0) + 1])))
    const hal = await accept('hal')
    for (let index = 0; index < 20; index += 1) await hal.remark({ kind: 'feedback', text: `said ${String(index)}` })
    expect(await hal.giveBack({ reason: 'too_hard', text: 'no more' })).toBe(true)
    expect(await saidBy(hal)).toHaveLength(21)
  })

  test('has its text erased with the worker; the reason stays, as what became of the attempt', async () => {
    const before = await reasons()
    const ida = await accept('ida')
    await ida.giveBack({ reason: 'broken', text: 'planted words' })
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named('ida') })
    expect((await everyText(target)).filter(({ text }) => text.includes('planted'))).toEqual([])
    expect(await saidBy(ida)).toMatchObject([{ body: { erased: true } }])
    expect(await reasons()).toEqual({ ...before, broken: (before['broken'] ?? 0) + 1 })
    const jim = await accept('jim')
    await stage.mephisto.privacy.erase(OLGA, { requestId: requestId(), person: named('jim'), force: true })
    expect(await jim.giveBack({ reason: 'broken', text: 'planted again' })).toBe(false)
    expect((await everyText(target)).filter(({ text }) => text.includes('planted'))).toEqual([])
  })
})

test('reasons and texts travel in a dump', async () => {
  const target = await makeTarget('sqlite')
  const stage = await openStage(target)
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-returns-'))
  const run = await stage.launch({ unitsPerAssignment: 1, data: [{ topic: 'one' }] })
  await (await stage.worker('ann').accept(essay, run)).giveBack({ reason: 'too_hard', text: 'ü 😀' })
  await stage.mephisto.operator.expire(run.id)
  const file = join(folder, 'dump.jsonl')
  await dump(stage.db, { file })
  const other = await embeddedDb({ file: join(folder, 'other.db') })
  for (const _ of [1, 2]) await importDump(other, systemRuntime(), { file, actorId: 'olga' })
  expect(await other.runs.returnReasons(run.id)).toEqual([{ reason: 'too_hard', attempts: 1 }])
  expect((await other.remarks.find({ filter: { runId: run.id } })).rows.map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ kind: 'feedback', text: 'ü 😀', about: 'item', givenBack: 'too_hard' }])
  expect(await verifyRun(other, run.id)).toMatchObject({ difference: null })
  await other.close()
  await stage.close()
  await target.drop()
  rmSync(folder, { recursive: true, force: true })
})
