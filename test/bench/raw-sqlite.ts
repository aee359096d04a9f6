import { createRequire } from 'node:module'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'

interface LibsqlStatement {
  raw(on: boolean): void
  all(values: unknown[]): unknown[]
  run(values: unknown[]): { changes: number }
  readonly reader?: boolean
  columns(): { name: string }[]
}

interface LibsqlDatabase {
  exec(sql: string): void
  prepare(sql: string): LibsqlStatement
  close(): void
}

/** The raw SQLite driver (libsql) behind the store's own interface: the same statements with nothing around them. */
export function rawSqliteClient(file: string): RawClient & { close(): void } {
  const Database = createRequire(import.meta.url)('libsql') as new (file: string) => LibsqlDatabase
  const database = new Database(file)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON')
  const prepared = new Map<string, LibsqlStatement>()
  const prepare = (sql: string): LibsqlStatement => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  let last: Promise<unknown> = Promise.resolve()
  const statements: RawStatements = {
    $executeRawUnsafe: (sql, ...values) => Promise.resolve(prepare(sql).run(values).changes),
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => Promise.resolve(prepare(sql).all(values) as Rows),
  }
  return {
    ...statements,
    $transaction: <Result>(work: (transaction: RawStatements) => Promise<Result>) => {
      // One connection: transactions take turns.
      const turn = last.then(async () => {
        database.exec('BEGIN IMMEDIATE')
        try {
          const result = await work(statements)
          database.exec('COMMIT')
          return result
        } catch (error) {
          database.exec('ROLLBACK')
          throw error
        }
      })
      last = turn.catch(() => undefined)
      return turn
    },
    close: () => database.close(),
  }
}
