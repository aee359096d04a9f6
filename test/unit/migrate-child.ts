/**
 * Another process for the tests: `node --import tsx migrate-child.ts <kind> <url> <options>`. Prints which migrations it
 * applied as one line of JSON; before that, with `hangAfter`, `hanging` once that many statements of a migration have
 * been run, and stands still there until it is ended.
 */
import { openMysqlClient } from '../../prisma/drivers/mysql-client.js'
import { openPostgresClient } from '../../prisma/drivers/postgres-client.js'
import type { TableNames } from '../../prisma/dialect.js'
import { migrate } from '../../prisma/migrate.js'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'

const [, , kind, url = '', text = '{}'] = process.argv
const { names, hangAfter = Number.POSITIVE_INFINITY, lockMs } = JSON.parse(text) as { names: TableNames; hangAfter?: number; lockMs: number }
const dialect = kind === 'mysql' ? 'mysql' : 'postgresql'
const { client, close } = dialect === 'mysql' ? openMysqlClient({ url }) : openPostgresClient({ url })
console.log(JSON.stringify(await migrate(hanging(client), { dialect, names, lockMs })))
await close()

/** Hangs behind a statement, before its mark. The lock is kept alive meanwhile. */
function hanging(inner: RawClient): RawClient {
  let statements = 0
  const watched = (on: RawStatements): RawStatements => ({
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => on.$queryRawUnsafe<Rows>(sql, ...values),
    $executeRawUnsafe: async (sql, ...values) => {
      const count = await on.$executeRawUnsafe(sql, ...values)
      if (/^(CREATE|ALTER|DROP) (?!.*IF NOT EXISTS)/.test(sql) && ++statements >= hangAfter) {
        console.log('hanging')
        await new Promise(resolve => { setTimeout(resolve, 60_000) })
      }
      return count
    },
  })
  return { ...watched(inner), $transaction: (work, options) => inner.$transaction(transaction => work(watched(transaction)), options) }
}
