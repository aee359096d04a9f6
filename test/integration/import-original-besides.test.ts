import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { openDatabase } from '../../prisma/open-database.js'
import { openOriginal } from '../../prisma/open-original.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'
import { diskFiles } from '../../sdk/files/index.js'
import { dump, implement, importDump, verifyRun, type MephistoDb } from '../../sdk/index.js'
import { createDataBrowser } from '../../sdk/operations/data-browser/data-browser.js'
import { discardFiles } from '../../sdk/operations/files/discard-files.js'
import { fileKey } from '../../sdk/operations/files/file-keys.js'
import { importOriginal, planOriginal, type OriginalOptions, type OriginalReport } from '../../sdk/operations/original/import-original.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { exportRows } from '../../sdk/review/exports/export-rows.js'
import { createTestMephisto, withFaults } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { rating, RITA } from '../finished-stage.js'
import { cutOffAt } from '../killed.js'
import { ANN_NUMBER, filledFolder } from '../original-folder.js'
import { runCommand as mephisto } from '../run-command.js'

// What a folder of the original has beside answers: bonuses, tips, feedback, opinions, files.

const TIPS = [{ header: 'Fast', text: 'Use the keyboard ü😀', accepted: false }, { header: 'Slow', text: 'Read twice', accepted: true }]
let folder: string
let original: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-besides-'))
  original = join(folder, 'original')
  store = join(folder, 'store')
  filledFolder(original)
})
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

function change(...statements: readonly string[]): void {
  const database = chooseDriver().open(join(original, 'database.db'), 1_000)
  for (const statement of statements) database.exec(statement)
  database.close()
}
/** Writes a file of ann's attempt at the first item (`31`), or of another one. */
function put(path: string, content: unknown): void {
  const at = join(original, 'data', 'runs', 'mail', '5000000', path)
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content))
}
const meta = (more: object) => ({ task_start: 1_714_557_700, task_end: 1_714_557_760, default: null, ...more })

async function target(name = 'here'): Promise<MephistoDb> {
  const db = await openDatabase({ at: join(folder, `${name}.db`) }, { migrate: true })
  onTestFinished(() => db.close())
  return db
}
async function withSource<T>(work: (source: ReturnType<typeof openOriginal>) => Promise<T>): Promise<T> {
  const source = openOriginal(join(original, 'database.db'))
  try {
    return await work(source)
  } finally {
    source.close()
  }
}
const bring = (db: MephistoDb, more: Partial<OriginalOptions> = {}): Promise<OriginalReport> =>
  withSource(source => importOriginal(db, systemRuntime(), { folder: original, source, actorId: 'olga', currency: 'USD', ...more }))
const withStore = (): Pick<OriginalOptions, 'store'> => ({ store: diskFiles({ folder: store }) })

async function onlyRun(db: MephistoDb): Promise<string> {
  const { rows } = await db.runs.find()
  expect((await verifyRun(db, rows[0]?.id ?? '')).difference).toBeNull()
  return rows[0]?.id ?? ''
}
async function answersOf(db: MephistoDb): Promise<unknown[]> {
  const answers = []
  for await (const { answer } of exportRows(db, await onlyRun(db))) answers.push(answer)
  return answers
}
const filesOf = async (db: MephistoDb) => (await db.files.ofRun(await onlyRun(db), { after: '', limit: 100 })).toSorted((a, b) => (a.name < b.name ? -1 : 1))

