import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { openDatabase } from '../../prisma/open-database.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { rawSqliteClient } from '../bench/raw-sqlite.js'
import { peopleOver } from '../people-over.js'
import { check, makeFile } from '../scenarios/promise-target.js'
import { smallDisk } from '../small-disk.js'

// What becomes of a database in a file when its disk is full, may only be read, or somebody else changes the file.

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function freshFile(): string {
  const target = makeFile()
  ends.push(() => target.drop())
  return target.at
}

async function opened(file: string): Promise<MephistoDb> {
  const db = await embeddedDb({ file })
  ends.push(() => db.close())
  return db
}

async function byHand(file: string, ...statements: string[]): Promise<void> {
  const other = rawSqliteClient(file)
  try {
    for (const sql of statements) await other.$executeRawUnsafe(sql)
  } finally {
    other.close()
  }
}

const failing = (code: string, message: RegExp) => expect.objectContaining({ name: 'MephistoError', code, message: expect.stringMatching(message) as string }) as Error

describe('a disk that is full', () => {
  test('is told to whoever writes; what was acknowledged is there, half of nothing is, and work goes on when there is room', async () => {
    const disk = smallDisk(12)
    if (disk === null) return
    ends.push(() => { disk.remove() })
    const file = join(disk.folder, 'mephisto.db')
    const db = await opened(file)
    const { launch, claim, submit, acknowledged } = peopleOver(db)
    const run = await launch(300)
    const held = await claim(run, 'holder')
    disk.fill()
    const full = failing('database_unwritable', /disk|cannot be written/)
    let failure: unknown = null
    for (let count = 0; failure === null && count < 250; count += 1) {
      failure = await claim(run, 'ann').then(work => submit(work, `answer-${String(count)}`)).then(() => null, (error: unknown) => error)
    }
    expect(failure).toEqual(full)
    await expect(launch(2_000, 'x'.repeat(1_000))).rejects.toEqual(full)
    // What was in the way of one is in the way of all, whatever they want; reading goes on.
    const outcomes = await Promise.allSettled([submit(held, 'held-answer'), ...Array.from({ length: 20 }, (_, index) => claim(run, `worker ${String(index)}`))])
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(full)
    expect(outcomes.some(outcome => outcome.status === 'rejected')).toBe(true)
    expect((await db.runs.list({ limit: 10 })).filter(({ status }) => status === 'running').map(({ id }) => id)).toEqual([run])
    expect((await db.units.answers({ runId: run, includeSetAside: true, limit: 1_000 }))).toHaveLength(acknowledged.answers.length)
    expect((await verifyRun(db, run).catch(() => ({ difference: null }))).difference).toBeNull()

    disk.free()
    expect(await submit(held, 'held-answer')).toBe('completed')
    for (let index = 0; index < 20; index += 1) {
      const work = await claim(run, `worker ${String(index)}`)
      expect(await submit(work, 'the-answer')).toBe('completed')
    }
    const second = await launch(10)
    expect((await verifyRun(db, run)).difference).toBeNull()
    expect((await verifyRun(db, second)).difference).toBeNull()
    await db.close()
    expect(await check({ kind: 'sqlite', at: file }, { acknowledged })).toEqual([])
  })

  test('is told at opening, with the way out, and leaves nothing half made', async () => {
    const disk = smallDisk(1)
    if (disk === null) return
    ends.push(() => { disk.remove() })
    const file = join(disk.folder, 'mephisto.db')
    disk.fill()
    await expect(embeddedDb({ file })).rejects.toEqual(failing('database_unwritable', /room|disk|cannot be/))
    disk.free()
    writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(900_000))
    await expect(embeddedDb({ file })).rejects.toEqual(failing('database_unwritable', /room|disk|cannot be/))
    disk.free()
    const db = await opened(file)
    expect(await db.runs.list({ limit: 1 })).toEqual([])
  })
})

describe('a disk that may only be read', () => {
  test('is told at opening, with a database there and without one', async () => {
    const disk = smallDisk(4)
    if (disk === null) return
    ends.push(() => { disk.remove() })
    const [made, copy] = [freshFile(), join(disk.folder, 'mephisto.db')]
    await (await embeddedDb({ file: made })).close()
    copyFileSync(made, copy)
    expect(statSync(copy).size).toBeGreaterThan(100_000)
    disk.makeReadOnly()
    const readOnly = failing('database_unwritable', /mephisto\.db cannot be (?:written|opened)\..*may write/)
    await expect(embeddedDb({ file: copy })).rejects.toEqual(readOnly)
    await expect(openDatabase({ at: copy }, { migrate: false })).rejects.toEqual(readOnly)
    await expect(embeddedDb({ file: join(disk.folder, 'new', 'other.db') })).rejects.toEqual(failing('database_unwritable', /folder .*new of the database cannot be made.*may write/))
    await expect(embeddedDb({ file: join(disk.folder, 'other.db') })).rejects.toEqual(failing('database_unwritable', /other\.db cannot be opened\..*may write/))
    expect(existsSync(join(disk.folder, 'other.db'))).toBe(false)
  })
})

