/**
 * The shapes in which Prisma 7 talks to a driver adapter, written down here so that nothing of Prisma's is needed at run
 * time. Tests hand the adapter to a generated client, where the compiler compares both.
 */

/** Numbers by which Prisma calls the types of result columns; only those that SQLite can produce. */
export const ColumnType = {
  Int32: 0,
  Int64: 1,
  Float: 2,
  Double: 3,
  Numeric: 4,
  Boolean: 5,
  Text: 7,
  Date: 8,
  DateTime: 10,
  Json: 11,
  Bytes: 13,
} as const

/** One of the numbers in {@link ColumnType}. */
export type ColumnType = (typeof ColumnType)[keyof typeof ColumnType]

/** What Prisma knows about a parameter. */
export interface ArgumentType {
  readonly scalarType: string
}

/** One statement with its parameters. */
export interface SqlQuery {
  readonly sql: string
  readonly args: readonly unknown[]
  readonly argTypes: readonly ArgumentType[]
}

/** The rows of a statement: each row is a list of values in the order of `columnNames`. */
export interface SqlResultSet {
  columnTypes: ColumnType[]
  columnNames: string[]
  rows: unknown[][]
}

/** What both an adapter and a transaction do. */
export interface SqlQueryable {
  readonly provider: 'sqlite'
  readonly adapterName: string
  queryRaw(query: SqlQuery): Promise<SqlResultSet>
  executeRaw(query: SqlQuery): Promise<number>
}

/** An open transaction. */
export interface SqlTransaction extends SqlQueryable {
  readonly options: { usePhantomQuery: boolean }
  commit(): Promise<void>
  rollback(): Promise<void>
  createSavepoint(name: string): Promise<void>
  rollbackToSavepoint(name: string): Promise<void>
  releaseSavepoint(name: string): Promise<void>
}

/** An open database. */
export interface SqlAdapter extends SqlQueryable {
  executeScript(script: string): Promise<void>
  startTransaction(isolationLevel?: string): Promise<SqlTransaction>
  getConnectionInfo(): { maxBindValues: number; supportsRelationJoins: boolean }
  dispose(): Promise<void>
}

/** What `new PrismaClient({ adapter })` takes: opens the database when it is first used. */
export interface SqlAdapterFactory {
  readonly provider: 'sqlite'
  readonly adapterName: string
  connect(): Promise<SqlAdapter>
}
