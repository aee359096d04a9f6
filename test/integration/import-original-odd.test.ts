import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../prisma/open-database.js'
import { openOriginal } from '../../prisma/open-original.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'
import { verifyRun, type MephistoDb } from '../../sdk/index.js'
import { importOriginal, type OriginalReport } from '../../sdk/operations/original/import-original.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { filledFolder } from '../original-folder.js'

// The original checked little of what was put into its database and files: what does not fit here is told, and the rest comes in.

let folder: string
let original: string
let db: MephistoDb
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-odd-'))
  original = join(folder, 'original')
  filledFolder(original)
  db = await openDatabase({ at: join(folder, 'here.db') }, { migrate: true })
  onTestFinished(() => db.close())
})
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

function change(...statements: readonly string[]): void {
  const database = chooseDriver().open(join(original, 'database.db'), 1_000)
  for (const statement of statements) database.exec(statement)
  database.close()
}

async function bring(): Promise<OriginalReport> {
  const source = openOriginal(join(original, 'database.db'))
  try {
    return await importOriginal(db, systemRuntime(), { folder: original, source, actorId: 'olga', currency: 'USD' })
  } finally {
    source.close()
  }
}

const grants = async () => (await db.grants.find()).rows.map(({ value }) => value)

describe('people', () => {
  test('a grant whose value is no whole number is told, and the others come in', async () => {
    change("INSERT INTO granted_qualifications (worker_id, qualification_id, value) VALUES (1000005, 1, 'abc')", "INSERT INTO workers (worker_id, worker_name, provider_type) VALUES (1000006, 'cem', 'mturk')",
      'INSERT INTO granted_qualifications (worker_id, qualification_id, value) VALUES (1000006, 1, 2.5)')
    const { notes, runs } = await bring()
    expect(runs).toBe(1)
    expect(Object.keys(notes).filter(note => note.startsWith('rows that were not imported: one is no row of granted_qualification: value'))).toHaveLength(2)
    expect(await grants()).toEqual([7])
  })

  test('a qualification whose name is too long is cut, and one without a name is left out with its grants', async () => {
    change(`INSERT INTO qualifications (qualification_id, qualification_name, description) VALUES (8, '${'q'.repeat(300)}', '${'ü'.repeat(3_000)}')`, "INSERT INTO qualifications (qualification_id, qualification_name) VALUES (9, ' ')",
      'INSERT INTO granted_qualifications (worker_id, qualification_id, value) VALUES (1000005, 8, 3)', 'INSERT INTO granted_qualifications (worker_id, qualification_id, value) VALUES (1000005, 9, 4)')
    const { notes } = await bring()
    expect((await db.qualifications.find()).rows.map(({ name, description }) => [name.length, description?.length])).toEqual([[7, 14], [200, 2_000]])
    expect((await grants()).sort()).toEqual([3, 7])
    expect(notes).toMatchObject({ 'rows that were not imported: one of granted_qualification whose worker or qualification does not fit': 1 })
  })

  test('whoever was blocked is so, with the beginning of a long reason, when who is qualified cannot be read; the report is told', async () => {
    change('ALTER TABLE granted_qualifications DROP COLUMN creation_date', `UPDATE worker_review SET review_note = '${'x'.repeat(1_999)}😀😀' WHERE blocked_worker = 1`)
    const { runs, notes } = await bring()
    expect(runs).toBe(1)
    expect((await db.blocks.find()).rows.map(({ reason }) => reason)).toEqual([`${'x'.repeat(1_999)}😀`])
    expect(Object.keys(notes).join('\n')).toMatch(/people that were not imported: .*database\.db: its table granted_qualifications cannot be read/)
  })
})

describe('a run', () => {
  test('with amounts that are none comes in without them', async () => {
    change('UPDATE units SET pay_amount = 1e300 WHERE unit_id = 3000001', "UPDATE units SET pay_amount = 'much' WHERE unit_id = 3000002")
    expect((await bring()).notes).toMatchObject({ 'amounts that were no numbers or too large (left out)': 2 })
    const [run] = (await db.runs.find()).rows
    expect([run?.paidMinor, (await verifyRun(db, run?.id ?? '')).difference]).toEqual([0, null])
  })

  test('with files that cannot be read, or that nest too deep, comes in with what can be kept of them', async () => {
    const data = join(original, 'data', 'runs', 'mail', '5000000')
    const [item, answer, meta] = [join(data, '2000001', 'assign_data.json'), join(data, '2000001', '31', 'agent_data.json'), join(data, '2000002', '32', 'agent_meta.json')]
    unlinkSync(item)
    mkdirSync(item)
    writeFileSync(answer, '['.repeat(5_000) + ']'.repeat(5_000))
    writeFileSync(meta, '{"task_start": 1e300, "task_end": 1e305}')
    expect(await bring()).toMatchObject({ runs: 1, notes: { 'items whose file is unreadable': 1, 'answers whose file is unreadable': 1 } })
  })

  test('that cannot be kept is told by its id, and the others and the people come in', async () => {
    change(`INSERT INTO task_runs (task_run_id, task_id, requester_id, init_params, provider_type, task_type, sandbox) VALUES (4000000, 1000002, 1000003, '', '${'p'.repeat(65)}', 't', 0)`)
    const { runs, notes } = await bring()
    expect(runs).toBe(1)
    expect(Object.keys(notes).filter(note => /^runs that were not imported: Task run [\da-f-]{36} cannot be kept here: something in it is no row of task_run: provider is longer/.test(note))).toHaveLength(1)
    expect(await grants()).toEqual([7])
  })
})

test('a table that cannot be read before anything came in is a typed error', async () => {
  change('ALTER TABLE task_runs DROP COLUMN creation_date')
  await expect(bring()).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('its table task_runs cannot be read') as string })
})
