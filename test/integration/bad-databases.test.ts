import { createConnection } from 'mysql2/promise'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { mysqlDb } from '../../prisma/mysql.js'
import { openDatabase } from '../../prisma/open-database.js'
import { postgresDb } from '../../prisma/postgres.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createDatabase, isServing, SERVERS, type ServerKind, type TestDatabase } from '../databases.js'
import { acceptEssay, essayMephisto, launchEssays } from '../essays.js'
import { localCalls } from '../scenarios/promise-calls.js'
import { onTarget, tableOf } from '../scenarios/promise-target.js'
import { sentimentRun } from '../sentiment.js'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const OPEN = { postgresql: postgresDb, mysql: mysqlDb } as const
const KINDS = ['postgresql', 'mysql'] as const
const SERVING = { postgresql: await isServing('postgresql'), mysql: await isServing('mysql') }
const served = KINDS.filter(kind => SERVING[kind])

/** The failure of opening, and how long it took; a database that opens is closed. */
async function failureOf(opening: Promise<MephistoDb>) {
  const start = performance.now()
  const failure: unknown = await opening.then(db => db.close(), (error: unknown) => error)
  return { failure, tookMs: performance.now() - start }
}

const failing = (code: string, message: RegExp) => expect.objectContaining({ name: 'MephistoError', code, message: expect.stringMatching(message) as string }) as Error

async function ownDatabase(kind: ServerKind): Promise<TestDatabase> {
  const database = await createDatabase(kind)
  ends.push(() => database.drop())
  return database
}

