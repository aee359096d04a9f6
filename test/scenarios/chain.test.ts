import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { acceptedAnswers, fromFeed, implement, importDump, dump, usd, verifyRun, type ExportRow } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { chainedBlueprints, draft, fix, verify } from '../chain.js'
import { expectSound } from '../run-checks.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: chainedBlueprints() }) })
afterEach(() => mephisto.close())

const PLACE = { requester: 'lab', provider: 'inhouse', pay: usd('0.10') } as const
const topics = (count: number) => Array.from({ length: count }, (_, index) => ({ topic: `topic ${String(index)}` }))
const launchDrafts = (count: number, options: object = {}) => mephisto.operator.launch(draft, { task: 'drafts', data: topics(count), ...PLACE, ...options })
const launchVerify = (...drafts: readonly TaskRun[]) => mephisto.operator.launch(verify, { task: 'verify', data: fromFeed('drafts', { params: { runs: drafts.map(({ id }) => id) } }), ...PLACE })
const launchFix = (verified: TaskRun) => mephisto.operator.launch(fix, { task: 'fix', data: fromFeed('doubts', { params: { runs: verified.id } }), ...PLACE })
const stateOf = async (run: TaskRun): Promise<TaskRun> => (await mephisto.operator.progress(run.id)).run

let decisions = 0
const review = () => mephisto.caller(TEST_PRINCIPAL).review
async function decide(verdict: 'approve' | 'reject' | 'soft_reject' | 'overturn', ...unitIds: readonly string[]): Promise<string> {
  const decisionId = `decision-${String(decisions += 1)}`
  const { outcomes } = await review().decide({ decisionId, unitIds: [...unitIds], verdict })
  expect(outcomes.map(({ decided }) => decided)).toEqual(unitIds.map(() => true))
  return decisionId
}
const undo = (run: TaskRun) => review().undo({ decisionId: `decision-${String(decisions += 1)}`, run: run.id })

async function write(name: string, run: TaskRun): Promise<string> {
  const task = await mephisto.worker(name).accept(draft, run)
  await task.submit({ text: `${name} on ${task.input.topic}` })
  return task.unitId
}

async function judge(name: string, run: TaskRun, isGood: boolean): Promise<{ unitId: string; text: string }> {
  const task = await mephisto.worker(name).accept(verify, run)
  await task.submit({ isGood, ...(isGood ? {} : { remark: 'too short' }) })
  return { unitId: task.unitId, text: task.input.text }
}

async function exported(run: TaskRun): Promise<ExportRow[]> {
  const rows: ExportRow[] = []
  for await (const row of mephisto.exportRows(verify, { run: run.id })) rows.push(row)
  return rows
}

describe('draft → verify → fix', () => {
  test('goes on live, from one task to the next, until the last text is mended', async () => {
    const drafts = await launchDrafts(3)
    const verification = await launchVerify(drafts)
    const mending = await launchFix(verification)
    expect(await mephisto.worker('vera').refusal(verification)).toBe('waiting_for_items')

    // Ann and Ben write. Nothing is to be verified before it is approved.
    const [annas, bens] = [await write('ann', drafts), await write('ben', drafts)]
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 0 })

    // Ben's is approved first, and is the first to be verified.
    await decide('approve', bens)
    await decide('approve', annas)
    await mephisto.operator.tick()
    const first = await judge('vera', verification, true)
    expect(first.text).toBe('ben on topic 1')

    // Cem's draft is approved by mistake, which is taken back before anybody could see it.
    const cems = await write('cem', drafts)
    await decide('approve', cems)
    await undo(drafts)
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ status: 'running', unitsTotal: 2, dataFeed: { status: 'open' } })

    // It is rejected, and that is overturned: then it is verified.
    await decide('reject', cems)
    await decide('overturn', cems)
    await mephisto.operator.tick()
    const [second, third] = [await judge('vera', verification, false), await judge('vera', verification, false)]
    expect([second.text, third.text]).toEqual(['ann on topic 0', 'cem on topic 2'])

    // All drafts are decided: the verification has all its items and is over.
    expect(await stateOf(verification)).toMatchObject({ status: 'completed', unitsTotal: 3, dataFeed: { status: 'ended', rows: 3 } })

    // Vera's judgements are approved; two of three say that there is something to mend.
    await decide('approve', first.unitId, second.unitId, third.unitId)
    await mephisto.operator.tick()
    for (const text of ['ann on topic 0', 'cem on topic 2']) {
      const task = await mephisto.worker('fritz').accept(fix, mending)
      expect(task.input).toEqual({ text, remark: 'too short' })
      await task.submit({ text: `${text}, longer` })
    }
    expect(await stateOf(mending)).toMatchObject({ status: 'completed', unitsTotal: 2, dataFeed: { status: 'ended', rows: 2 } })

    // Each judgement says which draft it is about.
    expect((await exported(verification)).map(({ source }) => source)).toMatchObject([{ run: drafts.id, unit: bens }, { run: drafts.id, unit: annas }, { run: drafts.id, unit: cems }])
    await expectSound(mephisto, { isSettled: true })
  })

  test('goes through within a moment where the instance was started', async () => {
    const stop = mephisto.start({ everyMs: 60_000 })
    const drafts = await launchDrafts(40)
    const verification = await launchVerify(drafts)
    await expect.poll(async () => (await mephisto.outbox.calls({ subjectId: verification.id, statuses: ['done'] })).calls.length).toBe(1)
    const times: number[] = []
    for (let index = 0; index < 40; index += 1) {
      const unitId = await write(`worker ${String(index)}`, drafts)
      const decided = performance.now()
      await decide('approve', unitId)
      while ((await mephisto.db.feeds.countFree(verification.id, 1)) === 0) await new Promise(resolve => setTimeout(resolve, 1))
      times.push(performance.now() - decided)
      await judge('vera', verification, true)
    }
    await expect.poll(async () => (await stateOf(verification)).status).toBe('completed')
    await stop()
    times.sort((a, b) => a - b)
    console.log(`from the approval to the chained unit: median ${(times[20] ?? 0).toFixed(1)} ms, longest ${(times.at(-1) ?? 0).toFixed(1)} ms`)
    expect(times[20]).toBeLessThan(process.env['MEPHISTO_CI'] === '1' ? 1_000 : 100)
    await expectSound(mephisto, { isSettled: true })
  }, 60_000)
})

