import { quoted, type Dialect, type TableNames } from './dialect.js'
import { renderStatement, type Migration } from './migration-sql.js'

/** A table as far as it is looked at: the names of its columns, and of its indexes as the database has them. */
export interface TableShape {
  readonly columns: ReadonlySet<string>
  readonly indexes: ReadonlySet<string>
}

/** Tables by their names without the prefix. */
export type Shape = ReadonlyMap<string, TableShape>

const CHANGED = /^(?:CREATE TABLE|ALTER TABLE|CREATE (?:UNIQUE |NONCLUSTERED )*INDEX \{n:[\w|]+\} ON) \{t:(\w+)\}/
const DROPPED = /^DROP TABLE \{t:(\w+)\}/
const INDEX = /INDEX (\{n:[\w|]+\})/g

/** The tables as each of the migrations leaves them, in their order. Pure. */
export function shapesOf(dialect: Dialect, migrations: readonly Migration[], names: TableNames): Shape[] {
  const tables = new Map<string, TableShape>()
  return migrations.map(({ statements }) => {
    for (const statement of statements) {
      tables.delete(DROPPED.exec(statement)?.[1] ?? '')
      const table = CHANGED.exec(statement)?.[1]
      if (table === undefined) continue
      const { columns, indexes } = tables.get(table) ?? { columns: [], indexes: [] }
      tables.set(table, {
        columns: new Set([...columns, ...columnsMadeBy(dialect, statement).map(bare)]),
        indexes: new Set([...indexes, ...[...statement.matchAll(INDEX)].map(([, token = '']) => bare(renderStatement(dialect, token, names)))]),
      })
    }
    return new Map(tables)
  })
}

/** The quoted names of the columns that a statement makes. In the form that the generator writes: each on a line of its own, or after `ADD COLUMN`. */
export function columnsMadeBy(dialect: Dialect, statement: string): string[] {
  const quote = quoted(dialect, '').charAt(0)
  const pattern = new RegExp(`(?:^ {4}|ADD COLUMN +)(${quote}\\w+${quote}) `, 'gm')
  return [...statement.matchAll(pattern)].map(([, column = '']) => column)
}

const bare = (name: string): string => name.slice(1, -1)