/** Runs statements on a database, beside the SDK. */
async function byHand(kind: ServerKind, url: string, ...statements: string[]): Promise<void> {
  if (kind === 'mysql') {
    const connection = await createConnection({ uri: url })
    for (const sql of statements) await connection.query(sql).catch(async (error: unknown) => { await connection.end(); throw error })
    await connection.end()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}

function changed(url: string, parts: Partial<Pick<URL, 'username' | 'password' | 'hostname' | 'port' | 'pathname'>>): string {
  return Object.assign(new URL(url), parts).href
}

describe('an address', () => {
  test.each([
    ['no address', 'not an address'], ['an empty one', ''], ['the other database', 'mysql://root@127.0.0.1/test'], ['a web address', 'https://127.0.0.1/test'],
    ['a port that cannot be', 'postgresql://root@127.0.0.1:99999/test'],
  ])('of PostgreSQL that is %s is refused at once', async (_, url) => {
    await expect(postgresDb({ url })).rejects.toThrow(failing('invalid_options', /^url: must look like postgresql:\/\/user:password@host:5432\/database\.$/))
  })

  test.each([
    ['no address', 'not an address', /^url: must look like mysql:/], ['an empty one', '', /^url: must look like mysql:/],
    ['the other database', 'postgresql://root@127.0.0.1/test', /^url: must look like mysql:/], ['a port that cannot be', 'mysql://root@127.0.0.1:99999/test', /^url: must look like mysql:/],
    ['one without a database', 'mysql://root@127.0.0.1', /^url: must name a database/], ['a password with a bare %', 'mysql://root:50%off@127.0.0.1/test', /^url: .*%/],
  ])('of MySQL that is %s is refused at once', async (_, url, message) => {
    await expect(mysqlDb({ url })).rejects.toThrow(failing('invalid_options', message))
  })

  test.each(['sqlserver://localhost;database=x', 'mongodb://localhost/test', 'https://example.org/db'])('%s, of which there is no driver, is refused at once', async at => {
    await expect(openDatabase({ at }, { migrate: true })).rejects.toThrow(failing('invalid_options', /There is no way to a \w+ database here; give postgresql/))
  })

  test.concurrent.each([
    ['a closed port', '127.0.0.1:1', /cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Check its address/],
    ['an unknown host', 'no-such-host.invalid:5432', /cannot be reached \(getaddrinfo \w+ no-such-host\.invalid\)\. Check its address/],
  ])('with %s is tried for 10 s and then reported', async (_, host, message) => {
    const tried = await Promise.all([
      failureOf(postgresDb({ url: `postgresql://root@${host}/test` })), failureOf(mysqlDb({ url: `mysql://root@${host}/test` })),
      failureOf(openDatabase({ at: `postgresql://root@${host}/test` }, { migrate: false })),
    ])
    for (const { failure, tookMs } of tried) {
      expect(failure).toEqual(failing('unavailable', message))
      expect(tookMs).toBeGreaterThan(9_000)
      expect(tookMs).toBeLessThan(14_000)
    }
  })
})

describe.each(served)('on %s', kind => {
  const open = OPEN[kind]

  test('a database that does not exist is named', async () => {
    const { failure, tookMs } = await failureOf(open({ url: changed(SERVERS[kind], { pathname: '/mephisto_no_such' }) }))
    expect(failure).toEqual(failing('unavailable', /There is no such database \(.*mephisto_no_such.*\)\. Make it, or check the address/))
    expect(tookMs).toBeLessThan(5_000)
  })

  test('a user that does not exist is refused at once', async () => {
    const { failure, tookMs } = await failureOf(open({ url: changed(SERVERS[kind], { username: 'mephisto_nobody', password: 'guessed' }) }))
    expect(failure).toEqual(failing('unavailable', /refused the user or the password \(.*mephisto_nobody.*\)\. Check the address/))
    expect((failure as Error).message).not.toContain('guessed')
    expect(tookMs).toBeLessThan(5_000)
  })

  test('without tables and with `migrate: false`, the way out is named and nothing is made', async () => {
    const { url } = await ownDatabase(kind)
    const lacking = failing('unavailable', /tables of this database lack 0001_initial, .*0004_webhooks.*npx mephisto migrate/)
    expect((await failureOf(open({ url, migrate: false }))).failure).toEqual(lacking)
    expect((await failureOf(open({ url, migrate: false }))).failure).toEqual(lacking)
    const db = await open({ url })
    await db.close()
    const ready = await open({ url, migrate: false })
    expect(await ready.runs.list({ limit: 5 })).toEqual([])
    await ready.close()
  })

  test('with a migration that is not recorded, `migrate: false` names it, and `migrate` does not build upon what it finds', async () => {
    const { url } = await ownDatabase(kind)
    await (await open({ url })).close()
    const place = kind === 'postgresql' ? 'mephisto.mephisto_migration' : 'mephisto_migration'
    await byHand(kind, url, `DELETE FROM ${place} WHERE name = '0004_webhooks'`)
    expect((await failureOf(open({ url, migrate: false }))).failure).toEqual(failing('unavailable', /lack 0004_webhooks(?: in the schema "mephisto")?\. Run: npx mephisto migrate/))
    expect((await failureOf(open({ url }))).failure).toEqual(failing('unavailable', /could not be made: .*(?:already exists|Duplicate column).*no migration of mephisto-sdk made it/))
  })

  test('with a migration of a newer version, it is not touched', async () => {
    const { url } = await ownDatabase(kind)
    await (await open({ url })).close()
    const place = kind === 'postgresql' ? 'mephisto.mephisto_migration' : 'mephisto_migration'
    await byHand(kind, url, `INSERT INTO ${place} (name, checksum, steps, done, finished_ms) VALUES ('0999_future', 'x', 1, 1, 1)`)
    for (const migrate of [true, false]) {
      expect((await failureOf(open({ url, migrate }))).failure).toEqual(failing('database_newer', /does not know 0999_future\. Update mephisto-sdk/))
    }
  })

  test('a table dropped by hand is reported with the way out, and everything else goes on', async () => {
    const { url } = await ownDatabase(kind)
    const db = await open({ url })
    ends.push(() => db.close())
    await byHand(kind, url, `DROP TABLE ${kind === 'postgresql' ? 'mephisto.mephisto_decision' : 'mephisto_decision'}`)
    const missing = failing('unavailable', /tables are missing in this database, or only half made\. Run: npx mephisto migrate/)
    await expect(db.decisions.find()).rejects.toThrow(missing)
    await expect(db.transaction(async tx => tx.decisions.find())).rejects.toThrow(missing)
    expect(await db.runs.list({ limit: 5 })).toEqual([])
  })

  test('rows of another program that break a constraint are refused by the database itself', async () => {
    const { url } = await ownDatabase(kind)
    const db = await open({ url })
    ends.push(() => db.close())
    const calls = localCalls(db)
    const run = await calls.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(2), unitsPerAssignment: 2 })
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run: run.id, worker: 'ann' })
    const work = await calls.page<{ agentToken: string }>('register', { provider: 'inhouse', credential })
    await calls.page('submit', { submissionId: 'the-answer', answer: { label: 'positive' } }, work.agentToken)
    const t = (name: string): string => tableOf({ kind, at: url }, name)
    const target = { kind, at: url } as const
    const everything = async () => onTarget(target, async query => (await Promise.all(['worker', 'agent', 'unit', 'submission', 'task_run'].map(name => query(`SELECT * FROM ${t(name)} ORDER BY id`)))))
    const before = await everything()
    for (const sql of [
      `DELETE FROM ${t('worker')}`, `DELETE FROM ${t('task')}`, `DELETE FROM ${t('requester')}`, `DELETE FROM ${t('assignment')}`, `UPDATE ${t('agent')} SET worker_id = 'nobody'`,
      `UPDATE ${t('task_run')} SET task_id = 'none'`, `UPDATE ${t('unit')} SET run_id = 'none'`, `UPDATE ${t('unit')} SET holder = 'somebody'`, `UPDATE ${t('unit')} SET status = NULL`,
      `INSERT INTO ${t('worker')} (id, provider, external_id, pseudonym, created_at) VALUES ('another', 'inhouse', 'ann', 'w-other', 1)`,
      `INSERT INTO ${t('submission')} (id, run_id, agent_id, unit_id, worker_id, client_id, slot, outcome, answer, schema_hash, fence, reply, received_at)
         SELECT 'second', run_id, agent_id, unit_id, worker_id, 'second', slot, outcome, answer, schema_hash, fence, reply, received_at FROM ${t('submission')}`,
    ]) await expect(byHand(kind, url, sql), sql).rejects.toThrow(/constraint|Duplicate entry|cannot be null/i)
    expect(await everything()).toEqual(before)
  })

  test('large items and answers of many people at once are all kept', async () => {
    const { url } = await ownDatabase(kind)
    const db = await open({ url })
    ends.push(() => db.close())
    const mephisto = essayMephisto(db)
    const text = 'ü😀a\\"\n'.repeat(60_000)
    const people = Array.from({ length: 20 }, (_, index) => `worker ${String(index)}`)
    const run = await launchEssays(mephisto, people.map(name => name + text))
    const outcomes = await Promise.all(people.map(async name => {
      const task = await acceptEssay(mephisto, name, run)
      return (await task.submit({ text: name + text })).outcome
    }))
    expect(new Set(outcomes)).toEqual(new Set(['completed']))
    const answers = await db.units.answers({ runId: run.id, includeSetAside: false, limit: 100 })
    expect(answers.map(row => JSON.parse(row.answer) as unknown)).toEqual(expect.arrayContaining(people.map(name => ({ text: name + text }))))
  })
})

