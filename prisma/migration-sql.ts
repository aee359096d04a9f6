import { createHash } from 'node:crypto'
import { MephistoError } from '../sdk/errors.js'
import { DEFAULT_PREFIX, placeholder, quoted, tableName, type Dialect, type TableNames } from './dialect.js'

/** One step of the database's structure. Never changed once released. */
export interface Migration {
  /** Sorts in the order in which migrations are applied: `0001_initial`. */
  readonly name: string
  /**
   * Single statements, without semicolons. `{t:unit}` stands for a table's name and `{n:unit_run_id|idx}` for the name
   * of a constraint or index; both get the prefix, and the first the schema, when the migration is applied.
   */
  readonly statements: readonly string[]
}

/** Longest name of a constraint or index, as Prisma cuts it. */
const NAME_LIMITS: Readonly<Record<Dialect, number>> = { sqlite: 10_000, postgresql: 63, cockroachdb: 63, mysql: 64, sqlserver: 128 }

/** With a longer prefix, names that are cut to 63 characters would no longer differ from each other. */
const LONGEST_PREFIX = 30

const TOKEN = /\{(t:\w+|n:\w+\|\w+)\}/g

/** True for a statement that changes rows and no table. Such a statement may be run again at any later time. */
export function changesRows(statement: string): boolean {
  return statement.startsWith('UPDATE ')
}

/** A statement of a migration as the database gets it: with names in the place of tokens. */
export function renderStatement(dialect: Dialect, statement: string, names: TableNames = {}): string {
  return statement.replace(TOKEN, (_token, inside: string) => {
    const [base = '', suffix] = inside.slice(2).split('|')
    if (suffix === undefined) return tableName(dialect, base, names)
    return quoted(dialect, constraintName(dialect, `${names.prefix ?? DEFAULT_PREFIX}${base}`, suffix))
  })
}

/** A statement of the migrator's own: tokens as in {@link Migration}, and a `?` for each parameter. */
export function ownStatement(dialect: Dialect, statement: string, names: TableNames): string {
  let index = 0
  // Placeholders first: a schema's name may contain a question mark.
  return renderStatement(dialect, statement.replaceAll('?', () => placeholder(dialect, ++index)), names)
}

/** What the database remembers of a migration's text: over the default names, so that all databases remember the same. */
export function checksumOf(dialect: Dialect, { statements }: Migration): string {
  return createHash('sha256').update(statements.map(statement => renderStatement(dialect, statement)).join(';\n')).digest('hex')
}

/** @throws MephistoError `invalid_options` for names that the database would cut or not take */
export function checkTableNames(dialect: Dialect, { prefix = '', schema }: TableNames): void {
  if (prefix !== '' && (prefix.length > LONGEST_PREFIX || !/^[a-z_]\w*$/i.test(prefix))) {
    throw new MephistoError('invalid_options', `prefix: must be a letter or _ and at most ${LONGEST_PREFIX - 1} more letters, digits and _, not ${JSON.stringify(prefix)}.`)
  }
  if (schema === undefined) return
  if (dialect === 'sqlite') throw new MephistoError('invalid_options', 'schema: SQLite has none; name another file or prefix instead.')
  if (schema === '' || schema.length > NAME_LIMITS[dialect]) {
    throw new MephistoError('invalid_options', `schema: must have 1 to ${String(NAME_LIMITS[dialect])} characters.`)
  }
}

/** The part before the suffix is cut, as Prisma does, so that a user's own `migrate diff` finds the same names. */
function constraintName(dialect: Dialect, base: string, suffix: string): string {
  return `${base.slice(0, NAME_LIMITS[dialect] - suffix.length - 1)}_${suffix}`
}
