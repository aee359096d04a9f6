import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMephistoError, verifyRun, type TaskRun } from '../../sdk/index.js'
import { eraseRun } from '../../sdk/operations/erase-run.js'
import { holdRuns } from '../../sdk/operations/run-hold.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import type { TransferTable } from '../../sdk/ports/transfer-operations.js'
import { rowsOf } from '../data-reading.js'
import { letters, nameOf, openLettersStage, standing, type LettersStage } from '../letters-stage.js'
import { OLGA, VERA } from '../principals.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

const requestId = (): string => crypto.randomUUID()
const codeAndWords = async (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: unknown) => (isMephistoError(error) ? `${error.code}: ${error.message}` : String(error)))
const OF_RUNS: readonly TransferTable[] = ['assignment', 'unit', 'agent', 'event', 'submission', 'session', 'packet', 'remark', 'decision', 'ledger_entry', 'run_worker']

describe.each(await targetKinds())('on %s', kind => {
  let target: OwnTarget
  let stage: LettersStage
  let now: number
  beforeEach(async () => {
    target = await makeTarget(kind)
    now = Date.UTC(2026, 0, 1)
    stage = await openLettersStage(target, { now: () => now })
  }, 60_000)
  afterEach(async () => {
    await stage.close()
    await target.drop()
  })

  const remove = (run: TaskRun, id = requestId()) => stage.mephisto.privacy.removeData(OLGA, { requestId: id, run: run.id, isForGood: true })
  /** A run that is over and archived, with a word everywhere in it. */
  async function archived(word: string, options: object = {}): Promise<TaskRun> {
    const run = await stage.launch(word, options)
    await stage.fill(run, word)
    return stage.mephisto.operator.archive(run.id)
  }
  /** Every row of a run, of tables that have a run's id. */
  async function rowsIn({ id }: TaskRun): Promise<unknown> {
    const tables: unknown[] = [await stage.db.transfer.rows('task_run', { column: 'id', ids: [id] })]
    for (const table of OF_RUNS) tables.push(await stage.db.transfer.rows(table, { column: 'run_id', ids: [id] }))
    return [tables, await stage.db.files.ofRun(id, { after: '', limit: 99 })]
  }
  const expectSound = async (...runs: readonly TaskRun[]): Promise<void> => {
    for (const { id } of runs) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
  }

  test('[114] (row 155) inputs, answers, what was said and files of the run go, and nothing else does', async () => {
    const [run, other] = [await archived('planted'), await archived('staying')]
    const [before, kept] = [await rowsIn(other), stage.kept().size]
    const { run: { status, money, unitsAnswered }, units, workers, setAside } = await stage.mephisto.operator.progress(run.id).then(progress => ({ ...progress, run: { ...progress.run, money: [progress.run.owedMinor, progress.run.reservedMinor, progress.run.paidMinor] } }))
    const people = await stage.mephisto.data.workers()
    expect((await standing(target, 'planted')).length).toBeGreaterThan(15)
    const reply = await remove(run)
    expect(reply).toEqual({ run: run.id, task: nameOf('planted'), removedAt: new Date(now).toISOString(), units: 6, answers: 6, files: 2 })
    expect(await standing(target, 'planted')).toEqual([])
    expect(stage.kept().size).toBe(kept - 2)
    expect(await rowsIn(other)).toEqual(before)
    const after = await stage.mephisto.operator.progress(run.id)
    expect(after).toMatchObject({ run: { status, unitsAnswered, dataRemovedAt: now }, units, workers, setAside })
    expect([after.run.owedMinor, after.run.reservedMinor, after.run.paidMinor]).toEqual(money)
    expect(await stage.mephisto.data.workers()).toEqual(people)
    await expectSound(run, other)
    const { entries } = await stage.mephisto.audit.list({ action: 'remove_data' })
    expect(entries).toMatchObject([{ actor: 'olga', subject: 'task_run', subjectId: run.id }])
  })

  test('what needs the data is refused with a sentence: exports, more work, a second life', async () => {
    const [run, other] = [await archived('planted'), await archived('staying')]
    await remove(run)
    const { operator, exportRows } = stage.mephisto
    expect(await codeAndWords(rowsOf(exportRows(letters, { run: run.id })))).toBe(`conflict: The data of task run ${run.id} was removed on 2026-01-01T00:00:00.000Z, so there is nothing to export. Its counts and its money are still there: look at its progress.`)
    for (const more of [() => operator.requeue(run.id), () => operator.topUp(run.id, { topUpId: requestId(), data: [{ text: 'more' }] }), () => operator.topUp(run.id, { topUpId: requestId(), unitsPerAssignment: 3 })]) {
      expect(await codeAndWords(more())).toBe(`illegal_move: The data of task run ${run.id} was removed, so it gets no more work. Launch another run.`)
    }
    expect(await rowsOf(exportRows(letters, { run: other.id }))).toHaveLength(2)
    // Back in lists, and still without its data.
    expect(await operator.unarchive(run.id)).toMatchObject({ archivedAt: null, dataRemovedAt: now })
    await expectSound(run, other)
  })

  test('a run that goes on, is not archived or owes its people a decision keeps its data', async () => {
    const run = await stage.launch('planted')
    await stage.worker('ann').onboard(letters, run, { why: 'x' })
    for (const reply of ['planted reply', 'planted other']) await (await stage.worker('ann').accept(letters, run)).submit({ reply })
    const { operator, caller } = stage.mephisto
    expect(await codeAndWords(remove(run))).toBe(`illegal_move: Task run ${run.id} is running. Let it end and archive it; then its data can be removed.`)
    await operator.expire(run.id)
    expect(await codeAndWords(remove(run))).toBe(`illegal_move: Task run ${run.id} is not archived; its data is kept until it is.`)
    await operator.archive(run.id)
    expect(await codeAndWords(remove(run))).toBe(`conflict: Answers of task run ${run.id} wait for a decision, and $0.10 is reserved for them. Decide about them before their texts are gone.`)
    expect((await standing(target, 'planted reply')).length).toBe(1)
    const [row] = (await stage.mephisto.data.page({ run: run.id })).rows
    expect(await codeAndWords(stage.mephisto.privacy.removeData(OLGA, { requestId: requestId(), run: requestId(), isForGood: true }))).toMatch(/^not_found: /)
    await expect(caller(VERA).privacy.removeData({ requestId: requestId(), run: run.id, isForGood: true })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await caller(OLGA).review.decide({ decisionId: requestId(), unitIds: [row?.unit ?? ''], verdict: 'reject' })
    await remove(run)
    expect(await standing(target, 'planted')).toEqual([])
    await expectSound(run)
  })

  test('two at once, by two instances, are one; the same request gets the same reply; others say since when', async () => {
    const run = await archived('planted')
    const other = await openLettersStage(target, { now: () => now })
    const [id, ids] = [requestId(), [requestId(), requestId()]]
    const request = (of: string) => ({ requestId: of, run: run.id, isForGood: true as const })
    const replies = await Promise.all([stage, other].flatMap(({ mephisto }, index) => [mephisto.privacy.removeData(OLGA, request(id)), mephisto.privacy.removeData(OLGA, request(ids[index] ?? ''))]))
    expect(new Set(replies.map(({ removedAt }) => removedAt)).size).toBe(1)
    expect(replies[0]).toEqual(replies[2])
    expect(replies.map(({ files }) => files).sort()).toContain(2)
    now += 5_000
    const { feed } = (await stage.db.runs.pulse(run.id)) ?? { feed: 0 }
    expect((await remove(run)).removedAt).toBe(replies[0]?.removedAt)
    expect((await stage.db.runs.pulse(run.id))?.feed).toBe(feed)
    expect(await standing(target, 'planted')).toEqual([])
    await expectSound(run)
    await other.close()
  })

  test('upkeep that erases its answers just then does not say that nothing is left: its items go too', async () => {
    const run = await archived('planted')
    const { db } = stage
    let isMarked = false
    const get: typeof db.runs.get = async id => {
      const seen = await db.runs.get(id)
      if (!isMarked) {
        isMarked = true
        await holdRuns({ db, runtime: systemRuntime() }, [run.id], hold => Promise.resolve(hold.change(run.id, 'dataRemovedAt', now)))
      }
      return seen
    }
    await eraseRun({ db: { ...db, runs: { ...db.runs, get } }, runtime: systemRuntime() }, run.id)
    expect([isMarked, await db.privacy.isErased(run.id)]).toEqual([true, false])
    await stage.mephisto.operator.tick()
    await remove(run)
    expect(await standing(target, 'planted')).toEqual([])
    await expectSound(run)
  })

  test('what comes in late is kept from nobody who looks at once, and erased by upkeep', async () => {
    const run = await stage.launch('planted')
    const task = await stage.fill(run, 'planted')
    await stage.mephisto.operator.archive(run.id)
    await remove(run)
    expect(await task.submit({ reply: 'planted afterthought' })).toMatchObject({ outcome: 'set_aside' })
    await task.upload('planted late content', { name: 'planted.txt' }).catch(() => undefined)
    expect((await standing(target, 'planted')).length).toBeGreaterThan(0)
    expect((await stage.mephisto.operator.tick()).erasedAnswers).toBe(1)
    expect(await standing(target, 'planted')).toEqual([])
    expect((await stage.mephisto.operator.tick()).erasedAnswers).toBe(0)
    await expectSound(run)
  })
})
