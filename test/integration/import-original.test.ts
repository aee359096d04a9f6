import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { openDatabase } from '../../prisma/open-database.js'
import { openOriginal } from '../../prisma/open-original.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'
import { dump, verifyRun, type MephistoDb } from '../../sdk/index.js'
import { importOriginal, type OriginalReport } from '../../sdk/operations/original/import-original.js'
import { minorOf } from '../../sdk/operations/original/original-values.js'
import { createDataBrowser } from '../../sdk/operations/data-browser/data-browser.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { exportRows } from '../../sdk/review/exports/export-rows.js'
import { withFaults } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { cutOffAt } from '../killed.js'
import { filledFolder } from '../original-folder.js'
import { runCommand as mephisto } from '../run-command.js'

let folder: string
let original: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-original-'))
  original = join(folder, 'original')
  filledFolder(original)
})
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

async function target(name = 'here'): Promise<MephistoDb> {
  const db = await openDatabase({ at: join(folder, `${name}.db`) }, { migrate: true })
  onTestFinished(() => db.close())
  return db
}

async function bring(db: MephistoDb, from = original, currency = 'USD'): Promise<OriginalReport> {
  const source = openOriginal(join(from, 'database.db'))
  try {
    return await importOriginal(db, systemRuntime(), { folder: from, source, actorId: 'olga', currency })
  } finally {
    source.close()
  }
}

async function runsOf(db: MephistoDb): Promise<readonly string[]> {
  return (await db.runs.find()).rows.map(run => run.id)
}

/** Everything that is under a folder: each file's content and when it was changed. */
function contentOf(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path, { recursive: true, encoding: 'utf8' }).sort().map(name => {
    const file = join(path, name)
    const { mtimeMs } = statSync(file)
    return [name, statSync(file).isDirectory() ? String(mtimeMs) : `${createHash('sha256').update(readFileSync(file)).digest('hex')} ${String(mtimeMs)}`]
  }))
}

function change(statement: string): void {
  const database = chooseDriver().open(join(original, 'database.db'), 1_000)
  database.exec(statement)
  database.close()
}

