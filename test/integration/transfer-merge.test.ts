import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../prisma/open-database.js'
import { dump, implement, importDump, verifyRun, type MephistoDb } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { finishedStage, rating, RITA, type FinishedStage } from '../finished-stage.js'
import { runCommand as mephisto } from '../run-command.js'

let stage: FinishedStage
let folder: string
let dumps = 0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-merge-'))
  stage = await finishedStage()
  const { people } = stage.mephisto
  for (const name of ['english', 'danish']) await people.makeQualification(RITA, { requestId: requestId(), name })
  await people.grant(RITA, { requestId: requestId(), qualification: 'english', people: [ANN, BEN], value: 5 })
  await people.block(RITA, { requestId: requestId(), people: [ANN], scope: 'everywhere', reason: 'ann copies' })
})
afterEach(async () => {
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const requestId = (): string => crypto.randomUUID()
const named = (externalId: string) => ({ provider: 'inhouse', externalId })
const [ANN, BEN] = [named('ann'), named('ben')]

async function dumped(from = stage.mephisto): Promise<string> {
  const path = join(folder, `${String(dumps += 1)}.jsonl`)
  await dump(from.db, { file: path })
  return path
}
async function another(file?: string): Promise<TestMephisto> {
  const instance = await createTestMephisto({ blueprints: [implement(rating)], seed: 2, ...(file === undefined ? {} : { file }) })
  onTestFinished(() => instance.close())
  return instance
}
const bring = (db: MephistoDb, path: string) => importDump(db, systemRuntime(), { file: path, actorId: 'olga' })
const peopleOf = async (db: MephistoDb): Promise<string[]> => (await db.workers.find()).rows.map(worker => worker.externalId.replace(/:.*/, '')).sort()
/** Everything of an installation that says a name or a reason: its own dump. */
const told = async (from: TestMephisto): Promise<string> => readFileSync(await dumped(from), 'utf8')

describe('people whose names were taken away', () => {
  test.each(['erase', 'pseudonymise'] as const)('stay so when an older dump comes again: %s', async act => {
    const here = await another()
    const older = await dumped()
    await bring(here.db, older)
    await here.privacy[act](RITA, { requestId: requestId(), person: ANN })
    const before = await told(here)
    expect(before).not.toContain('"ann"')
    await bring(here.db, older)
    expect(await peopleOf(here.db)).toEqual([act === 'erase' ? 'erased' : 'anonymous', 'ben', 'cleo'].sort())
    const after = await told(here)
    expect(after).not.toContain('"ann"')
    if (act === 'pseudonymise') return
    // Nor do their grants, blocks and what was written about them.
    expect(after).not.toContain('ann copies')
    expect((await here.db.grants.find()).rows).toHaveLength(1)
    expect((await here.db.blocks.find()).rows).toEqual([])
  })

  test.each(['erase', 'pseudonymise'] as const)('elsewhere keep the name that they have here, and dumps can still be exchanged: %s', async act => {
    const here = await another()
    await bring(here.db, await dumped())
    await stage.mephisto.privacy[act](RITA, { requestId: requestId(), person: ANN })
    await bring(here.db, await dumped())
    expect(await peopleOf(here.db)).toEqual(['ann', 'ben', 'cleo'])
    await bring(stage.mephisto.db, await dumped(here))
    expect(await peopleOf(stage.mephisto.db)).toEqual([act === 'erase' ? 'erased' : 'anonymous', 'ben', 'cleo'].sort())
  })

  test.each(['erase', 'pseudonymise'] as const)('come in without one when the later dump comes first, and stay so: %s', async act => {
    const here = await another()
    const older = await dumped()
    await stage.mephisto.privacy[act](RITA, { requestId: requestId(), person: ANN })
    await bring(here.db, await dumped())
    await bring(here.db, older)
    expect(await peopleOf(here.db)).toEqual([act === 'erase' ? 'erased' : 'anonymous', 'ben', 'cleo'].sort())
    expect(await told(here)).not.toContain('"ann"')
  })
})

test('a grant that was revoked here stays so, however often the dump comes, and also from a later one', async () => {
  const here = await another()
  const older = await dumped()
  await bring(here.db, older)
  await here.people.revoke(RITA, { requestId: requestId(), qualification: 'english', people: [BEN] })
  const valuesOf = async () => (await here.people.worker(BEN)).grants.map(grant => grant.value)
  await bring(here.db, older)
  expect(await valuesOf()).toEqual([])
  // Changed there, later than it was revoked here.
  stage.mephisto.runtime.advance(365 * 86_400_000)
  await stage.mephisto.people.grant(RITA, { requestId: requestId(), qualification: 'english', people: [BEN], value: 9 })
  const later = await dumped()
  for (let times = 0; times < 2; times += 1) {
    await bring(here.db, later)
    expect(await valuesOf()).toEqual([])
  }
  expect((await here.people.worker(ANN)).grants.map(grant => grant.value)).toEqual([5])
  await here.people.grant(RITA, { requestId: requestId(), qualification: 'english', people: [BEN], value: 7 })
  await bring(here.db, later)
  expect(await valuesOf()).toEqual([7])
})

test('a run that is here in another state is told', async () => {
  const file = join(folder, 'here.db')
  const here = await another(file)
  const { mail, mephisto: there } = stage
  await bring(here.db, await dumped())
  await stage.decide([(await there.data.page({ run: mail.id })).rows[0]?.unit ?? ''], 'approve')
  const later = await dumped()
  expect(await bring(here.db, later)).toMatchObject({ runs: 0, known: 2, differing: [mail.id], rows: 0 })
  expect(await bring(there.db, later)).toMatchObject({ known: 2, differing: [] })
  expect((await mephisto('import', later, '--db', file)).out).toMatch(new RegExp(`2 runs were here before\\.\\nOf these, 1 differ from the dump; what is here stays as it is, .*\\n {2}${mail.id}\\n$`))
})

test.each(['postgresql', 'mysql'] as const)('a dump that is imported twice at once comes in once, on %s', async kind => {
  if (!await isServing(kind)) return
  const database = await createDatabase(kind)
  const both = await Promise.all([openDatabase({ at: database.url }, { migrate: true }), openDatabase({ at: database.url }, { migrate: true })])
  onTestFinished(async () => {
    for (const db of both) await db.close()
    await database.drop()
  })
  const file = await dumped()
  const reports = await Promise.all(both.map(db => bring(db, file)))
  expect(reports.map(({ runs, known }) => runs + known)).toEqual([2, 2])
  expect(reports.reduce((sum, { runs }) => sum + runs, 0)).toBe(2)
  expect(await peopleOf(both[0])).toEqual(['ann', 'ben', 'cleo'])
  expect((await verifyRun(both[0], stage.mail.id)).difference).toBeNull()
})
