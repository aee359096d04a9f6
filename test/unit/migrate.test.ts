import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import initial from '../../prisma/ddl/sqlite/0001_initial.json' with { type: 'json' }
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { migrate, pendingMigrations } from '../../prisma/migrate.js'
import type { Migration, MigrateOptions } from '../../prisma/migrate.js'
import type { RawClient } from '../../prisma/raw-client.js'
import type { MephistoErrorCode } from '../../sdk/errors.js'
import { bareClient, freshFile, otherProgram, startChild, temporaryFolder } from './sqlite-client.js'

const first: Migration = { name: '0001_first', statements: ['CREATE TABLE a (x TEXT)', 'CREATE INDEX a_x ON a(x)'] }
const second: Migration = { name: '0002_second', statements: ['ALTER TABLE a ADD COLUMN y TEXT'] }

const rawClient = (file = freshFile(), busyMs = 5000): RawClient => bareClient({ file, busyMs })

type Options = Pick<MigrateOptions, 'names' | 'waitMs' | 'now'>

function run(client: RawClient, migrations: readonly Migration[], options: Options = {}): Promise<readonly string[]> {
  return migrate(client, { dialect: 'sqlite', migrations, ...options })
}

const failing = (code: MephistoErrorCode, part: string | RegExp): object =>
  expect.objectContaining({ name: 'MephistoError', code, message: expect.stringMatching(part) as string }) as object

async function tables(client: RawClient): Promise<string[]> {
  const sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
  return (await client.$queryRawUnsafe<{ name: string }[]>(sql)).map(row => row.name)
}

async function locks(client: RawClient): Promise<unknown[]> {
  return client.$queryRawUnsafe<unknown[]>('SELECT * FROM mephisto_lock')
}

describe('migrate', () => {
  test('[26] applies what is missing, in order, once', async () => {
    const client = rawClient()
    expect(await run(client, [first])).toEqual(['0001_first'])
    expect(await run(client, [first])).toEqual([])
    expect(await run(client, [first, second])).toEqual(['0002_second'])
    expect(await tables(client)).toEqual(['a', 'mephisto_lock', 'mephisto_migration'])
    expect(await locks(client)).toEqual([])
    expect(await client.$queryRawUnsafe('SELECT name, steps, done FROM mephisto_migration ORDER BY name')).toEqual([
      { name: '0001_first', steps: 2, done: 2 }, { name: '0002_second', steps: 1, done: 1 },
    ])
  })

  test('with nothing to do it runs one SELECT', async () => {
    const client = rawClient()
    await run(client, [first])
    const seen: string[] = []
    const watched: RawClient = {
      $executeRawUnsafe: sql => { seen.push(sql); throw new Error('not expected') },
      $queryRawUnsafe: (sql, ...values) => { seen.push(sql); return client.$queryRawUnsafe(sql, ...values) },
      $transaction: () => { throw new Error('not expected') },
    }
    expect(await run(watched, [first])).toEqual([])
    expect(seen).toEqual([expect.stringMatching(/^SELECT/)])
  })

  test('keeps its two tables under the given prefix', async () => {
    const client = rawClient()
    await run(client, [first], { names: { prefix: 'other_' } })
    expect(await tables(client)).toEqual(['a', 'other_lock', 'other_migration'])
  })

  test('the SDK\'s own migrations put every table under the prefix', async () => {
    const client = rawClient()
    const options = { dialect: 'sqlite', names: { prefix: 'other_' } } as const
    expect(await migrate(client, options)).toEqual(await pendingMigrations(rawClient(), { dialect: 'sqlite' }))
    expect((await tables(client)).filter(name => !name.startsWith('other_'))).toEqual([])
    const sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'other_%'"
    expect(await client.$queryRawUnsafe(sql)).toEqual([])
    expect(await pendingMigrations(client, options)).toEqual([])
  })

  test('what is pending is told without writing', async () => {
    const client = rawClient()
    const pending = (migrations: readonly Migration[]): Promise<readonly string[]> => pendingMigrations(client, { dialect: 'sqlite', migrations })
    expect(await pending([first, second])).toEqual(['0001_first', '0002_second'])
    expect(await tables(client)).toEqual([])
    await run(client, [first])
    expect(await pending([first, second])).toEqual(['0002_second'])
    await run(client, [first, second])
    await expect(pending([first])).rejects.toEqual(failing('database_newer', '0002_second'))
    await client.$executeRawUnsafe("UPDATE mephisto_migration SET done = 0 WHERE name = '0002_second'")
    expect(await pending([first, second])).toEqual(['0002_second'])
  })

  test('refuses a database that a newer version used', async () => {
    const client = rawClient()
    await run(client, [first, second])
    await expect(run(client, [first])).rejects.toEqual(failing('database_newer', '0002_second'))
  })

  test('refuses a migration that was changed after it was applied', async () => {
    const client = rawClient()
    await run(client, [first])
    const edited = { ...first, statements: [...first.statements, 'CREATE TABLE b (x TEXT)'] }
    await expect(run(client, [edited])).rejects.toEqual(failing('unavailable', '0001_first'))
    expect(await tables(client)).not.toContain('b')
  })

  test('a migration that fails is undone whole and gives the lock back', async () => {
    const client = rawClient()
    const broken = { name: '0002_broken', statements: ['CREATE TABLE b (x TEXT)', 'CREATE TABLE a (x TEXT)'] }
    await expect(run(client, [first, broken])).rejects.toEqual(failing('unavailable', 'already exists'))
    expect(await tables(client)).toEqual(['a', 'mephisto_lock', 'mephisto_migration'])
    expect(await locks(client)).toEqual([])
  })

  test('waits for another holder of the lock, but not for ever', async () => {
    const client = rawClient()
    await run(client, [first])
    await client.$executeRawUnsafe("INSERT INTO mephisto_lock VALUES ('migrate', 'somebody', ?)", Date.now() + 60_000)
    await expect(run(client, [first, second], { waitMs: 150 })).rejects.toMatchObject({ code: 'database_locked' })
    const later = (): number => Date.now() + 120_000
    expect(await run(client, [first, second], { waitMs: 150, now: later })).toEqual(['0002_second'])
    expect(await locks(client)).toEqual([])
  })

  test('after a process died in the middle, the next one does all of it', async () => {
    const file = freshFile()
    expect(await startChild('crash', file).ended).toBe('SIGKILL')
    const client = rawClient(file)
    expect(await tables(client)).toEqual(['mephisto_lock', 'mephisto_migration'])
    expect(await locks(client)).toHaveLength(1)
    expect(await run(client, [initial])).toEqual(['0001_initial'])
    expect(await tables(client)).toContain('mephisto_unit')
    expect(await locks(client)).toEqual([])
  })

  test('a database that may only be read is called so', async () => {
    const client = rawClient()
    await client.$executeRawUnsafe('PRAGMA query_only = ON')
    await expect(run(client, [first])).rejects.toMatchObject({ code: 'database_unwritable' })
  })

  test('a program that holds the write lock is called so', async () => {
    const file = freshFile()
    const client = rawClient(file, 100)
    await run(client, [first])
    otherProgram(file).exec('BEGIN IMMEDIATE')
    await expect(run(client, [first, second])).rejects.toMatchObject({ code: 'database_locked' })
    expect(await run(client, [first])).toEqual([])
  })
})

