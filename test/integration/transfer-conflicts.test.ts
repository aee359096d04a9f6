import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { openDatabase } from '../../prisma/open-database.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import { dump, importDump, planImport, verifyRun, type ImportOptions, type MephistoDb } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { withFaults } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { withRows } from '../dump-text.js'
import { finishedStage, RITA, type FinishedStage } from '../finished-stage.js'
import { cutOffAt } from '../killed.js'
import { runCommand as mephisto } from '../run-command.js'

// A dump of letters (tasks mail and chat, ann, ben and cleo; english: ann 5, ben 5) for installations that know some of it by other ids.

let stage: FinishedStage
let folder: string
let file: string
let names = 0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-conflicts-'))
  stage = await finishedStage()
  const { people } = stage.mephisto
  await people.makeQualification(RITA, { requestId: crypto.randomUUID(), name: 'english' })
  await people.grant(RITA, { requestId: crypto.randomUUID(), qualification: 'english', people: ['ann', 'ben'].map(externalId => ({ provider: 'inhouse', externalId })), value: 5 })
  file = await dumped()
})
afterEach(async () => {
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

async function dumped(): Promise<string> {
  const path = join(folder, `${String(names += 1)}.jsonl`)
  await dump(stage.mephisto.db, { file: path, label: 'lab B' })
  return path
}

const KINDS = ['sqlite', 'postgresql', 'mysql'] as const
/** Opens a new database, as often as is asked for; null where the server is not there. */
async function database(kind: (typeof KINDS)[number]): Promise<(() => Promise<MephistoDb>) | null> {
  if (kind === 'sqlite') {
    const path = join(folder, `target ${String(names += 1)}.db`)
    return () => opened(embeddedDb({ file: path }))
  }
  if (!await isServing(kind)) return null
  const made = await createDatabase(kind)
  onTestFinished(() => made.drop())
  return () => opened(openDatabase({ at: made.url }, { migrate: true }))
}
async function opened(opening: Promise<MephistoDb>): Promise<MephistoDb> {
  const db = await opening
  onTestFinished(() => db.close())
  return db
}

const AT = 1_700_000_000_000
const id = (): string => crypto.randomUUID()
/** Makes what has the same names as in the dump: letters, mail (of another blueprint, unless it is said), lab, ann, english with ann 3 and ben revoked. */
async function filled(db: MephistoDb, blueprintType = 'other'): Promise<{ ann: string; ben: string; english: string }> {
  const [ann, ben, english] = [id(), id(), id()]
  await db.projects.create({ id: id(), name: 'letters', at: AT })
  await db.tasks.create({ id: id(), name: 'mail', blueprintType, projectId: null, at: AT })
  await db.requesters.create({ id: id(), provider: 'inhouse', name: 'lab', at: AT })
  for (const [workerId, externalId] of [[ann, 'ann'], [ben, 'ben']] as const) await db.workers.create({ id: workerId, provider: 'inhouse', externalId, pseudonym: `w-${externalId}`, at: AT })
  await db.qualifications.create({ id: english, name: 'english', description: null, at: AT })
  for (const [workerId, value] of [[ann, 3], [ben, 9]] as const) await db.grants.grant({ id: id(), qualificationId: english, workerId, value, actorId: 'x', at: AT })
  await db.grants.revoke({ id: id(), qualificationId: english, workerId: ben, actorId: 'x', at: AT + 1 })
  return { ann, ben, english }
}

async function everything(db: MephistoDb) {
  const [projects, tasks, requesters, workers, qualifications, runs] = await Promise.all([db.projects.find(), db.tasks.find(), db.requesters.find(), db.workers.find(), db.qualifications.find(), db.runs.find()])
  const grants = (await db.grants.find()).rows.map(({ workerId, qualificationId, value }) => [workerId, qualificationId, value]).sort()
  return { projects, tasks, requesters, workers, qualifications, runs, grants, history: (await db.grants.history()).rows.length }
}
const namesOf = (page: { readonly rows: readonly { readonly name: string }[] }): string[] => page.rows.map(({ name }) => name).sort()
const bring = (db: MephistoDb, more: Partial<ImportOptions> = {}) => importDump(db, systemRuntime(), { file, actorId: 'olga', ...more })
const RENAME = { onConflict: { projects: 'rename', tasks: 'rename', qualifications: 'rename' } } as const

describe.each(KINDS)('on %s', kind => {
  test('what has the same name comes in under one of its own, and is found again by every rule', async () => {
    const open = await database(kind)
    if (!open) return
    const db = await open()
    const { ann, english } = await filled(db)
    const plan = await planImport(db, { file, ...RENAME })
    expect(plan).toMatchObject({ runs: 2, known: 0, refusal: null, counts: { projects: 1, tasks: 1, qualifications: 1, requesters: 1, workers: 2, grants: 0 } })
    expect(plan.conflicts.flatMap(conflict => (conflict.kind !== 'grants' && conflict.becomes !== null ? [conflict.becomes] : []))).toEqual(['letters (lab B)', 'mail (lab B)', 'english (lab B)'])
    const report = await bring(db, RENAME)
    expect(report.renamed.map(({ kind: of, from, to }) => [of, from, to])).toEqual([['projects', 'letters', 'letters (lab B)'], ['tasks', 'mail', 'mail (lab B)'], ['qualifications', 'english', 'english (lab B)']])
    expect(report.runs).toBe(2)
    expect([namesOf(await db.projects.find()), namesOf(await db.tasks.find()), namesOf(await db.qualifications.find())]).toEqual([['letters', 'letters (lab B)'], ['chat', 'mail', 'mail (lab B)'], ['english', 'english (lab B)']])
    const [task] = (await db.tasks.find({ filter: { name: 'mail (lab B)' } })).rows
    expect((await db.runs.get(stage.mail.id))?.taskId).toBe(task?.id)
    expect((await db.grants.get(english, ann))?.value).toBe(3)
    expect((await db.grants.get((await db.qualifications.byName('english (lab B)'))?.id ?? '', ann))?.value).toBe(5)
    for (const run of (await db.runs.find()).rows) expect((await verifyRun(db, run.id)).difference).toBeNull()
    const before = await everything(db)
    for (const again of [RENAME, {}, { onConflict: { tasks: 'refuse' } }] as const) expect(await bring(db, again)).toEqual({ runs: 0, known: 2, differing: [], rows: 0, renamed: [] })
    expect(await everything(db)).toEqual(before)
  })

  test('two imports at once that rename make one thing of each, in two processes', async () => {
    const open = await database(kind)
    if (!open) return
    const both = [await open(), await open()]
    await filled(both[0] as MephistoDb)
    const reports = await Promise.all(both.map(db => bring(db, RENAME)))
    expect(reports.reduce((sum, { runs }) => sum + runs, 0)).toBe(2)
    expect(reports.flatMap(({ renamed }) => renamed.map(({ to }) => to)).sort()).toEqual(['english (lab B)', 'letters (lab B)', 'mail (lab B)'])
    expect(namesOf(await (both[0] as MephistoDb).tasks.find())).toEqual(['chat', 'mail', 'mail (lab B)'])
  })

  test.each([
    [{ grants: 'stricter' }, 3, null], [{ grants: 'ours' }, 3, null], [{ grants: 'theirs' }, 5, 5], [{ grants: 'newest' }, 5, 5], [{ grants: 'theirs', except: { grants: { english: 'ours' } } }, 3, null],
  ] as const)('of grants %j leaves ann %i and ben, who was revoked, %s', async (grants, ofAnn, ofBen) => {
    const open = await database(kind)
    if (!open) return
    const db = await open()
    const { ann, ben, english } = await filled(db, 'rating')
    const plan = await planImport(db, { file, onConflict: grants })
    expect(plan.conflicts.flatMap(conflict => (conflict.kind === 'grants' ? [[conflict.ours?.value ?? null, conflict.theirs.value, conflict.becomes?.value ?? null]] : [])).sort()).toEqual([[3, 5, ofAnn], [null, 5, ofBen]].sort())
    await bring(db, { onConflict: grants })
    const values = async () => [(await db.grants.get(english, ann))?.value ?? null, (await db.grants.get(english, ben))?.value ?? null]
    expect(await values()).toEqual([ofAnn, ofBen])
    expect(await bring(db, { onConflict: grants })).toMatchObject({ rows: 0 })
    expect(await values()).toEqual([ofAnn, ofBen])
  })
})

describe('grants by "newest"', () => {
  test('follow whichever side changed last, to and fro', async () => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    const newest = { onConflict: { grants: 'newest' } } as const
    await bring(db)
    const [english, ann] = [(await db.qualifications.byName('english'))?.id ?? '', (await db.workers.find({ filter: { externalId: 'ann' } })).rows[0]?.id ?? '']
    const source = stage.mephisto.db
    const grant = async (at: MephistoDb, value: number, ms: number) => at.grants.grant({ id: id(), qualificationId: english, workerId: ann, value, actorId: 'x', at: ms })
    const granted = (await source.grants.get(english, ann))?.updatedAt ?? 0
    // Changed there after the dump, and here later still: the later dump brings an older value.
    await grant(source, 7, granted + 10)
    await grant(db, 8, granted + 20)
    file = await dumped()
    await bring(db, newest)
    expect((await db.grants.get(english, ann))?.value).toBe(8)
    await grant(source, 9, granted + 30)
    file = await dumped()
    await bring(db, newest)
    expect(await db.grants.get(english, ann)).toMatchObject({ value: 9, updatedAt: granted + 30 })
  })

  test('are refused of a dump that does not say when', async () => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    await filled(db, 'rating')
    const before = await everything(db)
    writeFileSync(file, withRows(readFileSync(file, 'utf8'), line => {
      const { updated_at: _, ...row } = line.row
      return [line.table === 'granted_qualification' ? { ...line, row } : line]
    }))
    await expect(bring(db, { onConflict: { grants: 'newest' } })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('onConflict.grants "newest" cannot be followed') as string })
    expect(await everything(db)).toEqual(before)
    expect((await bring(db, { onConflict: { grants: 'theirs' } })).runs).toBe(2)
  })
})

