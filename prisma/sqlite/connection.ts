import type { SqlQuery, SqlResultSet } from './contract.js'
import type { DriverDatabase, DriverStatement } from './drivers.js'
import { resultColumn, toResultSet, toSqlite } from './values.js'
import type { ResultColumn } from './values.js'

/** How many prepared statements a connection keeps; the one prepared first is dropped. */
const STATEMENTS_KEPT = 500

interface CachedStatement {
  readonly statement: DriverStatement
  readonly returnsRows: boolean
  /** Undefined until the statement has run: only then it is certain to have seen the newest tables. */
  columns: readonly ResultColumn[] | undefined
}

/** One connection with its prepared statements. Synchronous; throws the driver's own errors. */
export class Connection {
  readonly #database: DriverDatabase
  readonly #statements = new Map<string, CachedStatement>()

  constructor(database: DriverDatabase) {
    this.#database = database
  }

  /** Runs a statement and returns its rows; a statement without rows returns an empty result. */
  query(query: SqlQuery): SqlResultSet {
    const cached = this.#prepare(query.sql)
    const values = toSqlite(query.args, query.argTypes)
    if (!cached.returnsRows) {
      cached.statement.run(values)
      return { columnNames: [], columnTypes: [], rows: [] }
    }
    const rows = cached.statement.all(values)
    const { columns } = cached
    if (columns !== undefined && (rows[0] === undefined || rows[0].length === columns.length)) return toResultSet(columns, rows)
    return toResultSet(cached.columns = columnsOf(cached.statement), rows)
  }

  /** Runs a statement and returns how many rows it changed, or returned. */
  execute(query: SqlQuery): number {
    const { statement, returnsRows } = this.#prepare(query.sql)
    const values = toSqlite(query.args, query.argTypes)
    return returnsRows ? statement.all(values).length : statement.run(values)
  }

  /** Runs one or more statements without parameters. */
  run(script: string): void {
    this.#database.exec(script)
  }

  /** True between `BEGIN` and the end of the transaction, also when SQLite ended it by itself. */
  inTransaction(): boolean {
    return this.#database.inTransaction()
  }

  /** Drops the prepared statements: what `SELECT *` returns changes with the tables. */
  forgetStatements(): void {
    this.#statements.clear()
  }

  close(): void {
    this.forgetStatements()
    this.#database.close()
  }

  #prepare(sql: string): CachedStatement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    const cached: CachedStatement = { statement, returnsRows: statement.returnsRows, columns: undefined }
    if (this.#statements.size >= STATEMENTS_KEPT) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest)
        break
      }
    }
    this.#statements.set(sql, cached)
    return cached
  }
}

const columnsOf = (statement: DriverStatement): ResultColumn[] => statement.columns().map(resultColumn)
