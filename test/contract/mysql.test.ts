import { afterAll, beforeAll, describe, test } from 'vitest'
import { mysqlDb } from '../../prisma/mysql.js'
import { databaseContract } from '../../sdk/testing/index.js'
import { createDatabase, isServing, type TestDatabase } from '../databases.js'

describe.runIf(await isServing('mysql'))('MephistoDb on MariaDB', () => {
  let database: TestDatabase
  let count = 0
  beforeAll(async () => { database = await createDatabase('mysql') })
  afterAll(() => database.drop())

  databaseContract({ test, open: () => mysqlDb({ url: database.url, prefix: `test${String(count += 1)}_`, connections: 4 }) })
})
