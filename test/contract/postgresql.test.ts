import { afterAll, beforeAll, describe, test } from 'vitest'
import { postgresDb } from '../../prisma/postgres.js'
import { databaseContract } from '../../sdk/testing/index.js'
import { createDatabase, isServing, type TestDatabase } from '../databases.js'

const VARIANTS = [
  { name: 'as it is', settings: '', options: {} },
  // Sorts and compares texts in a way of its own; a pooler in between may keep no prepared statements.
  { name: 'with ICU collation, a prefix, unprepared', settings: "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", options: { prefix: 'own_', preparedStatements: false } },
] as const

describe.runIf(await isServing('postgresql')).each(VARIANTS)('MephistoDb on PostgreSQL, $name', ({ settings, options }) => {
  let database: TestDatabase
  let count = 0
  beforeAll(async () => { database = await createDatabase('postgresql', settings) })
  afterAll(() => database.drop())

  databaseContract({ test, open: () => postgresDb({ url: database.url, schema: `place ${String(count += 1)}`, connections: 4, ...options }) })
})
