import type { Dialect } from '../../prisma/dialect.js'
import type { Column, ForeignKey, Index, Table } from './structure.js'

/** A step from one set of tables to a larger one. */
export type Change =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'columns'; readonly table: Table; readonly columns: readonly Column[] }
  | { readonly kind: 'index'; readonly table: Table; readonly index: Index }
  | { readonly kind: 'foreignKey'; readonly table: Table; readonly foreignKey: ForeignKey }
  | { readonly kind: 'dropTable'; readonly name: string }

/** Tables that a migration may drop, with the reason why no data can be lost. Every other table stays for ever. */
export const RETIRED_TABLES: ReadonlyMap<string, string> = new Map([
  ['agent_event', 'No release ever wrote a row into it; `event` takes its place in 0002.'],
])

/**
 * What must be added to the old tables to get the new ones: tables, columns that old rows have a value for, indexes and
 * foreign keys. Throws on everything else, because older processes still run while a migration is applied and rows must
 * survive it: a column or index that goes or changes, a required column without a default, a unique index on a table
 * that may hold equal rows, a table that is not in {@link RETIRED_TABLES}.
 */
export function additiveChanges(dialect: Dialect, before: readonly Table[], after: readonly Table[]): Change[] {
  const old = new Map(before.map(table => [table.name, table]))
  const changes = after.flatMap((table): Change[] => {
    const was = old.get(table.name)
    return was === undefined ? [{ kind: 'table', table }] : tableChanges(dialect, was, table)
  })
  return [...changes, ...droppedTables(before, after)]
}

function tableChanges(dialect: Dialect, before: Table, after: Table): Change[] {
  const refuse = (what: string): never => { throw new Error(`table ${after.name}: ${what}. Migrations only add.`) }
  if (!isSame(before.primaryKey, after.primaryKey)) refuse('the primary key changed')
  const columns = added(before.columns, after.columns, column => refuse(`the column ${column.name} changed or was removed`))
  const indexes = added(before.indexes, after.indexes, index => refuse(`the index on ${index.columns.join(', ')} changed or was removed`))
  const foreignKeys = added(before.foreignKeys, after.foreignKeys, key => refuse(`the foreign key of ${key.columns.join(', ')} changed or was removed`))
  for (const column of columns) {
    if (column.isRequired && column.default === undefined) refuse(`the new column ${column.name} is required and has no default`)
  }
  for (const index of indexes) {
    if (index.isUnique) refuse(`the new index on ${index.columns.join(', ')} is unique, which rows that are there may not be`)
  }
  if (dialect === 'sqlite' && foreignKeys.length > 0) refuse('SQLite cannot add a foreign key to a table that is there')
  return [
    ...(columns.length === 0 ? [] : [{ kind: 'columns', table: after, columns } as const]),
    ...indexes.map(index => ({ kind: 'index', table: after, index }) as const),
    ...foreignKeys.map(foreignKey => ({ kind: 'foreignKey', table: after, foreignKey }) as const),
  ]
}

function added<Part>(before: readonly Part[], after: readonly Part[], refuse: (part: Part) => never): Part[] {
  for (const part of before) {
    if (!after.some(candidate => isSame(part, candidate))) refuse(part)
  }
  return after.filter(part => !before.some(candidate => isSame(part, candidate)))
}

function droppedTables(before: readonly Table[], after: readonly Table[]): Change[] {
  const gone = before.filter(table => !after.some(candidate => candidate.name === table.name))
  return gone.map(({ name }) => {
    if (!RETIRED_TABLES.has(name)) throw new Error(`table ${name}: it was removed. Migrations only add; see RETIRED_TABLES.`)
    const referrer = before.find(table => table.name !== name && table.foreignKeys.some(key => key.table === name))
    if (referrer !== undefined) throw new Error(`table ${name}: ${referrer.name} refers to it, so that dropping it would delete rows there.`)
    return { kind: 'dropTable', name }
  })
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