describe('nothing is written', () => {
  test.each<[string, Partial<ImportOptions>, string, string]>([
    ['for what may not be merged', { onConflict: { projects: 'refuse' } }, 'conflict', 'There is a project "letters" here already'],
    ['for people who may not', { onConflict: { tasks: 'rename', workers: 'refuse' } }, 'conflict', 'onConflict.workers says "refuse"'],
    ['for a requester who may not', { onConflict: { tasks: 'rename', requesters: 'refuse' } }, 'conflict', 'There is a requester "lab" here already'],
    ['for one name that may not', { onConflict: { tasks: 'rename', except: { qualifications: { english: 'refuse' } } } }, 'conflict', 'There is a qualification "english" here already'],
    ['for a task of another blueprint where anything but nothing is said', { onConflict: { projects: 'rename' } }, 'conflict', 'onConflict.tasks "rename"'],
    ['for a rule there is not', { onConflict: { tasks: 'replace' as never } }, 'invalid_input', 'onConflict.tasks'],
    ['for a label of two lines', { label: 'a\nb' }, 'invalid_input', 'label'],
    ['for an exception about nothing', { onConflict: { except: { tasks: { male: 'rename' } } } }, 'invalid_input', 'onConflict.except: nothing that is imported is called tasks "male"'],
  ])('%s', async (_, choice, code, message) => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    await filled(db)
    const before = await everything(db)
    const backup = join(folder, 'backup.jsonl')
    await expect(bring(db, { ...choice, backup })).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
    expect([await everything(db), existsSync(backup)]).toEqual([before, false])
  })

  test('by a plan, which says what is in the way', async () => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    await filled(db)
    const before = await everything(db)
    const plan = await planImport(db, { file })
    expect(plan.refusal).toContain('Task "mail" is of the blueprint "other" here')
    expect(plan.conflicts.map(({ kind, name, refusal }) => [kind, name, refusal === null])).toEqual([
      ['projects', 'letters', true], ['tasks', 'mail', false], ['requesters', 'lab', true], ['workers', 'w-ann', true], ['workers', 'w-ben', true], ['grants', 'english', true], ['grants', 'english', true], ['qualifications', 'english', true],
    ].sort((a, b) => ORDER.indexOf(String(a[0])) - ORDER.indexOf(String(b[0]))))
    expect(await everything(db)).toEqual(before)
    expect(await planImport(stage.mephisto.db, { file, onConflict: { tasks: 'refuse' } })).toMatchObject({ runs: 0, known: 2, conflicts: [], refusal: null })
  })
})
/** In which order a dump has them. */
const ORDER = ['projects', 'tasks', 'requesters', 'workers', 'qualifications', 'grants']

