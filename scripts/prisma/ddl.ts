import { quoted, type Dialect } from '../../prisma/dialect.js'
import type { Change } from './diff.js'
import type { Column, ForeignKey, Index, Table } from './structure.js'

/** On MySQL, texts compare as they are written and are sorted by their code points, as on the other databases. */
const MYSQL_TABLE_OPTIONS = ' DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

/**
 * Changes as statements, in the form and the order in which `prisma migrate diff --script` prints them, so that a later
 * `migrate diff` sees no drift. Single statements without semicolons; names are tokens, see `Migration.statements`.
 */
export function statementsOf(dialect: Dialect, changes: readonly Change[]): string[] {
  const of = <Kind extends Change['kind']>(kind: Kind): Extract<Change, { kind: Kind }>[] =>
    changes.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind)
  return [
    ...of('columns').flatMap(({ table, columns }) => addColumns(dialect, table, columns)),
    ...of('dropTable').map(({ name }) => `DROP TABLE ${tableToken(name)}`),
    ...of('table').map(({ table }) => createTable(dialect, table)),
    ...of('table').flatMap(({ table }) => table.indexes.filter(index => !isInsideTable(dialect, index)).map(index => createIndex(dialect, table, index))),
    ...of('index').map(({ table, index }) => createIndex(dialect, table, index)),
    ...of('table').flatMap(({ table }) => (dialect === 'sqlite' ? [] : table.foreignKeys.map(key => addForeignKey(dialect, table, key)))),
    ...of('foreignKey').map(({ table, foreignKey }) => addForeignKey(dialect, table, foreignKey)),
  ]
}

const tableToken = (name: string): string => `{t:${name}}`

const nameToken = (table: Table, columns: readonly string[], suffix: string): string => `{n:${[table.name, ...columns].join('_')}|${suffix}}`

function createTable(dialect: Dialect, table: Table): string {
  const columns = table.columns.map(column => {
    const isKey = dialect === 'sqlite' && table.isKeyAtColumn && column.name === table.primaryKey[0]
    return columnSql(dialect, table, column) + (isKey ? ' PRIMARY KEY' : '')
  })
  const inside = table.indexes.filter(index => isInsideTable(dialect, index))
  const body = `CREATE TABLE ${tableToken(table.name)} (\n    ${columns.join(',\n    ')}`
  const key = list(dialect, table.primaryKey, dialect === 'sqlite' || dialect === 'mysql' ? ', ' : ',')
  switch (dialect) {
    case 'sqlite': {
      const keyPart = table.isKeyAtColumn ? '' : `,\n\n    PRIMARY KEY (${key})`
      return `${body}${keyPart}${table.foreignKeys.map(foreignKey => `,\n    ${foreignKeySql(dialect, table, foreignKey)}`).join('')}\n)`
    }
    case 'postgresql': case 'cockroachdb':
      return `${body},\n\n    CONSTRAINT ${nameToken(table, [], 'pkey')} PRIMARY KEY (${key})\n)`
    case 'mysql': {
      const indexes = inside.map(index => `${index.isUnique ? 'UNIQUE ' : ''}INDEX ${indexName(table, index)}(${list(dialect, index.columns)}),\n    `)
      return `${body},\n\n    ${indexes.join('')}PRIMARY KEY (${key})\n)${MYSQL_TABLE_OPTIONS}`
    }
    case 'sqlserver': {
      const uniques = inside.map(index => `,\n    CONSTRAINT ${indexName(table, index)} UNIQUE NONCLUSTERED (${list(dialect, index.columns, ',')})`)
      return `${body},\n    CONSTRAINT ${nameToken(table, [], 'pkey')} PRIMARY KEY CLUSTERED (${key})${uniques.join('')}\n)`
    }
  }
}

function columnSql(dialect: Dialect, table: Table, column: Column): string {
  const nullability = column.isRequired ? ' NOT NULL' : dialect === 'mysql' ? ' NULL' : ''
  // SQL Server would give a default a random name.
  const name = dialect === 'sqlserver' ? ` CONSTRAINT ${nameToken(table, [column.name], 'df')}` : ''
  const value = column.default === undefined ? '' : `${name} DEFAULT ${column.default}`
  return `${quoted(dialect, column.name)} ${column.type}${nullability}${value}`
}

function addColumns(dialect: Dialect, table: Table, columns: readonly Column[]): string[] {
  const alter = `ALTER TABLE ${tableToken(table.name)} ADD`
  const texts = columns.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(column => columnSql(dialect, table, column))
  switch (dialect) {
    case 'sqlite':
      return texts.map(text => `${alter} COLUMN ${text}`)
    case 'cockroachdb':
      return texts.map(text => `${alter} COLUMN     ${text}`)
    case 'postgresql':
      return [`${alter} COLUMN     ${texts.join(',\nADD COLUMN     ')}`]
    case 'mysql':
      return [`${alter} COLUMN ${texts.join(',\n    ADD COLUMN ')}`]
    case 'sqlserver':
      return [`${alter} ${texts.join(',\n')}`]
  }
}

function isInsideTable(dialect: Dialect, { isUnique }: Index): boolean {
  return dialect === 'mysql' || (dialect === 'sqlserver' && isUnique)
}

const indexName = (table: Table, { columns, isUnique }: Index): string => nameToken(table, columns, isUnique ? 'key' : 'idx')

function createIndex(dialect: Dialect, table: Table, index: Index): string {
  const verb = index.isUnique ? 'CREATE UNIQUE INDEX' : dialect === 'sqlserver' ? 'CREATE NONCLUSTERED INDEX' : 'CREATE INDEX'
  return `${verb} ${indexName(table, index)} ON ${tableToken(table.name)}(${list(dialect, index.columns)})`
}

function addForeignKey(dialect: Dialect, table: Table, foreignKey: ForeignKey): string {
  return `ALTER TABLE ${tableToken(table.name)} ADD ${foreignKeySql(dialect, table, foreignKey)}`
}

function foreignKeySql(dialect: Dialect, table: Table, { columns, table: target, references, ...actions }: ForeignKey): string {
  const space = dialect === 'sqlite' ? ' ' : ''
  return `CONSTRAINT ${nameToken(table, columns, 'fkey')} FOREIGN KEY (${list(dialect, columns)}) REFERENCES ${tableToken(target)}${space}(${list(dialect, references)})`
    + ` ON DELETE ${actions.onDelete} ON UPDATE ${actions.onUpdate}`
}

function list(dialect: Dialect, columns: readonly string[], comma = ', '): string {
  return columns.map(column => quoted(dialect, column)).join(comma)
}
