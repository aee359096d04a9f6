import { PGlite } from '@electric-sql/pglite'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { migrate, prismaDb, sqliteAdapter, type Dialect, type RawClient, type TableNames } from '../../prisma/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { databaseContract } from '../../sdk/testing/index.js'
import { createDatabase, isServing, type TestDatabase } from '../databases.js'
import { emptying } from './emptied-tables.js'
import { PrismaClient as MysqlClient } from '../generated/mysql/client.js'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.js'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client.js'

// A host's own Prisma client, generated from our fragment, over the adapter that the host chose.

/** The contract on the tables of one client, emptied before each test: to make them takes far longer. */
function contractOn(dialect: Dialect, client: () => RawClient): void {
  const names: TableNames = { prefix: 'test_' }
  let statements: readonly string[] | null = null
  databaseContract({
    test,
    async open() {
      if (statements === null) {
        await migrate(client(), { dialect, names })
        statements = await emptying(dialect, names)
      }
      const all = statements
      await client().$transaction(async tx => { for (const statement of all) await tx.$executeRawUnsafe(statement) }, { timeout: 30_000 })
      return prismaDb(client(), names)
    },
  })
}

async function open(client: RawClient, dialect: Dialect, names: TableNames): Promise<MephistoDb> {
  await migrate(client, { dialect, names })
  return prismaDb(client, names)
}

describe('prismaDb with a generated and extended client on SQLite, with our adapter', () => {
  // SQLite reads its whole schema again at every statement that changes it, so each test has a database of its own.
  const newClient = () => new SqliteClient({ adapter: sqliteAdapter({ file: ':memory:' }) }).$extends({ name: 'of the host' })
  const clients: ReturnType<typeof newClient>[] = []
  afterAll(() => Promise.all(clients.map(client => client.$disconnect())))
  databaseContract({
    test,
    open: async () => {
      const client = newClient()
      clients.push(client)
      return open(client, 'sqlite', { prefix: 'test_' })
    },
  })
})

describe('prismaDb with a generated client on in-process PostgreSQL (PGlite)', () => {
  let server: PGlite
  let client: PostgresClient
  beforeAll(async () => {
    server = await PGlite.create()
    client = new PostgresClient({ adapter: new PrismaPGlite(server) })
  })
  afterAll(async () => {
    await client.$disconnect()
    await server.close()
  })
  contractOn('postgresql', () => client)
})

describe.runIf(await isServing('postgresql'))('prismaDb with a generated client on PostgreSQL (@prisma/adapter-pg)', () => {
  let database: TestDatabase
  let client: PostgresClient
  beforeAll(async () => {
    database = await createDatabase('postgresql')
    client = new PostgresClient({ adapter: new PrismaPg({ connectionString: database.url, max: 4 }) })
  })
  afterAll(async () => {
    await client.$disconnect()
    await database.drop()
  })
  contractOn('postgresql', () => client)
})

describe.runIf(await isServing('mysql'))('prismaDb with a generated client on MariaDB (@prisma/adapter-mariadb)', () => {
  let database: TestDatabase
  let client: MysqlClient
  beforeAll(async () => {
    database = await createDatabase('mysql')
    client = new MysqlClient({ adapter: new PrismaMariaDb(database.url) })
  })
  afterAll(async () => {
    await client.$disconnect()
    await database.drop()
  })
  contractOn('mysql', () => client)
})
