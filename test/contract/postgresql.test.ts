import pg from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { postgresDb } from '../../prisma/postgres.js'
import { databaseContract } from '../../sdk/testing/index.js'
import { createDatabase, isServing, type TestDatabase } from '../databases.js'
import { emptying } from './emptied-tables.js'

const VARIANTS = [
  { name: 'as it is', settings: '', options: {} },
  // Sorts and compares texts in a way of its own; a pooler in between may keep no prepared statements.
  { name: 'with ICU collation, a prefix, unprepared', settings: "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", options: { prefix: 'own_', preparedStatements: false } },
] as const

describe.runIf(await isServing('postgresql')).each(VARIANTS)('MephistoDb on PostgreSQL, $name', ({ settings, options }) => {
  let database: TestDatabase
  const names = { schema: 'a place', ...options }
  const open = () => postgresDb({ url: database.url, connections: 4, ...names })
  beforeAll(async () => {
    database = await createDatabase('postgresql', settings)
    await (await open()).close()
  })
  afterAll(() => database.drop())

  databaseContract({ test, async open() {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(['BEGIN', ...await emptying('postgresql', names), 'COMMIT'].join(';')).finally(() => client.end())
    return open()
  } })
})