describe('a file', () => {
  test('without tables is named with the way out when none are to be made, and stays as it is', async () => {
    const file = freshFile()
    await byHand(file, 'CREATE TABLE of_the_host (x TEXT)')
    const lacking = failing('unavailable', /tables of this database lack 0001_initial, .*0004_webhooks.*npx mephisto migrate/)
    for (let times = 0; times < 2; times += 1) await expect(openDatabase({ at: file }, { migrate: false })).rejects.toEqual(lacking)
    await (await openDatabase({ at: file }, { migrate: true })).close()
    await (await openDatabase({ at: file }, { migrate: false })).close()
  })

  test('whose record of a migration is gone is not built upon', async () => {
    const file = freshFile()
    await (await embeddedDb({ file })).close()
    await byHand(file, "DELETE FROM mephisto_migration WHERE name = '0004_webhooks'")
    await expect(openDatabase({ at: file }, { migrate: false })).rejects.toEqual(failing('unavailable', /lack 0004_webhooks\. Run: npx mephisto migrate/))
    await expect(embeddedDb({ file })).rejects.toEqual(failing('unavailable', /could not be made: .*(?:already exists|duplicate column).*no migration of mephisto-sdk made it/i))
  })

  test('that was closed is whole by itself: a copy of it has everything', async () => {
    const [file, copy] = [freshFile(), freshFile()]
    const db = await embeddedDb({ file })
    const run = await peopleOver(db).launch(3)
    await db.close()
    copyFileSync(file, copy)
    expect((await verifyRun(await opened(copy), run))).toMatchObject({ units: 3, difference: null })
  })

  test('with a table dropped by another program says so, and everything else goes on', async () => {
    const file = freshFile()
    const db = await opened(file)
    await byHand(file, 'DROP TABLE mephisto_decision')
    await expect(db.decisions.find()).rejects.toEqual(failing('unavailable', /tables are missing in this database, or only half made\. Run: npx mephisto migrate/))
    expect(await db.runs.list({ limit: 5 })).toEqual([])
  })

  test.each([
    ['cut off', (file: string) => { truncateSync(file, Math.floor(statSync(file).size / 2)) }],
    ['overwritten in the middle', (file: string) => { writeFileSync(file, Buffer.from(readFileSync(file)).fill(0xa5, 8_192, 200_000)) }],
    ['overwritten at its beginning', (file: string) => { writeFileSync(file, Buffer.from(readFileSync(file)).fill(0xa5, 0, 4_096)) }],
  ])('that is %s is called damaged, when it is opened or when it is read', async (_, damage) => {
    const file = freshFile()
    const before = await embeddedDb({ file })
    await peopleOver(before).launch(2_000)
    await before.close()
    damage(file)
    const damaged = failing('database_unwritable', /damaged|malformed|not a database|cannot be written/)
    const looking = async () => {
      const db = await opened(file)
      await Promise.all([db.runs.find(), db.assignments.find({ limit: 1_000 }), db.units.find({ limit: 1_000 })])
      await db.projects.create({ id: crypto.randomUUID(), name: 'one', at: 1 })
    }
    await expect(looking()).rejects.toEqual(damaged)
  })

  test('from which another program takes rows is worked with where it is whole, and what is missing is found', async () => {
    const file = freshFile()
    const db = await opened(file)
    const { launch, claim, submit } = peopleOver(db)
    const run = await launch(4)
    await submit(await claim(run, 'ann'), 'the-answer')
    await byHand(file, 'PRAGMA foreign_keys = OFF', "DELETE FROM mephisto_assignment WHERE position = 3")
    for (let count = 0; count < 2; count += 1) expect(await submit(await claim(run, 'ben'), `answer-${String(count)}`)).toBe('completed')
    expect((await verifyRun(db, run)).difference).toEqual({ subject: 'run', id: run, what: 'units that have their item is 4, and the log says 3' })
  })
})
