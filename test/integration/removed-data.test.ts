// How a run whose data was removed, or is being removed, looks to whoever exports, dumps, lists or launches something after it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { dump, importDump, verifyRun, type TaskRun } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { exportRows } from '../../sdk/review/exports/export-rows.js'
import { selectAnswers } from '../../sdk/review/exports/selected-answers.js'
import { createPrivacyDesk } from '../../sdk/review/privacy/create-privacy-desk.js'
import { serveApp, type AppServer } from '../app-server.js'
import { rowsOf } from '../data-reading.js'
import { finishedStage, RITA, type FinishedStage } from '../finished-stage.js'
import { openLettersStage, standing } from '../letters-stage.js'
import { OLGA } from '../principals.js'
import { runCommand } from '../run-command.js'
import { check, makeTarget } from '../scenarios/promise-target.js'

let [folder, file] = ['', '']
let stage: FinishedStage
let app: AppServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-removed-'))
  file = join(folder, 'work.db')
  stage = await finishedStage(file)
  app = await serveApp(stage.mephisto)
  await stage.decide((await stage.mephisto.data.page()).rows.map(row => row.unit), 'approve')
  await stage.mephisto.operator.archive(stage.mail.id)
})
afterEach(async () => {
  await app.close()
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const request = (run: TaskRun) => ({ requestId: crypto.randomUUID(), run: run.id, isForGood: true as const })
const remove = (run: TaskRun) => stage.mephisto.privacy.removeData(RITA, request(run))
/** The mark is set, and then the process is gone. */
async function begin(run: TaskRun): Promise<void> {
  const { db } = stage.mephisto
  const cut = { ...db, privacy: { ...db.privacy, isErased: () => Promise.reject(new Error('this process is gone')) } }
  await expect(createPrivacyDesk({ db: cut, runtime: systemRuntime() }).removeData(RITA, request(run))).rejects.toThrow('this process is gone')
}
const WORDS = 'was removed on'

describe('exports', () => {
  const out = (name: string): string => join(folder, name)

  test('of a task or project leave it out and say so: on the command line, in the card and over HTTP', async () => {
    await remove(stage.mail)
    for (const place of [['--db', file], ['--url', app.url]]) {
      const where = out(place[0] ?? '')
      expect(await runCommand('export', '--project', 'letters', ...place, '--out', `${where}.jsonl`)).toEqual({ code: 0, out: expect.stringContaining('1 answer of 1 person') as string, err: 'Left out: 1 run whose data was removed.\n' })
      expect(readFileSync(`${where}.jsonl`, 'utf8').trim().split('\n').map(line => (JSON.parse(line) as { run: string }).run)).toEqual([stage.chat.id])
    }
    expect(await runCommand('export', '--project', 'letters', '--db', file, '--out', out('all.csv'), '--format', 'csv', '--card')).toMatchObject({ code: 0 })
    expect(readFileSync(out('README.md'), 'utf8')).toContain('\nLeft out: 1 run whose data was removed.\n')
  })

  test('of it alone, or of nothing else, are refused', async () => {
    const { removedAt } = await remove(stage.mail)
    const sentence = `The data of task run ${stage.mail.id} ${WORDS} ${removedAt}`
    for (const place of [['--db', file], ['--url', app.url]]) {
      for (const of of [['--run', stage.mail.id], ['--task', 'mail'], ['--run', stage.mail.id, '--set-aside'], ['--worker', 'ben']]) {
        expect(await runCommand('export', ...of, ...place, '--out', out('none.jsonl')), of.join(' ')).toMatchObject({ code: 1, err: expect.stringContaining(sentence) as string })
      }
    }
    expect(existsSync(out('none.jsonl'))).toBe(false)
    await expect(rowsOf(exportRows(stage.mephisto.db, stage.mail.id))).rejects.toMatchObject({ code: 'conflict' })
    await expect(stage.mephisto.caller(RITA).data.export({ run: stage.mail.id })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('under way fail rather than end in blank rows', async () => {
    const { db } = stage.mephisto
    const before = await selectAnswers(db, { project: 'letters' }, () => ({}))
    const answersOfItems: typeof db.units.answersOfItems = async items => {
      if (items.runId === stage.mail.id) await remove(stage.mail)
      return db.units.answersOfItems(items)
    }
    const within = await selectAnswers({ ...db, units: { ...db.units, answersOfItems } }, { project: 'letters' }, () => ({}))
    for (const { pages } of [within, before]) await expect(rowsOf(pages)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(WORDS) as string })
  })

  test('are refused from the mark on, before anything of it is gone', async () => {
    await begin(stage.mail)
    await expect(rowsOf(exportRows(stage.mephisto.db, stage.mail.id))).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a dump', () => {
  test('has its log, counts and money, says that its data is gone, and comes in elsewhere as it is', async () => {
    await stage.mephisto.operator.expire(stage.empty.id)
    await remove(stage.mail)
    const path = join(folder, 'all.jsonl')
    expect(await runCommand('dump', '--db', file, '--out', path)).toMatchObject({ code: 0, out: expect.stringContaining('Of 1 of them the data was removed: they are in it without inputs and answers.') as string })
    expect(readFileSync(path, 'utf8')).not.toContain('mail 3')
    const db = await embeddedDb({ file: join(folder, 'there.db') })
    onTestFinished(() => db.close())
    expect(await importDump(db, systemRuntime(), { file: path, actorId: 'olga' })).toMatchObject({ runs: 3 })
    const [here, there] = [await stage.mephisto.db.runs.get(stage.mail.id), await db.runs.get(stage.mail.id)]
    expect(there).toEqual({ ...here, freeFrom: there?.freeFrom })
    expect(there?.dataRemovedAt).not.toBeNull()
    expect(await verifyRun(db, stage.mail.id)).toEqual(await verifyRun(stage.mephisto.db, stage.mail.id))
    await expect(rowsOf(exportRows(db, stage.mail.id))).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is not made of it while it is being removed, and an older one does not bring its data back', async () => {
    const { db, operator } = stage.mephisto
    const [path, older] = [join(folder, 'half.jsonl'), join(folder, 'older.jsonl')]
    await dump(db, { file: older, runs: [stage.mail.id] })
    await begin(stage.mail)
    await expect(dump(db, { file: path, runs: [stage.mail.id] })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is being removed just now') as string })
    expect(existsSync(path)).toBe(false)
    await operator.tick()
    expect(await dump(db, { file: path, runs: [stage.mail.id] })).toMatchObject({ runs: 1, withoutData: 1 })
    expect(await importDump(db, systemRuntime(), { file: older, actorId: 'olga' })).toMatchObject({ runs: 0, known: 1, differing: [stage.mail.id] })
    await expect(rowsOf(exportRows(db, stage.mail.id))).rejects.toMatchObject({ code: 'conflict' })
  })
})

test('on the command line: it asks, is done once, and is told in lists', async () => {
  const at = (...words: string[]) => runCommand(...words, '--db', file)
  expect(await at('remove-data', stage.mail.id)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`Nothing was removed. Export what you need ("mephisto export --run ${stage.mail.id}"), and give --yes where nobody can be asked.`) as string })
  expect(await at('remove-data', stage.chat.id, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('is not archived; its data is kept until it is') as string })
  expect(await at('remove-data', crypto.randomUUID(), '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('There is no task run') as string })
  expect((await stage.mephisto.db.runs.get(stage.mail.id))?.dataRemovedAt).toBeNull()
  const over = await runCommand('remove-data', stage.mail.id, '--yes', '--url', app.url)
  expect(over).toEqual({ code: 0, err: '', out: `Removed the data of task run ${stage.mail.id} of "mail": 4 answers and 0 files. Upkeep removes what is in the file store.\n` })
  expect(JSON.parse((await at('remove-data', stage.mail.id, '--yes', '--json')).out)).toMatchObject({ run: stage.mail.id, answers: 4 })
  expect((await at('runs', '--archived')).out).toMatch(/4\/4 answered {2}mail \(data removed\)\n$/)
  expect((await at('progress', stage.mail.id)).out).toContain('its inputs and answers were removed on ')
  expect((await at('audit', '--action', 'remove_data')).out.trim().split('\n')).toHaveLength(2)
  expect((await at('verify')).code).toBe(0)
})

test('what the host is still to be told of keeps the data until it was', async () => {
  const target = await makeTarget('sqlite')
  const told: string[] = []
  const own = await openLettersStage(target, { onUnitSubmitted: () => { told.push('one'); return Promise.resolve() } })
  const run = await own.launch('planted')
  await own.fill(run, 'planted')
  await own.mephisto.operator.archive(run.id)
  await expect(own.mephisto.privacy.removeData(OLGA, request(run))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('A call "unit.submitted.letters"') as string })
  await own.mephisto.operator.tick()
  expect(told.length).toBeGreaterThan(1)
  await own.mephisto.privacy.removeData(OLGA, request(run))
  expect(await standing(target, 'planted')).toEqual([])
  expect(await check(target)).toEqual([])
  await own.close()
  await target.drop()
})