describe('a data folder of the original Mephisto', () => {
  test('comes in as a run that has ended, with answers, decisions, money and a log that proves it', async () => {
    const db = await target()
    const report = await bring(db)
    expect(report).toMatchObject({ runs: 1, known: 0, notes: { 'attempts at onboarding (not imported)': 1, 'units that waited for a worker (expired)': 1 } })
    const [run] = (await db.runs.find()).rows
    expect(run).toMatchObject({ status: 'expired', provider: 'mturk', taskName: 'old mails', blueprintType: 'original', unitsTotal: 3, unitsAnswered: 2, unitsOpen: 0, paidMinor: 25, owedMinor: 0, reservedMinor: 0 })
    expect((await verifyRun(db, run?.id ?? '')).difference).toBeNull()
    const rows = []
    for await (const row of exportRows(db, run?.id ?? '')) rows.push(row)
    expect(rows.map(({ position, status, durationMs, input, answer, decision }) => ({ position, status, durationMs, input, answer, verdict: decision?.verdict, note: decision?.note }))).toEqual([
      { position: 0, status: 'accepted', durationMs: 60_000, input: { shared: { text: 'mail 1 ü😀' }, unit_data: [{}] }, answer: { inputs: { text: 'x' }, outputs: { final_data: { label: 1 } } }, verdict: 'approve', note: 'Good' },
      { position: 1, status: 'rejected', durationMs: 120_000, input: { shared: { text: 'mail 2 ü😀' }, unit_data: [{}] }, answer: { inputs: { text: 'x' }, outputs: { final_data: { label: 2 } } }, verdict: 'reject', note: 'Spam' },
    ])
    expect((await db.agents.find()).rows.map(agent => agent.status).sort()).toEqual(['approved', 'rejected', 'returned'])
  })

  test('brings qualifications with who has them, and who is blocked', async () => {
    const db = await target()
    await bring(db)
    const { workers } = await createDataBrowser({ db }).workers()
    expect(workers.map(({ worker, accepted, rejected, pay }) => [worker.externalId, accepted, rejected, pay[0]?.earned.minor]).sort()).toEqual([['ann', 1, 0, 25], ['ben', 0, 1, 0]])
    const [english] = (await db.qualifications.find()).rows
    const [ann, ben] = await Promise.all(['ann', 'ben'].map(async externalId => (await db.workers.find({ filter: { externalId } })).rows[0]))
    expect(await db.grants.get(english?.id ?? '', ann?.id ?? '')).toMatchObject({ value: 7, expiresAt: null })
    expect((await db.blocks.find()).rows).toMatchObject([{ workerId: ben?.id, scope: 'everywhere', reason: 'Spam', isSoft: false }])
  })

  test('is not written to: no file of it is changed, and none is added', async () => {
    const before = contentOf(original)
    await bring(await target())
    expect(contentOf(original)).toEqual(before)
    chmodSync(join(original, 'database.db'), 0o444)
    expect((await bring(await target('second'))).runs).toBe(1)
  })

  test('[121] imported again adds nothing, and has the same ids in another installation', async () => {
    const [db, other] = [await target(), await target('other')]
    await bring(db)
    expect(await bring(db)).toMatchObject({ runs: 0, known: 1, rows: 0 })
    await bring(other)
    expect(await runsOf(other)).toEqual(await runsOf(db))
    const file = join(folder, 'dump.jsonl')
    expect(await dump(other, { file })).toMatchObject({ runs: 1, leftOut: 0 })
  })

  test('that comes in while the process is killed is whole when it is imported again', async () => {
    const expected = await target('expected')
    await bring(expected)
    let cuts = 0
    for (let last = 1, isOver = false; !isOver; last += 5) {
      const cut = cutOffAt(last)
      await (await target(`cut-${String(last)}`)).close()
      const { client, close } = await openEmbeddedClient({ file: join(folder, `cut-${String(last)}.db`) })
      const struck = prismaDb(withFaults(client, cut.plan), { provider: 'sqlite' })
      expect(await bring(struck).then(() => 'done', () => 'cut')).toBe(cut.isStruck() ? 'cut' : 'done')
      isOver = !cut.isStruck()
      const again = prismaDb(client, { provider: 'sqlite' })
      await bring(again)
      expect(await bring(again)).toMatchObject({ runs: 0, rows: 0 })
      expect((await verifyRun(again, (await runsOf(again))[0] ?? '')).difference).toBeNull()
      for (const table of ['unit', 'agent', 'submission', 'decision', 'event', 'granted_qualification', 'block']) {
        const count = async (sql: typeof client) => Number((await sql.$queryRawUnsafe<{ n: bigint }[]>(`SELECT count(*) AS n FROM mephisto_${table}`))[0]?.n)
        expect(await count(client), `${table} after ${String(last)}`).toBe({ unit: 3, agent: 3, submission: 2, decision: 2, event: 10, granted_qualification: 1, block: 1 }[table])
      }
      await close()
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(5)
  }, 60_000)

  test.each(['postgresql', 'mysql'] as const)('comes in on %s', async kind => {
    if (!await isServing(kind)) return
    const database = await createDatabase(kind)
    const db = await openDatabase({ at: database.url }, { migrate: true })
    onTestFinished(async () => {
      await db.close()
      await database.drop()
    })
    expect((await bring(db)).runs).toBe(1)
    expect((await verifyRun(db, (await runsOf(db))[0] ?? '')).difference).toBeNull()
    expect(await bring(db)).toMatchObject({ runs: 0, rows: 0 })
  })

  test('with files that are missing or damaged comes in all the same, and says so', async () => {
    const data = join(original, 'data', 'runs', 'mail', '5000000')
    unlinkSync(join(data, '2000001', 'assign_data.json'))
    writeFileSync(join(data, '2000001', '31', 'agent_data.json'), '{"outputs": {"cut o')
    unlinkSync(join(data, '2000002', '32', 'agent_meta.json'))
    const db = await target()
    expect((await bring(db)).notes).toMatchObject({ 'items whose file is missing': 1, 'answers whose file is unreadable': 1 })
    const rows = []
    for await (const row of exportRows(db, (await runsOf(db))[0] ?? '')) rows.push(row)
    expect(rows.map(({ input, answer, durationMs }) => [input, typeof answer, durationMs])).toEqual([[null, 'string', 60_000], [expect.anything(), 'object', 0]])
  })

  test('with a run whose task or worker is gone brings in the rest, and says which is not', async () => {
    change("INSERT INTO task_runs (task_run_id, task_id, requester_id, init_params, provider_type, task_type, sandbox) VALUES (5000001, 77, 1000003, '', 'mturk', 't', 0)")
    change("INSERT INTO granted_qualifications (worker_id, qualification_id, value) VALUES (99, 1, 1)")
    const db = await target()
    expect(await bring(db)).toMatchObject({ runs: 1, notes: { 'runs whose task or requester is missing': 1, 'grants whose worker or qualification is missing': 1 } })
  })
})

test.each([
  [0.25, { provider: 'mturk', currency: 'USD' }, 25, false], [0.1 + 0.2, { provider: 'mturk', currency: 'USD' }, 30, false], [0.123, { provider: 'mturk', currency: 'USD' }, 12, true],
  [90, { provider: 'mturk', currency: 'JPY' }, 90, false], [25, { provider: 'prolific', currency: 'GBP' }, 25, false], [-1, { provider: 'mturk', currency: 'USD' }, 0, true],
])('an amount of %d, %j, is %i minor units', (amount, what, minor, isRounded) => {
  expect(minorOf(amount, what)).toEqual({ minor, isRounded })
})

describe('mephisto import-original', () => {
  test('says what came in and what could not, and does it once', async () => {
    const there = join(folder, 'there.db')
    await (await target('there')).close()
    const { code, out, err } = await mephisto('import-original', original, '--db', there)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^Imported 1 runs, \d+ rows; 0 runs were here before\.\n/)
    expect(out).toContain('1  units that waited for a worker (expired)')
    expect(JSON.parse((await mephisto('import-original', original, '--db', there, '--json')).out)).toMatchObject({ runs: 0, known: 1, rows: 0 })
    expect((await mephisto('verify', '--db', there)).code).toBe(0)
  })

  test.each<[string, () => string, string]>([
    ['a folder there is not', () => join(folder, 'none'), 'Name the data folder of the original Mephisto'],
    ['a folder without a database', () => { mkdirSync(join(folder, 'empty')); return join(folder, 'empty') }, 'the one that holds database.db'],
    ['a file that is no database', () => { mkdirSync(join(folder, 'text')); writeFileSync(join(folder, 'text', 'database.db'), 'hello, this is no database at all'.repeat(40)); return join(folder, 'text') }, 'is not a SQLite database'],
    ['a database of something else', () => { mkdirSync(join(folder, 'other')); const database = chooseDriver().open(join(folder, 'other', 'database.db'), 10); database.exec('CREATE TABLE users (id INTEGER)'); database.close(); return join(folder, 'other') }, 'it has no table projects'],
  ])('refuses %s', async (_, make, message) => {
    await (await target('bad')).close()
    expect(await mephisto('import-original', make(), '--db', join(folder, 'bad.db'))).toMatchObject({ code: 1, err: expect.stringContaining(message) as string })
  })

  test('refuses a currency there is not', async () => {
    await (await target('bad')).close()
    expect(await mephisto('import-original', original, '--db', join(folder, 'bad.db'), '--currency', 'dollars')).toMatchObject({ code: 1, err: expect.stringContaining('ISO 4217') as string })
  })
})