describe.runIf(SERVING.mysql)('on MariaDB', () => {
  /** A user of the server that is gone after the test. */
  async function user(grant: (name: string) => string): Promise<{ username: string; password: string }> {
    const [username, password] = [`mephisto_${randomBytes(4).toString('hex')}`, randomBytes(8).toString('hex')]
    await byHand('mysql', SERVERS.mysql, `CREATE USER '${username}'@'%' IDENTIFIED BY '${password}'`)
    ends.push(() => byHand('mysql', SERVERS.mysql, `DROP USER '${username}'@'%'`))
    await byHand('mysql', SERVERS.mysql, grant(`'${username}'@'%'`))
    return { username, password }
  }

  test('a wrong password is refused at once and not repeated in the message; the right one opens', async () => {
    const { url } = await ownDatabase('mysql')
    const { username, password } = await user(name => `GRANT ALL ON ${new URL(url).pathname.slice(1)}.* TO ${name}`)
    const { failure, tookMs } = await failureOf(mysqlDb({ url: changed(url, { username, password: 'mistyped' }) }))
    expect(failure).toEqual(failing('unavailable', new RegExp(`refused the user or the password \\(Access denied for user '${username}'.*Check the address`)))
    expect((failure as Error).message).not.toContain('mistyped')
    expect(tookMs).toBeLessThan(5_000)
    await (await mysqlDb({ url: changed(url, { username, password }) })).close()
  })

  test('a user who may only read is told so at the first write; reading goes on', async () => {
    const { url } = await ownDatabase('mysql')
    await (await mysqlDb({ url })).close()
    const reader = await user(name => `GRANT SELECT ON ${new URL(url).pathname.slice(1)}.* TO ${name}`)
    const db = await mysqlDb({ url: changed(url, reader) })
    ends.push(() => db.close())
    await expect(db.projects.create({ id: crypto.randomUUID(), name: 'one', at: 1 })).rejects.toThrow(failing('database_unwritable', /does not let anything be written \((?:INSERT|SELECT, INSERT).* command denied/))
    expect((await db.projects.find()).rows).toEqual([])
    await expect(db.transaction(async tx => tx.projects.create({ id: crypto.randomUUID(), name: 'two', at: 1 }))).rejects.toThrow(failing('database_unwritable', /command denied/))
  })

  test('a user who may only read cannot make the tables, and is told so', async () => {
    const { url } = await ownDatabase('mysql')
    const reader = await user(name => `GRANT SELECT ON ${new URL(url).pathname.slice(1)}.* TO ${name}`)
    expect((await failureOf(mysqlDb({ url: changed(url, reader) }))).failure).toEqual(failing('database_unwritable', /CREATE command denied/))
  })
})

describe.runIf(SERVING.postgresql)('on PostgreSQL', () => {
  test('a database that is read-only is told at the first write; reading goes on; writing works when it is made writable', async () => {
    const { url } = await ownDatabase('postgresql')
    await (await postgresDb({ url })).close()
    const name = new URL(url).pathname.slice(1)
    await byHand('postgresql', SERVERS.postgresql, `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    const db = await postgresDb({ url })
    const readOnly = failing('database_unwritable', /does not let anything be written \(cannot execute INSERT in a read-only transaction\)/)
    await expect(db.projects.create({ id: crypto.randomUUID(), name: 'one', at: 1 })).rejects.toThrow(readOnly)
    await expect(db.transaction(async tx => tx.projects.create({ id: crypto.randomUUID(), name: 'two', at: 1 }))).rejects.toThrow(readOnly)
    expect((await db.projects.find()).rows).toEqual([])
    await db.close()
    await byHand('postgresql', SERVERS.postgresql, `ALTER DATABASE ${name} SET default_transaction_read_only = off`)
    const again = await postgresDb({ url })
    await again.projects.create({ id: crypto.randomUUID(), name: 'three', at: 1 })
    expect((await again.projects.find()).rows.map(project => project.name)).toEqual(['three'])
    await again.close()
  })

  test('a read-only database without tables is told at opening', async () => {
    const { url } = await ownDatabase('postgresql')
    await byHand('postgresql', SERVERS.postgresql, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`)
    expect((await failureOf(postgresDb({ url }))).failure).toEqual(failing('database_unwritable', /does not let anything be written \(cannot execute CREATE SCHEMA in a read-only transaction\)/))
  })

  test('a role without rights to the tables is told whose fault it is', async () => {
    const { url } = await ownDatabase('postgresql')
    await (await postgresDb({ url })).close()
    const role = `mephisto_${randomBytes(4).toString('hex')}`
    await byHand('postgresql', url, `CREATE ROLE ${role} LOGIN`, `GRANT USAGE ON SCHEMA mephisto TO ${role}`, `GRANT SELECT ON ALL TABLES IN SCHEMA mephisto TO ${role}`)
    ends.push(() => byHand('postgresql', url, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`))
    const db = await postgresDb({ url: changed(url, { username: role }) })
    ends.push(() => db.close())
    await expect(db.projects.create({ id: crypto.randomUUID(), name: 'one', at: 1 })).rejects.toThrow(failing('database_unwritable', /permission denied for table/))
  })
})