describe('a name of its own', () => {
  test('is the next that is free, also among what comes in; without a label it has a number, and it is never too long', async () => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    await filled(db)
    await db.tasks.create({ id: id(), name: 'mail (autumn)', blueprintType: 'other', at: AT })
    const long = 'ü'.repeat(200)
    await db.tasks.create({ id: id(), name: long, blueprintType: 'other', at: AT })
    writeFileSync(file, withRows(readFileSync(file, 'utf8'), line => [line.table === 'task' && line.row['name'] === 'chat' ? { ...line, row: { ...line.row, name: long } } : line]))
    expect((await bring(db, { ...RENAME, label: 'autumn' })).renamed.flatMap(({ kind, to }) => (kind === 'tasks' ? [to] : []))).toEqual(['mail (autumn 2)', `${'ü'.repeat(191)} (autumn)`])
    const second = await opened(embeddedDb({ file: join(folder, 'second.db') }))
    await filled(second)
    const unnamed = join(folder, 'unnamed.jsonl')
    await dump(stage.mephisto.db, { file: unnamed })
    expect((await bring(second, { ...RENAME, file: unnamed })).renamed.map(({ to }) => to)).toEqual(['letters (2)', 'mail (2)', 'english (2)'])
  })

  test('is not given where an exception says so', async () => {
    const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
    await filled(db, 'rating')
    await bring(db, { onConflict: { ...RENAME.onConflict, except: { tasks: { mail: 'merge' }, projects: { letters: 'merge' } } } })
    expect([namesOf(await db.tasks.find()), namesOf(await db.projects.find()), namesOf(await db.qualifications.find())]).toEqual([['chat', 'mail'], ['letters'], ['english', 'english (lab B)']])
  })

  test('stays the same when the import was killed anywhere and is repeated', async () => {
    let cuts = 0
    for (let last = 1, isOver = false; !isOver; last += 23) {
      const cut = cutOffAt(last)
      const path = join(folder, `cut-${String(last)}.db`)
      await filled(await opened(embeddedDb({ file: path })))
      const { client, close } = await openEmbeddedClient({ file: path })
      const struck = prismaDb(withFaults(client, cut.plan), { provider: 'sqlite' })
      expect(await bring(struck, RENAME).then(() => 'done', () => 'cut')).toBe(cut.isStruck() ? 'cut' : 'done')
      isOver = !cut.isStruck()
      const again = prismaDb(client, { provider: 'sqlite' })
      await bring(again, RENAME)
      expect(await bring(again, RENAME)).toMatchObject({ runs: 0, known: 2, rows: 0 })
      expect([namesOf(await again.tasks.find()), namesOf(await again.projects.find()), namesOf(await again.qualifications.find())]).toEqual([['chat', 'mail', 'mail (lab B)'], ['letters', 'letters (lab B)'], ['english', 'english (lab B)']])
      await close()
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(5)
  }, 60_000)
})

