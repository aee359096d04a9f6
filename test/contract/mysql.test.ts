import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { mysqlDb } from '../../prisma/mysql.js'
import { databaseContract } from '../../sdk/testing/index.js'
import { createDatabase, isServing, type TestDatabase } from '../databases.js'
import { emptying } from './emptied-tables.js'

const names = { prefix: 'test_' }

describe.runIf(await isServing('mysql'))('MephistoDb on MariaDB', () => {
  let database: TestDatabase
  const open = () => mysqlDb({ url: database.url, prefix: names.prefix, connections: 4 })
  beforeAll(async () => {
    database = await createDatabase('mysql')
    await (await open()).close()
  })
  afterAll(() => database.drop())

  databaseContract({ test, async open() {
    const connection = await createConnection({ uri: database.url, multipleStatements: true })
    await connection.query(['BEGIN', ...await emptying('mysql', names), 'COMMIT'].join(';')).finally(() => connection.end())
    return open()
  } })
})