describe('a chained run', () => {
  test('takes each answer once, however often it is approved, and keeps what it has when an approval is taken back', async () => {
    const drafts = await launchDrafts(2)
    const verification = await launchVerify(drafts)
    const unitId = await write('ann', drafts)
    await decide('approve', unitId)
    await mephisto.operator.tick()
    await undo(drafts)
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 1, dataFeed: { rows: 1 } })
    for (let times = 0; times < 3; times += 1) {
      await decide('approve', unitId)
      await mephisto.advance(2_000)
      await undo(drafts)
      await mephisto.advance(2_000)
    }
    await decide('approve', unitId)
    await mephisto.advance(2_000)
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 1, dataFeed: { status: 'open', rows: 1 } })
    await expectSound(mephisto)
  })

  test('takes answers that were accepted before it was launched, from several runs', async () => {
    const [one, two] = [await launchDrafts(2), await launchDrafts(2)]
    const units = [await write('ann', one), await write('ann', two), await write('ben', one), await write('ben', two)]
    for (const unitId of [units[1], units[0], units[3], units[2]]) {
      mephisto.runtime.advance(1_000)
      await decide('approve', unitId ?? '')
    }
    const verification = await launchVerify(one, two)
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 4, dataFeed: { status: 'ended' } })
    for (let index = 0; index < 4; index += 1) await judge('vera', verification, true)
    expect((await exported(verification)).map(({ source }) => source?.unit)).toEqual([units[1], units[0], units[3], units[2]])
    await expectSound(mephisto, { isSettled: true })
  })

  test('does not end while an answer waits for a decision, and does when that is against it', async () => {
    const drafts = await launchDrafts(2)
    const verification = await launchVerify(drafts)
    const [annas, bens] = [await write('ann', drafts), await write('ben', drafts)]
    await decide('approve', annas)
    await mephisto.advance(2_000)
    await judge('vera', verification, true)
    expect(await stateOf(verification)).toMatchObject({ status: 'running', unitsOpen: 0, dataFeed: { status: 'open' } })
    await decide('soft_reject', bens)
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ status: 'completed', unitsTotal: 1, dataFeed: { status: 'ended' } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('that ended takes what is overturned or done again later when the operator resumes it', async () => {
    const drafts = await launchDrafts(1)
    const verification = await launchVerify(drafts)
    await decide('reject', await write('ann', drafts))
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ status: 'completed', unitsTotal: 0 })
    await mephisto.operator.requeue(drafts.id)
    await decide('approve', await write('ben', drafts))
    await mephisto.advance(2_000)
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 0 })
    await mephisto.operator.resumeFeed(verification.id)
    await mephisto.operator.tick()
    expect((await judge('vera', verification, true)).text).toBe('ben on topic 0')
    expect(await stateOf(verification)).toMatchObject({ status: 'completed', unitsTotal: 1 })
    await expectSound(mephisto, { isSettled: true })
  })

  test('takes nothing of training, and nothing that was erased', async () => {
    const drafts = await launchDrafts(2, { training: { qualification: 'trained', items: [{ input: { topic: 'known' }, expected: { text: 'ann on known' } }] } })
    const [trained, annas] = [await write('ann', drafts), await write('ann', drafts)]
    expect(trained).not.toBe(annas)
    await decide('approve', annas)
    await mephisto.caller(TEST_PRINCIPAL).privacy.erase({ requestId: 'request-1', person: { provider: 'inhouse', externalId: 'ann' }, force: true })
    const verification = await launchVerify(drafts)
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ status: 'running', unitsTotal: 0, dataFeed: { status: 'open' } })
  })

  test('is refused for a run that there is not, or that is of another blueprint', async () => {
    const drafts = await launchDrafts(1)
    const verification = await launchVerify(drafts)
    await expect(launchVerify({ ...drafts, id: '00000000-0000-7000-8000-000000000000' })).rejects.toMatchObject({ code: 'invalid_input', message: 'Launch options: data.params: there is no task run 00000000-0000-7000-8000-000000000000' })
    await expect(launchVerify(verification)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('is of blueprint "verify", and the feed takes answers of "draft"') as string })
    await expect(mephisto.operator.launch(verify, { task: 'verify', data: fromFeed('drafts'), ...PLACE })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('data.params') as string })
  })

  test('fails at an answer that cannot be made a row, which can be skipped', async () => {
    const picky = implement(verify, { feeds: { drafts: acceptedAnswers(draft, ({ answer }) => {
      if (answer.text.startsWith('ben')) throw new Error('not by Ben')
      return { text: answer.text }
    }) } })
    const own = await createTestMephisto({ blueprints: [implement(draft), picky], file: mephisto.file, seed: 7 })
    const drafts = await launchDrafts(3)
    await decide('approve', await write('ann', drafts), await write('ben', drafts), await write('cem', drafts))
    const verification = await own.operator.launch(verify, { task: 'verify', data: fromFeed('drafts', { params: { runs: drafts.id } }), ...PLACE })
    await own.operator.tick()
    expect(await own.operator.progress(verification.id)).toMatchObject({ run: { dataFeed: { status: 'failed', rows: 1 } }, feedReading: { error: expect.stringContaining('could not be made a row: not by Ben') as string } })
    await own.operator.resumeFeed(verification.id, { skipRow: true })
    await own.operator.tick()
    expect(await own.operator.progress(verification.id)).toMatchObject({ run: { dataFeed: { status: 'ended', rows: 2 } } })
    await own.close()
  })

  test('passes over any number of rejections, in portions', async () => {
    const drafts = await launchDrafts(260)
    const verification = await launchVerify(drafts)
    const unitIds: string[] = []
    for (let index = 0; index < 260; index += 1) unitIds.push(await write('ann', drafts))
    for (let from = 0; from < 260; from += 65) {
      const part = unitIds.slice(from, from + 65)
      await decide('approve', ...part)
      if (from < 195) await undo(drafts)
    }
    await mephisto.operator.tick()
    expect(await stateOf(verification)).toMatchObject({ unitsTotal: 65, dataFeed: { status: 'open', rows: 65 } })
    await decide('reject', ...unitIds.slice(0, 195))
    await mephisto.operator.tick()
    await mephisto.advance(2_000)
    for (let index = 0; index < 65; index += 1) await judge('vera', verification, true)
    await mephisto.advance(2_000)
    expect(await stateOf(verification)).toMatchObject({ status: 'completed', unitsTotal: 65 })
    await expectSound(mephisto, { isSettled: true })
  }, 60_000)

  test('travels to another installation with what its items were made of', async () => {
    const drafts = await launchDrafts(1)
    const verification = await launchVerify(drafts)
    await decide('approve', await write('ann', drafts))
    await mephisto.operator.tick()
    await decide('approve', (await judge('vera', verification, true)).unitId)
    const file = `${mephisto.file}.dump`
    await dump(mephisto.db, { file, runs: [verification.id] })
    const other = await createTestMephisto({ blueprints: chainedBlueprints() })
    await importDump(other.db, other.runtime, { file, actorId: 'olga' })
    expect((await verifyRun(other.db, verification.id)).difference).toBeNull()
    expect((await other.operator.progress(verification.id)).run).toMatchObject({ dataFeed: { status: 'ended', rows: 1 }, config: { dataFeed: { name: 'drafts' } } })
    const rows: ExportRow[] = []
    for await (const row of other.exportRows(verify, { run: verification.id })) rows.push(row)
    expect(rows).toMatchObject([{ source: { run: drafts.id } }])
    await other.close()
  })
})

test('the data of a run stays while another takes its answers, and what was made of them stays after it went', async () => {
  const drafts = await launchDrafts(1)
  const verification = await launchVerify(drafts)
  await decide('approve', await write('ann', drafts))
  await mephisto.operator.archive(drafts.id)
  const remove = () => mephisto.privacy.removeData(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), run: drafts.id, isForGood: true })
  await expect(remove()).rejects.toMatchObject({ code: 'conflict', message: `The feed of task run ${verification.id} still reads answers of task run ${drafts.id}. Let it end, or drain that run.` })
  await mephisto.operator.tick()
  expect(await stateOf(verification)).toMatchObject({ unitsTotal: 1, dataFeed: { status: 'ended' } })
  await remove()
  await expect(launchVerify(drafts)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(`the data of task run ${drafts.id} was removed, so there are no answers to take`) as string })
  expect((await judge('vera', verification, true)).text).toBe('ann on topic 0')
  for (const run of [drafts, verification]) expect(await verifyRun(mephisto.db, run.id)).toMatchObject({ difference: null })
})