describe('bonuses of reviews', () => {
  const bonus = (id: number, worker: number | bigint, unit: number | null, amount: string): string => `INSERT INTO worker_review (id, worker_id, unit_id, status, bonus, creation_date) VALUES (${String(id)}, ${String(worker)}, ${String(unit)}, 'approved', ${amount}, '2024-06-01 10:00:00.000')`

  test.each(['sqlite', 'postgresql', 'mysql'] as const)('were paid, outside of any unit, and the log knows it: on %s', async kind => {
    change('UPDATE worker_review SET bonus = 0.5 WHERE id = 51', bonus(60, ANN_NUMBER, 3_000_001, "'0.25'"))
    if (kind !== 'sqlite' && !await isServing(kind)) return
    const database = kind === 'sqlite' ? null : await createDatabase(kind)
    const db = database === null ? await target() : await openDatabase({ at: database.url }, { migrate: true })
    if (database !== null) onTestFinished(async () => {
      await db.close()
      await database.drop()
    })
    expect((await bring(db)).notes).toMatchObject({ 'bonuses (paid outside of units)': 2, 'verdicts that were followed by another one on the same unit (not imported)': 1 })
    const run = await db.runs.get(await onlyRun(db))
    expect(run).toMatchObject({ paidMinor: 100, owedMinor: 0, reservedMinor: 0 })
    const { workers } = await createDataBrowser({ db }).workers()
    expect(workers.map(({ worker, pay }) => [worker.externalId, pay[0]?.earned.minor, pay[0]?.extra.minor]).sort()).toEqual([['ann', 25, 75], ['ben', 0, 0]])
    expect(await bring(db)).toMatchObject({ runs: 0, known: 1, rows: 0 })
    const file = join(folder, `${kind}.jsonl`)
    await dump(db, { file })
    const other = await target('other')
    await importDump(other, systemRuntime(), { file, actorId: 'olga' })
    expect((await other.runs.get(await onlyRun(other)))?.paidMinor).toBe(100)
  })

  test('that are none, of nobody or of no money are left out by their number', async () => {
    change("UPDATE worker_review SET bonus = 'much' WHERE id = 51", bonus(60, 1_000_005, 3_000_003, '1'), bonus(61, ANN_NUMBER, null, '2'), bonus(62, ANN_NUMBER, 3_000_001, '0'))
    const { notes } = await bring(await target())
    expect(notes).toMatchObject({ 'bonuses that were no amounts (left out)': 1, 'bonuses of people who have no attempt at the unit (left out)': 1, 'bonuses of no unit (not imported)': 1 })
    change('UPDATE task_runs SET sandbox = 1', 'UPDATE worker_review SET bonus = 1 WHERE id = 51')
    const sandbox = await target('sandbox')
    expect((await bring(sandbox)).notes).toMatchObject({ 'bonuses in a sandbox (no money; left out)': 2 })
    expect((await sandbox.runs.get(await onlyRun(sandbox)))?.paidMinor).toBe(0)
  })
})

describe('what workers had to say', () => {
  test('is kept with their answer and counted, and erased with it', async () => {
    put('2000001/31/agent_meta.json', meta({ tips: TIPS, feedback: [{ question: 'How was it?', text: 'Good' }], worker_opinion: { questions: [{ id: 'q', answer: 'Fine' }] }, mood: 'sunny' }))
    const instance = await createTestMephisto({ blueprints: [implement(rating)], file: join(folder, 'here.db') })
    onTestFinished(() => instance.close())
    const { db } = instance
    expect((await bring(db)).notes).toMatchObject({
      'tips (kept with the answer, as agent_meta)': 2, 'texts of feedback (kept with the answer, as agent_meta)': 1, 'opinions about a task (kept with the answer, as agent_meta)': 1, 'other notes about an attempt (kept with the answer, as agent_meta)': 1,
    })
    const [first, second] = await answersOf(db)
    expect(first).toEqual({ inputs: { text: 'x' }, outputs: { final_data: { label: 1 } }, agent_meta: { tips: TIPS, feedback: [{ question: 'How was it?', text: 'Good' }], worker_opinion: { questions: [{ id: 'q', answer: 'Fine' }] }, mood: 'sunny' } })
    expect(second).not.toHaveProperty('agent_meta')
    expect(await bring(db)).toMatchObject({ runs: 0, known: 1, rows: 0 })
    await instance.privacy.erase(RITA, { requestId: crypto.randomUUID(), person: { provider: 'mturk', externalId: 'ann' } })
    expect((await answersOf(db))[0]).toEqual({ erased: true })
  })

  test('without an answer to keep it with is counted', async () => {
    put('2000001/33/agent_meta.json', meta({ tips: TIPS, feedback: [] }))
    put('2000001/31/agent_data.json', '"a text"')
    put('2000001/31/agent_meta.json', meta({ feedback: [{ text: 'Good' }] }))
    put('2000002/32/agent_data.json', { agent_meta: 1 })
    put('2000002/32/agent_meta.json', '{"damaged')
    const db = await target()
    expect((await bring(db)).notes).toMatchObject({
      'tips (left out: there is no answer to keep them with)': 2, 'texts of feedback (left out: there is no answer to keep them with)': 1, 'other notes about an attempt (left out: there is no answer to keep them with)': 1,
    })
    expect(await answersOf(db)).toEqual(['a text', { agent_meta: 1 }])
  })
})

