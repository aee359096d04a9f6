import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { openDatabase } from '../../prisma/open-database.js'
import { dump, implement, importDump, verifyRun, type MephistoDb } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { exportRows } from '../../sdk/review/exports/export-rows.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { linesOf, resealed } from '../dump-text.js'
import { finishedStage, rating, RITA, type FinishedStage } from '../finished-stage.js'
import { runCommand as mephisto } from '../run-command.js'

let stage: FinishedStage
let folder: string
let file: string
let dumps = 0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-transfer-'))
  file = join(folder, 'source.db')
  stage = await finishedStage(file)
  const { people, operator, data } = stage.mephisto
  const requestId = (): string => crypto.randomUUID()
  await people.makeQualification(RITA, { requestId: requestId(), name: 'english' })
  await people.makeQualification(RITA, { requestId: requestId(), name: 'danish' })
  await people.grant(RITA, { requestId: requestId(), qualification: 'english', people: [ANN, BEN], value: 5 })
  await people.grant(RITA, { requestId: requestId(), qualification: 'danish', people: [ANN] })
  await people.block(RITA, { requestId: requestId(), people: [BEN], scope: 'everywhere', reason: 'spam' })
  const units = (await data.page()).rows.map(row => row.unit)
  await stage.decide(units.slice(0, 2), 'approve')
  await stage.decide(units.slice(2, 3), 'reject')
  for (const { id, status } of [stage.mail, stage.chat, stage.empty].map(run => ({ ...run }))) if (status !== 'completed') await operator.expire(id).catch(() => undefined)
})
afterEach(async () => {
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const [ANN, BEN] = ['ann', 'ben'].map(externalId => ({ provider: 'inhouse', externalId })) as [{ provider: string; externalId: string }, { provider: string; externalId: string }]

async function dumped(choice: object = {}): Promise<string> {
  const path = join(folder, `${String(dumps += 1)}.jsonl`)
  await dump(stage.mephisto.db, { file: path, ...choice })
  return path
}
async function target(): Promise<MephistoDb> {
  const db = await embeddedDb({ file: join(folder, `target ${String(dumps += 1)}.db`) })
  onTestFinished(() => db.close())
  return db
}
const bring = (db: MephistoDb, path: string) => importDump(db, systemRuntime(), { file: path, actorId: 'olga' })
const tablesIn = (path: string): string[] => [...new Set(readFileSync(path, 'utf8').split('\n').flatMap(line => /^\{"table":"(\w+)"/.exec(line)?.[1] ?? []))]
async function everything(db: MephistoDb): Promise<unknown> {
  const runs = (await db.runs.find()).rows
  const rows = []
  for (const run of runs) for await (const row of exportRows(db, run.id, { includeSetAside: true })) rows.push(row)
  return {
    // Where a search begins is found anew at each installation.
    runs: runs.map(run => ({ ...run, freeFrom: 0 })), rows, projects: (await db.projects.find()).rows, tasks: (await db.tasks.find()).rows, workers: (await db.workers.find()).rows,
    grants: (await db.grants.find()).rows.map(({ value, workerId, qualificationId }) => [workerId, qualificationId, value]).sort(), blocks: (await db.blocks.find()).rows,
  }
}

describe('a dump', () => {
  test('[117] brings runs with their log, people and qualifications to another installation, where the log proves the runs', async () => {
    const path = await dumped({ label: 'autumn' })
    const db = await target()
    expect(await bring(db, path)).toMatchObject({ runs: 3, known: 0 })
    expect(await everything(db)).toEqual(await everything(stage.mephisto.db))
    for (const { id } of (await db.runs.find()).rows) expect(await verifyRun(db, id)).toEqual(await verifyRun(stage.mephisto.db, id))
  })

  test.each(['postgresql', 'mysql'] as const)('[117] does so on %s', async kind => {
    if (!await isServing(kind)) return
    const database = await createDatabase(kind)
    const db = await openDatabase({ at: database.url }, { migrate: true })
    onTestFinished(async () => {
      await db.close()
      await database.drop()
    })
    const path = await dumped()
    await bring(db, path)
    expect(await everything(db)).toEqual(await everything(stage.mephisto.db))
    for (const { id } of (await db.runs.find()).rows) expect((await verifyRun(db, id)).difference).toBeNull()
    const back = join(folder, 'back.jsonl')
    await dump(db, { file: back })
    const rowsIn = (text: string) => text.split('\n').filter(line => line.startsWith('{"table"') && !line.includes('"imported from ')).sort()
    expect(rowsIn(readFileSync(back, 'utf8'))).toEqual(rowsIn(readFileSync(path, 'utf8')))
  })

  test('[117] imported again adds nothing, not even to the audit trail', async () => {
    const path = await dumped()
    const db = await target()
    await bring(db, path)
    const before = await everything(db)
    const history = (await db.grants.history()).rows.length
    expect(await bring(db, path)).toEqual({ runs: 0, known: 3, differing: [], rows: 0, renamed: [] })
    expect(await bring(stage.mephisto.db, path)).toEqual({ runs: 0, known: 3, differing: [], rows: 0, renamed: [] })
    expect(await everything(db)).toEqual(before)
    expect((await db.grants.history()).rows).toHaveLength(history)
  })

  test('[114] holds what was chosen, and only what that belongs to', async () => {
    const db = await target()
    await bring(db, await dumped({ tasks: ['chat'] }))
    expect((await db.runs.find()).rows.map(run => run.id)).toEqual([stage.chat.id])
    expect((await db.workers.find()).rows.map(worker => worker.externalId)).toEqual(['cleo'])
    expect((await db.tasks.find()).rows.map(task => task.name)).toEqual(['chat'])
    expect([(await db.grants.find()).rows, (await db.blocks.find()).rows]).toEqual([[], []])
    const byRun = await target()
    await bring(byRun, await dumped({ runs: [stage.mail.id] }))
    expect((await byRun.workers.find()).rows.map(worker => worker.externalId)).toEqual(['ann', 'ben'])
    const since = new Date(stage.chat.createdAt).toISOString()
    const byDate = await target()
    await bring(byDate, await dumped({ launchedFrom: since }))
    expect((await byDate.runs.find()).rows.map(run => run.id)).toEqual([stage.chat.id])
    const before = await target()
    await bring(before, await dumped({ launchedBefore: since }))
    expect((await before.runs.find()).rows.map(run => run.id)).toEqual([stage.mail.id, stage.empty.id])
  })

  test('[114] of qualifications holds these with who has them, and no runs', async () => {
    const path = await dumped({ qualifications: ['danish'] })
    expect(tablesIn(path).sort()).toEqual(['granted_qualification', 'qualification', 'qualification_event', 'worker'])
    const db = await target()
    await bring(db, path)
    expect((await db.qualifications.find()).rows.map(({ name }) => name)).toEqual(['danish'])
    expect((await db.workers.find()).rows.map(worker => worker.externalId)).toEqual(['ann'])
    expect((await db.grants.history()).rows.map(({ verb, actorId, reason }) => [verb, actorId, reason])).toEqual([['grant', 'rita', null], ['grant', 'olga', expect.stringContaining('imported from')]])
  })

  test('[115] of something there is not says what there is', async () => {
    await expect(dumped({ tasks: ['nothing'] })).rejects.toMatchObject({ code: 'not_found', message: 'There is no task "nothing" to dump. There are: "chat", "mail".' })
    await expect(dumped({ qualifications: ['none'] })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('"danish", "english"') as string })
    const runs = [stage.chat, stage.empty, stage.mail].map(({ id }) => `"${id}"`).join(', ')
    await expect(dumped({ runs: ['nowhere'] })).rejects.toMatchObject({ code: 'not_found', message: `There is no task run nowhere to dump. There are: ${runs}.` })
    await expect(dumped({ importedAs: ['autumn'] })).rejects.toMatchObject({ code: 'not_found', message: 'No task run was imported as "autumn". There are: none yet.' })
    await expect(dumped({ launchedFrom: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('[114] [115] holds what came in under a label, and says which labels there are', async () => {
    const [autumn, spring] = [await dumped({ runs: [stage.mail.id], label: 'autumn' }), await dumped({ tasks: ['chat'] })]
    const db = await target()
    await bring(db, autumn)
    await importDump(db, systemRuntime(), { file: spring, actorId: 'olga', label: 'spring' })
    // What was here already did not come in again, whatever it is called then.
    await importDump(db, systemRuntime(), { file: autumn, actorId: 'olga', label: 'autumn again' })
    const labelled = async (choice: object): Promise<string[]> => {
      const path = join(folder, `${String(dumps += 1)}.jsonl`)
      await dump(db, { file: path, ...choice })
      return readFileSync(path, 'utf8').split('\n').flatMap(line => /^\{"section":"(?:run","id":"([^"]+)|people)"/.exec(line)?.[1] ?? (line.startsWith('{"section"') ? ['people'] : []))
    }
    expect(await labelled({ importedAs: ['autumn'] })).toEqual([stage.mail.id])
    expect(await labelled({ importedAs: ['spring', 'autumn'] })).toEqual([stage.mail.id, stage.chat.id])
    expect(await labelled({ importedAs: ['spring'], tasks: ['mail'] })).toEqual([])
    expect(await labelled({ importedAs: ['spring'], runs: [stage.mail.id, stage.chat.id] })).toEqual([stage.chat.id])
    expect(await labelled({})).toEqual([stage.mail.id, stage.chat.id, 'people'])
    const there = join(folder, 'labelled.db')
    await expect(dump(db, { file: there, importedAs: ['spring', 'winter'] })).rejects.toMatchObject({ code: 'not_found', message: 'No task run was imported as "winter". There are: "autumn", "spring".' })
    // As many as a sentence can hold.
    for (let n = 10; n < 35; n += 1) await db.audit.insert({ id: crypto.randomUUID(), actorId: 'olga', action: 'import', subject: 'run', subjectId: stage.mail.id, body: JSON.stringify({ label: `label ${String(n)}` }), at: n })
    await expect(dump(db, { file: there, importedAs: ['winter'] })).rejects.toMatchObject({ message: expect.stringMatching(/There are: "autumn", "label 10", .*"label 28", and more\.$/) as string })
    expect(await labelled({ importedAs: ['label 30'] })).toEqual([stage.mail.id])
  })

  test('[116] keeps the id of a run wherever it goes, so that what is called after it needs no other name; of no run it holds none', async () => {
    const db = await target()
    await bring(db, await dumped())
    await bring(db, await dumped({ runs: [stage.mail.id] }))
    expect((await db.runs.find()).rows.map(run => run.id).sort()).toEqual([stage.mail.id, stage.chat.id, stage.empty.id].sort())
    for (const table of ['assignment', 'unit', 'agent', 'submission'] as const) {
      const idsIn = async (of: MephistoDb) => (await of.transfer.rows(table, { column: 'run_id', ids: [stage.mail.id] })).map(row => row['id'])
      expect(await idsIn(db), table).toEqual(await idsIn(stage.mephisto.db))
    }
    const none = join(folder, 'none.jsonl')
    expect(await dump(stage.mephisto.db, { file: none, launchedFrom: '2999-01-01T00:00:00Z' })).toMatchObject({ runs: 0, rows: 0, leftOut: 0, files: 0 })
    expect(readFileSync(none, 'utf8').trim().split('\n')).toHaveLength(2)
    const before = await everything(db)
    expect(await bring(db, none)).toEqual({ runs: 0, known: 0, differing: [], rows: 0, renamed: [] })
    expect(await everything(db)).toEqual(before)
    await expect(dump(stage.mephisto.db, { file: join(folder, 'absent.jsonl'), runs: [crypto.randomUUID()] })).rejects.toMatchObject({ code: 'not_found' })
    expect(readdirSync(folder)).not.toContain('absent.jsonl')
  })

  test('leaves runs where they are that people work on', async () => {
    const open = await stage.mephisto.operator.launch(rating, { task: 'mail', requester: 'lab', provider: 'inhouse', data: [{ text: 'x' }] })
    const report = await dump(stage.mephisto.db, { file: join(folder, 'open.jsonl') })
    expect(report).toMatchObject({ runs: 3, leftOut: 1, files: 0 })
    expect(readFileSync(join(folder, 'open.jsonl'), 'utf8')).not.toContain(open.id)
    await expect(dumped({ runs: [open.id] })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('End it first') as string })
    await expect(dump(stage.mephisto.db, { file: join(folder, 'open.jsonl') })).rejects.toMatchObject({ code: 'already_exists' })
  })
})

describe('merging', () => {
  /** An installation that knows some of the same people and things under other ids. */
  async function another(): Promise<Awaited<ReturnType<typeof createTestMephisto>>> {
    const instance = await createTestMephisto({ blueprints: [implement(rating)], seed: 2 })
    onTestFinished(() => instance.close())
    const { db, runtime, people } = instance
    await db.projects.create({ id: runtime.newId(), name: 'letters', at: 1 })
    await people.makeQualification(RITA, { requestId: crypto.randomUUID(), name: 'english' })
    await people.grant(RITA, { requestId: crypto.randomUUID(), qualification: 'english', people: [ANN], value: 3 })
    await people.grant(RITA, { requestId: crypto.randomUUID(), qualification: 'english', people: [BEN], value: 9 })
    return instance
  }

  test('[120] takes what has the same name for the same, keeps the local row, the smaller value of a grant and every block', async () => {
    const { db, people, data } = await another()
    const before = { projects: (await db.projects.find()).rows, workers: (await db.workers.find()).rows, qualifications: (await db.qualifications.find()).rows }
    const report = await bring(db, await dumped())
    expect(report.runs).toBe(3)
    expect((await db.projects.find()).rows).toEqual(before.projects)
    expect((await db.workers.find()).rows).toEqual(expect.arrayContaining([...before.workers]))
    expect((await db.workers.find()).rows.map(worker => worker.externalId).sort()).toEqual(['ann', 'ben', 'cleo'])
    expect((await db.qualifications.find()).rows).toEqual(expect.arrayContaining([...before.qualifications]))
    const values = async (person: typeof ANN) => (await people.worker(person)).grants.map(grant => [grant.qualification.name, grant.value])
    expect(await values(ANN)).toEqual([['english', 3], ['danish', 1]])
    expect(await values(BEN)).toEqual([['english', 5]])
    expect((await people.worker(BEN)).blocks).toMatchObject([{ reason: 'spam', isStanding: true }])
    expect((await data.page({ worker: ANN, project: 'letters' })).rows).toHaveLength(3)
    for (const { id } of (await db.runs.find()).rows) expect((await verifyRun(db, id)).difference).toBeNull()
  })

  test('[118] is noted in the audit trail: the file, its label, how much, and what it is called here', async () => {
    const { db, runtime } = await another()
    const path = await dumped({ label: 'autumn' })
    const ids: string[] = []
    await importDump(db, { newId: () => { ids.push(runtime.newId()); return ids.at(-1) ?? '' } }, { file: path, actorId: 'olga' })
    const rows = (await Promise.all(ids.map(id => db.audit.get(id)))).filter(row => row?.action === 'import')
    expect(rows.map(row => [row?.actorId, row?.subject])).toEqual([['olga', 'run'], ['olga', 'run'], ['olga', 'run'], ['olga', 'people']])
    expect(rows.find(row => row?.subjectId === stage.mail.id)).toBeDefined()
    const body = JSON.parse(rows[0]?.body ?? '{}') as { file: string; label: string; rows: number; sha256: string; ids: Record<string, string>; people: number }
    expect(body).toMatchObject({ file: path.split('/').at(-1), label: 'autumn' })
    expect(body.rows).toBeGreaterThan(20)
    expect(body.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(body.ids).toEqual({ [(await stage.mephisto.db.projects.find()).rows[0]?.id ?? '']: (await db.projects.find()).rows[0]?.id })
    // Ann and Ben have another id here; who that is, their rows say.
    expect(body.people).toBe(2)
  })

  test('[117] refuses a task of the same name and another blueprint, and changes nothing', async () => {
    const db = await target()
    await db.tasks.create({ id: crypto.randomUUID(), name: 'mail', blueprintType: 'other', at: 1 })
    const before = await everything(db)
    await expect(bring(db, await dumped({ tasks: ['mail'] }))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('of the blueprint "other" here and of "rating" in the dump') as string })
    expect(await everything(db)).toEqual(before)
  })
})

describe('[122] a file that is no whole dump is refused, and nothing changes:', () => {
  const other = '00000000-0000-7000-8000-000000000000'
  test.each<[string, (text: string) => string, string, ('invalid_input' | 'conflict')?]>([
    ['an empty one', () => '', 'this file is empty'],
    ['a text', () => 'hello\nworld\n', 'line 1: this is no dump'],
    ['a database', () => 'SQLite format 3\0', 'this is no dump'],
    ['half of it', text => text.slice(0, Math.floor(text.length / 2)), ''],
    ['all but its end', text => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`, 'half a dump'],
    ['a changed byte', text => text.replace('"good', '"goof'), 'changed after it was written'],
    ['a row less', text => text.split('\n').filter(line => !line.startsWith('{"table":"decision"')).join('\n'), 'rows, and has'],
    ['something after the end', text => `${text}{}\n`, 'comes after the end'],
    ['a newer version', text => text.replace('"mephistoDump":1', '"mephistoDump":2'), 'upgrade mephisto-sdk'],
    ['an unknown table', text => resealed([...linesOf(text), JSON.stringify({ table: 'users', row: {} })]), 'names the table "users"'],
    ['a row that is no object', text => resealed([...linesOf(text), JSON.stringify({ table: 'worker', row: 7 })]), 'neither a row nor the end'],
    ['an unknown column', text => resealed(linesOf(text).map(line => line.replace('{"table":"project","row":{', '{"table":"project","row":{"x":1,'))), 'is no row of project'],
    ['a value of another type', text => resealed(linesOf(text).map(line => line.replace('"unit_index":0', '"unit_index":"0"'))), 'unit_index'],
    ['settings that are none', text => resealed(linesOf(text).map(line => line.replace('\\"title\\":\\"mail texts\\"', '\\"title\\":5'))), 'is no row of task_run: config title'],
    ['a row of another run', text => resealed(linesOf(text).map(line => (line.startsWith('{"table":"assignment"') ? line.replace(/"run_id":"[^"]+"/, `"run_id":"${other}"`) : line))), 'of another run'],
    ['grants among the rows of a run', text => { const lines = linesOf(text); return resealed([...lines.slice(0, 3), JSON.stringify({ table: 'granted_qualification', row: { qualification_id: other, worker_id: other, value: 1, expires_at: null } }), ...lines.slice(3)]) }, 'of another run'],
    ['an answer that is not what was given', text => resealed(linesOf(text).map(line => (line.startsWith('{"table":"submission"') ? line.replace('good', 'bad') : line))), 'its text is not what was submitted', 'conflict'],
    ['an event that is not what happened', text => resealed(linesOf(text).map(line => (line.startsWith('{"table":"event"') ? line.replace('"type":"begin"', '"type":"return"') : line))), 'does not agree with its log', 'conflict'],
    ['a unit less', text => { const lines = linesOf(text); const at = lines.findIndex(line => line.startsWith('{"table":"unit"')); return resealed(lines.filter((_, index) => index !== at)) }, 'It was not imported', 'conflict'],
    ['a run that has not ended', text => resealed(linesOf(text).map(line => (line.startsWith('{"table":"task_run"') ? line.replace(/"status":"\w+"/, '"status":"running"') : line))), 'has not ended', 'conflict'],
  ])('%s', async (_, broken, message, code = 'invalid_input') => {
    const path = join(folder, 'broken.jsonl')
    writeFileSync(path, broken(readFileSync(await dumped({ runs: [stage.mail.id] }), 'utf8')))
    const db = await target()
    const before = await everything(db)
    await expect(bring(db, path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
    expect(await everything(db)).toEqual(before)
  })
})

test('on the command line: dump, import, verify, and what goes wrong', async () => {
  const [out, there] = [join(folder, 'all.jsonl'), join(folder, 'there.db')]
  await (await embeddedDb({ file: there })).close()
  expect(await mephisto('dump', '--db', file, '--out', out, '--label', 'all')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Wrote 3 runs, \d+ rows, to /) as string })
  expect(await mephisto('import', out, '--db', there)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Imported 3 runs, \d+ rows; 0 runs were here before\.\n$/) as string })
  expect((await mephisto('verify', '--db', there)).code).toBe(0)
  expect(JSON.parse((await mephisto('import', out, '--db', there, '--json')).out)).toEqual({ runs: 0, known: 3, differing: [], rows: 0, renamed: [] })
  for (const [words, sentence] of [
    [['dump', '--db', file, '--out', out], 'is there already'], [['dump', '--db', file, '--out', join(folder, 'none', 'x')], 'ENOENT'], [['import', join(folder, 'none'), '--db', there], 'ENOENT'],
    [['import', file, '--db', there], 'this is no dump'], [['dump', '--db', file, '--out', join(folder, 'y'), '--task', 'none'], 'There is no task "none"'], [['dump', '--db', file, '--out', join(folder, 'y'), '--imported-as', 'none', 'some'], 'No task run was imported as "none"'],
  ] as const) expect(await mephisto(...words)).toMatchObject({ code: 1, err: expect.stringContaining(sentence) as string })
})