test('the audit trail has the label, the rules and what was renamed', async () => {
  const db = await opened(embeddedDb({ file: join(folder, 'there.db') }))
  await filled(db)
  const ids: string[] = []
  await importDump(db, { newId: () => { ids.push(id()); return ids.at(-1) ?? '' } }, { file, actorId: 'olga', ...RENAME, label: 'from the lab' })
  const [first] = (await Promise.all(ids.map(one => db.audit.get(one)))).filter(row => row?.action === 'import')
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ label: 'from the lab', onConflict: { tasks: 'rename' }, renamed: [{ kind: 'projects', from: 'letters', to: 'letters (from the lab)' }, { kind: 'tasks', from: 'mail' }] })
})

test('on the command line: a dry run, rules, a backup, and what goes wrong', async () => {
  const there = join(folder, 'there.db')
  const db = await embeddedDb({ file: there })
  await filled(db)
  await db.close()
  const words = ['import', file, '--db', there]
  const dry = await mephisto(...words, '--dry-run')
  expect(dry).toMatchObject({ code: 1, err: '', out: expect.stringMatching(/^Would import 2 runs; 0 runs are here\. Nothing was written\.\n8 of what it has is here already:\n {2}projects {2}"letters": is taken for the one that is here, /) as string })
  expect(dry.out).toContain('  tasks  "mail": stands in the way\n')
  expect(dry.out).toMatch(/It would be refused: Task "mail" is of the blueprint "other" here .*\n$/)
  const renaming = ['--on-conflict', 'tasks=rename', '--on-conflict', 'grants=theirs', '--label', 'lab C']
  const second = await mephisto(...words, ...renaming, '--dry-run')
  expect([second.code, second.out.includes('  tasks  "mail": comes in as "mail (lab C)"\n'), / {2}grants {2}"english" of worker [\da-f-]+: revoked here, 5 there; then 5\n/.test(second.out)]).toEqual([0, true, true])
  expect(JSON.parse((await mephisto(...words, ...renaming, '--dry-run', '--json')).out)).toMatchObject({ runs: 2, counts: { tasks: 1 }, refusal: null })
  const backup = join(folder, 'backup.jsonl')
  expect(await mephisto(...words, ...renaming, '--backup', backup)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Imported 2 runs, \d+ rows; 0 runs were here before\.\n {2}tasks {2}"mail" came in as "mail \(lab C\)"\n$/) as string })
  const restored = await opened(embeddedDb({ file: join(folder, 'restored.db') }))
  await bring(restored, { file: backup })
  expect([namesOf(await restored.qualifications.find()), (await restored.grants.find()).rows.map(({ value }) => value)]).toEqual([['english'], [3]])
  expect(await mephisto(...words, ...renaming, '--backup', backup)).toMatchObject({ code: 1, err: expect.stringContaining('is there already') as string })
  expect(await mephisto(...words, '--on-conflict', 'task=rename')).toMatchObject({ code: 1, err: expect.stringContaining('--on-conflict: "task=rename": there is no kind "task"') as string })
  expect((await mephisto(...words, '--dry-run', '--backup', join(folder, 'x'))).code).toBe(2)
})