describe('files of answers', () => {
  beforeEach(() => {
    put('2000001/31/photo ü.PNG', 'a picture')
    put('2000001/31/more/notes.xyz', 'notes')
    put('2000002/32/empty.txt', '')
    put('2000001/33/left behind.txt', 'of an attempt that was given back')
  })

  test('come in where a store is given, once, and can be saved', async () => {
    symlinkSync('/etc/hostname', join(original, 'data', 'runs', 'mail', '5000000', '2000002', '32', 'link'))
    const db = await target()
    expect(await bring(db)).toMatchObject({ files: 0, notes: { 'files of answers (left out: no file store was given)': 4, 'files of answers that are no files, but links or the like (left out)': 1 } })
    expect(await bring(db, withStore())).toMatchObject({ runs: 0, known: 1, files: 3, notes: { 'files of attempts without an answer (left out)': 1 } })
    const files = await filesOf(db)
    expect(files.map(({ name, mediaType, bytes, status }) => [name, mediaType, bytes, status])).toEqual([['empty.txt', 'text/plain', 0, 'handed_in'], ['notes.xyz', 'application/octet-stream', 5, 'handed_in'], ['photo ü.PNG', 'image/png', 9, 'handed_in']])
    const [, , photo] = files
    const agent = await db.agents.get(photo?.agentId ?? '')
    expect((await db.workers.get(agent?.workerId ?? ''))?.externalId).toBe('ann')
    expect(readFileSync(join(store, fileKey(photo ?? { runId: '', id: '' }, 1)), 'utf8')).toBe('a picture')
    expect(await bring(db, withStore())).toMatchObject({ files: 0, rows: 0 })
    expect((await bring(db)).notes).not.toHaveProperty('files of answers (left out: no file store was given)', 4)
    expect((await mephisto('files', '--db', join(folder, 'here.db'), '--run', await onlyRun(db), '--store', store, '--out', join(folder, 'saved'))).out).toMatch(/^Saved 3 files/)
  })

  test.each(['postgresql', 'mysql'] as const)('come in on %s, also twice at once', async kind => {
    if (!await isServing(kind)) return
    const database = await createDatabase(kind)
    const both = [await openDatabase({ at: database.url }, { migrate: true }), await openDatabase({ at: database.url }, { migrate: true })] as const
    onTestFinished(async () => {
      for (const db of both) await db.close()
      await database.drop()
    })
    await Promise.all(both.map(db => bring(db, withStore())))
    await bring(both[0], withStore())
    const files = await filesOf(both[0])
    expect(files.map(({ name }) => name)).toEqual(['empty.txt', 'notes.xyz', 'photo ü.PNG'])
    for (const file of files) expect(readFileSync(join(store, fileKey(file, file.attempt)), 'utf8')).toHaveLength(file.bytes)
  })

  test('go with the person, and do not come back', async () => {
    const instance = await createTestMephisto({ blueprints: [implement(rating)], file: join(folder, 'here.db') })
    onTestFinished(() => instance.close())
    const { db, runtime } = instance
    await bring(db, withStore())
    await instance.privacy.erase(RITA, { requestId: crypto.randomUUID(), person: { provider: 'mturk', externalId: 'ann' } })
    expect((await filesOf(db)).map(({ name }) => name)).toEqual(['empty.txt'])
    const forgotten = async (): Promise<void> => {
      await discardFiles({ db, runtime, store: diskFiles({ folder: store }) })
      expect(await bring(db, withStore())).toMatchObject({ files: 0, notes: { 'files of answers that were erased here, or discarded (left out)': 2 } })
    }
    await forgotten()
    // The rows go a day later.
    runtime.advance(2 * 86_400_000)
    await forgotten()
    expect((await filesOf(db)).map(({ name }) => name)).toEqual(['empty.txt'])
  })

  test('that come in while the process is killed are whole when it is imported again', async () => {
    let cuts = 0
    for (let last = 1, isOver = false; !isOver; last += 11) {
      const cut = cutOffAt(last)
      await (await target(`cut-${String(last)}`)).close()
      const { client, close } = await openEmbeddedClient({ file: join(folder, `cut-${String(last)}.db`) })
      const struck = prismaDb(withFaults(client, cut.plan), { provider: 'sqlite' })
      const own = { store: diskFiles({ folder: join(store, String(last)) }) }
      expect(await bring(struck, own).then(() => 'done', () => 'cut')).toBe(cut.isStruck() ? 'cut' : 'done')
      isOver = !cut.isStruck()
      const again = prismaDb(client, { provider: 'sqlite' })
      await bring(again, own)
      expect(await bring(again, own)).toMatchObject({ runs: 0, rows: 0, files: 0 })
      const files = await filesOf(again)
      expect(files.map(({ name }) => name)).toEqual(['empty.txt', 'notes.xyz', 'photo ü.PNG'])
      for (const file of files) expect(readFileSync(join(store, String(last), fileKey(file, file.attempt)), 'utf8')).toHaveLength(file.bytes)
      await close()
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(5)
  }, 60_000)

  test('are none from outside of the folder, whatever the database says', async () => {
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    change('ALTER TABLE agents RENAME TO numbered', 'CREATE TABLE agents AS SELECT * FROM numbered', "UPDATE agents SET assignment_id = '../../../../../..' WHERE agent_id = 31", "UPDATE agents SET agent_id = '../..' WHERE agent_id = 31")
    const db = await target()
    const { files } = await bring(db, withStore())
    expect(files).toBe(1)
    expect((await filesOf(db)).map(({ name }) => name)).toEqual(['empty.txt'])
  })

  test('wait for a store that does not take them', async () => {
    const db = await target()
    const full = { ...diskFiles({ folder: store }), put: () => Promise.reject(new Error('no space left')) }
    await expect(bring(db, { store: full })).rejects.toMatchObject({ code: 'unavailable' })
    expect(await bring(db, withStore())).toMatchObject({ runs: 0, known: 1, files: 3 })
  })
})

test('what has no place here is counted', async () => {
  change('CREATE TABLE imported_data (id INTEGER PRIMARY KEY, data_labels TEXT, creation_date TEXT)', "INSERT INTO imported_data (data_labels, creation_date) VALUES ('[]', '2024-05-01')",
    "INSERT INTO worker_review (id, worker_id, status, updated_qualification_id, review_note) VALUES (70, 1000005, 'grant', 1, 'well done')")
  writeFileSync(join(original, 'mturk.db'), '')
  expect((await bring(await target())).notes).toEqual({
    'units that waited for a worker (expired)': 1, 'attempts at onboarding (not imported)': 1, 'changes of qualifications in reviews (not imported; who has them in the end is)': 1, 'notes of reviews of no unit (not imported)': 1,
    'labels of earlier imports (not imported)': 1, 'databases of providers beside database.db (not imported)': 1,
  })
})

describe('what is here already', () => {
  async function another(name: string): Promise<MephistoDb> {
    const db = await target(name)
    await db.tasks.create({ id: crypto.randomUUID(), name: 'old mails', blueprintType: 'rating', projectId: null, at: 1 })
    await db.qualifications.create({ id: crypto.randomUUID(), name: 'english', description: null, at: 1 })
    return db
  }

  test('is dealt with as for a dump: planned, refused, or made under another name', async () => {
    const db = await another('here')
    const plan = await withSource(source => planOriginal(db, { folder: original, source }))
    expect(plan).toMatchObject({ runs: 1, known: 0, counts: { tasks: 1, qualifications: 1 }, refusal: expect.stringContaining('Task "old mails" is of the blueprint "rating" here') as string })
    await expect(bring(db, { onConflict: { tasks: 'rename', qualifications: 'refuse' } })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('There is a qualification "english" here already') as string })
    await expect(bring(db, { onConflict: { except: { tasks: { mails: 'rename' } } } })).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await db.runs.find()).rows).toEqual([])
    const rename = { onConflict: { tasks: 'rename' } } as const
    expect(await bring(db, rename)).toMatchObject({ runs: 1, renamed: [{ kind: 'tasks', from: 'old mails', to: 'old mails (original)' }] })
    expect(await bring(db, rename)).toMatchObject({ runs: 0, known: 1, rows: 0, renamed: [] })
    expect((await db.qualifications.find()).rows).toHaveLength(1)
    await onlyRun(db)
  })

  test('is looked for also where a table cannot be read', async () => {
    change('ALTER TABLE granted_qualifications DROP COLUMN creation_date')
    const { runs, notes } = await bring(await another('here'), { onConflict: { tasks: 'rename' } })
    expect([runs, Object.keys(notes).filter(note => note.includes('granted_qualifications cannot be read')).length]).toEqual([1, 1])
  })

  test('on the command line', async () => {
    put('2000001/31/photo.png', 'a picture')
    await (await another('there')).close()
    const words = ['import-original', original, '--db', join(folder, 'there.db')]
    expect(await mephisto(...words, '--dry-run')).toMatchObject({ code: 1, out: expect.stringMatching(/^Would import 1 runs; 0 runs are here\. Nothing was written\.\n(.*\n)*It would be refused: Task "old mails"/) as string })
    const done = await mephisto(...words, '--on-conflict', 'tasks=rename', '--label', 'python', '--store', store)
    expect([done.code, done.err]).toEqual([0, ''])
    expect(done.out).toMatch(/^Imported 1 runs, \d+ rows, 1 files; 0 runs were here before\.\n {2}tasks {2}"old mails" came in as "old mails \(python\)"\n/)
    expect((await mephisto(...words, '--dry-run')).out).toContain('Would import 0 runs; 1 runs are here.')
  })
})
