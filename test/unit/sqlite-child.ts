/**
 * Another process for the tests: `node --import tsx sqlite-child.ts <what> <file>`. Prints one line of JSON when it is
 * done, or `ready` when it holds what it was asked to hold.
 */
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { PrismaClient } from '../generated/sqlite/client.js'
import { migrate } from '../../prisma/migrate.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'

const [, , what, file = ''] = process.argv

const WORK: Record<string, () => Promise<void>> = { hold, crash, start, count }
await WORK[what ?? '']?.()

/** Keeps the file locked until it is ended. */
async function hold(): Promise<void> {
  const database = chooseDriver().open(file, 0)
  database.exec('BEGIN EXCLUSIVE')
  console.log('ready')
  await new Promise(resolve => { setTimeout(resolve, 60_000) })
}

/** Dies in the middle of a migration, after 20 statements. */
async function crash(): Promise<void> {
  const prisma = new PrismaClient({ adapter: sqliteAdapter({ file }) })
  let statements = 0
  const client: RawClient = {
    $executeRawUnsafe: (sql, ...values) => prisma.$executeRawUnsafe(sql, ...values),
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => prisma.$queryRawUnsafe<Rows>(sql, ...values),
    $transaction: work => prisma.$transaction(transaction => work({
      $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => transaction.$queryRawUnsafe<Rows>(sql, ...values),
      $executeRawUnsafe: (sql, ...values) => {
        if (++statements > 20) process.kill(process.pid, 'SIGKILL')
        return transaction.$executeRawUnsafe(sql, ...values)
      },
    })),
  }
  await migrate(client, { dialect: 'sqlite', lockMs: 300 })
}

/** Migrates and writes a row; says which migrations it applied. */
async function start(): Promise<void> {
  const prisma = new PrismaClient({ adapter: sqliteAdapter({ file }) })
  const applied = await migrate(prisma, { dialect: 'sqlite' })
  await prisma.mephistoProject.create({ data: { id: String(process.pid), name: String(process.pid), createdAt: 1n } })
  console.log(JSON.stringify(applied))
  await prisma.$disconnect()
}

/** Adds one to a counter in 100 transactions that read first and then write, eight of them at once. */
async function count(): Promise<void> {
  const { client, close } = await openEmbeddedClient({ file, busyMs: 10_000 })
  let left = 100
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      await client.$transaction(async transaction => {
        const sql = "SELECT created_at AS n FROM mephisto_project WHERE id = 'counter'"
        const [row] = await transaction.$queryRawUnsafe<{ n: number }[]>(sql)
        const update = "UPDATE mephisto_project SET created_at = ? WHERE id = 'counter'"
        await transaction.$executeRawUnsafe(update, (row?.n ?? 0) + 1)
      })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  await close()
  console.log(JSON.stringify('counted'))
}
