/**
 * Another process for the tests: `node --import tsx migrate-child.ts <address> <options>`. Prints which migrations it applied
 * or recorded as one line of JSON; before that, where it is told to, `hanging`, and stands still there until it is ended.
 */
import { migrate } from '../../prisma/migrate.js'
import { openClient } from '../../prisma/open-database.js'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'
import type { MigratingOptions } from '../migrating-process.js'

const [, , at = '', text = '{}'] = process.argv
const { hangAfter, hangOn, ...options } = JSON.parse(text) as MigratingOptions
const { client, dialect, close } = await openClient({ at })
const mayHang = hangOn !== undefined || hangAfter !== undefined
console.log(JSON.stringify(await migrate(mayHang ? hanging(client) : client, { dialect, ...options })))
await close()

/** Hangs behind a statement, before its mark. The lock is kept alive meanwhile. */
function hanging(inner: RawClient): RawClient {
  let statements = 0
  const counted = hangOn === undefined ? /^(CREATE|ALTER|DROP) (?!.*IF NOT EXISTS)/ : new RegExp(hangOn)
  const watched = (on: RawStatements): RawStatements => ({
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => on.$queryRawUnsafe<Rows>(sql, ...values),
    $executeRawUnsafe: async (sql, ...values) => {
      const count = await on.$executeRawUnsafe(sql, ...values)
      if (counted.test(sql) && ++statements >= (hangAfter ?? 1)) {
        console.log('hanging')
        await new Promise(resolve => { setTimeout(resolve, 60_000) })
      }
      return count
    },
  })
  return { ...watched(inner), $transaction: (work, options) => inner.$transaction(transaction => work(watched(transaction)), options) }
}
