import { runTransaction, type OpenTransaction } from '../drivers/transaction.js'
import type { RawClient, RawStatements } from '../raw-client.js'
import type { SqlAdapter, SqlQueryable, SqlResultSet } from './contract.js'

/** Raw statements straight on the SQLite adapter, without a generated client between. */
export function rawSqliteClient(adapter: SqlAdapter): RawClient {
  const begin = async (): Promise<OpenTransaction> => {
    const transaction = await adapter.startTransaction()
    return { ...statementsOn(transaction), commit: () => transaction.commit(), rollback: () => transaction.rollback() }
  }
  return { ...statementsOn(adapter), $transaction: (work, options) => runTransaction(begin, work, options) }
}

function statementsOn(on: SqlQueryable): RawStatements {
  return {
    $executeRawUnsafe: (sql, ...args) => on.executeRaw({ sql, args, argTypes: [] }),
    $queryRawUnsafe: async <Rows>(sql: string, ...args: unknown[]) => asObjects(await on.queryRaw({ sql, args, argTypes: [] })) as Rows,
  }
}

function asObjects({ columnNames, rows }: SqlResultSet): Record<string, unknown>[] {
  return rows.map(row => {
    const object: Record<string, unknown> = {}
    for (let i = 0; i < columnNames.length; i++) object[columnNames[i] ?? ''] = row[i]
    return object
  })
}
