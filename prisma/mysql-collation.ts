import { MephistoError } from '../sdk/errors.js'
import { tableName } from './dialect.js'
import type { FoundTables } from './found-tables.js'
import type { MigrationTarget } from './migration-records.js'
import { renderStatement, type Migration } from './migration-sql.js'
import type { Shape } from './table-shapes.js'

// Prisma gives MySQL's tables a collation in which names that differ only in capital letters are equal, and their keys with them.

/** How texts compare on MySQL and MariaDB: as they are written, as on the other databases. */
const COLLATION = 'utf8mb4_bin'

/** @throws MephistoError `unavailable` when texts in our tables compare another way */
export function checkCollation({ columns }: FoundTables, shape: Shape): void {
  const others = [...shape.keys()].filter(table => [...columns.get(table)?.values() ?? []].some(collation => collation !== null && collation !== COLLATION))
  if (others.length === 0) return
  throw new MephistoError('unavailable', `Texts of mephisto-sdk compare as they are written (${COLLATION}), but in ${String(others.length)} of its tables they do not: workers `
    + 'whose names differ only in capital letters would be one. What mends it, for a migration of yours: npx mephisto migrate --collation')
}

/** Statements that make a version's texts compare as they are written. A column that a foreign key needs can only be changed without it. */
export function collationStatements({ dialect, names }: MigrationTarget, migrations: readonly Migration[], shape: Shape): string[] {
  const keys = migrations.flatMap(({ statements }) => statements).flatMap(statement => {
    const [, table = '', key] = /^ALTER TABLE (\{t:\w+\}) ADD CONSTRAINT (\S+) FOREIGN KEY/.exec(statement) ?? []
    return key === undefined || !shape.has(table.slice(3, -1)) ? [] : [{ drop: `ALTER TABLE ${table} DROP FOREIGN KEY ${key}`, add: statement }]
  })
  return [
    ...keys.map(({ drop }) => renderStatement(dialect, drop, names)),
    ...[...shape.keys()].map(table => `ALTER TABLE ${tableName(dialect, table, names)} CONVERT TO CHARACTER SET utf8mb4 COLLATE ${COLLATION}`),
    ...keys.map(({ add }) => renderStatement(dialect, add, names)),
  ]
}