describe('openEmbeddedClient', () => {
  const failure = (file: string): Promise<unknown> =>
    openEmbeddedClient({ file, busyMs: 100 }).then(() => { throw new Error('expected a failure') }, (error: unknown) => error)

  test('makes the folder, the file and the tables; a second start finds them', async () => {
    const file = join(temporaryFolder(), 'a', 'b', 'mephisto.db')
    for (const start of [1, 2]) {
      const { client, close } = await openEmbeddedClient({ file: `file:${file}` })
      const name = `project ${String(start)}`
      await client.$executeRawUnsafe('INSERT INTO mephisto_project (id, name, created_at) VALUES (?, ?, 1)', name, name)
      expect(await client.$queryRawUnsafe('SELECT count(*) AS n FROM mephisto_project')).toEqual([{ n: start }])
      await close()
      await close()
    }
  })

  test('works in memory', async () => {
    const { client, close } = await openEmbeddedClient({ file: ':memory:' })
    expect(await client.$queryRawUnsafe('SELECT count(*) AS n FROM mephisto_unit')).toEqual([{ n: 0 }])
    await close()
  })

  test('names a path that cannot be used, and the way out', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    mkdirSync(join(folder, 'folder.db'))
    writeFileSync(join(folder, 'garbage.db'), 'this is no database '.repeat(500))
    const cases = [
      [join(file, 'mephisto.db'), /folder .*file of the database cannot be made.*Name a folder/],
      [join(folder, 'folder.db'), /folder\.db cannot be opened\. Name a file, not a folder/],
      [join(folder, 'garbage.db'), /garbage\.db is not a SQLite database.*Name another file/],
    ] as const
    for (const [path, message] of cases) {
      expect(await failure(path)).toEqual(failing('database_unwritable', message))
    }
  })

  test('says that another process keeps the file locked', async () => {
    const file = freshFile()
    expect(await startChild('hold', file).line).toBe('ready')
    expect(await failure(file)).toEqual(failing('database_locked', /test\.db locked for 0\.1 s.*Close that program/))
  })

  test('refuses a database of a newer version', async () => {
    const file = freshFile()
    await run(rawClient(file), [initial, { name: '0999_later', statements: ['CREATE TABLE later (x TEXT)'] }])
    expect(await failure(file)).toMatchObject({ code: 'database_newer' })
  })
})
