import { MephistoError } from '../sdk/errors.js'
import { findTables, type FoundTables } from './found-tables.js'
import type { MigrationTarget } from './migration-records.js'
import type { Migration } from './migration-sql.js'
import { checkCollation, collationStatements } from './mysql-collation.js'
import { shapesOf, type Shape } from './table-shapes.js'

/** A message names so many differences. */
const MOST_NAMED = 12

/**
 * The migrations that lead to the tables that are there, oldest first. Writes nothing.
 * @throws MephistoError `unavailable` when there are none, when they are not those of any migration (with what differs), or
 * when texts would compare another way; `database_newer` when they have columns that no migration makes
 */
export async function migrationsFound(target: MigrationTarget, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const { found, shape, leading } = await fitting(target, migrations)
  if (target.dialect === 'mysql') checkCollation(found, shape)
  return leading
}

/**
 * The statements that make texts compare as they are written in tables that Prisma made on MySQL; none elsewhere. Writes nothing.
 * @throws MephistoError as {@link migrationsFound}
 */
export async function collationFor(target: MigrationTarget, migrations: readonly Migration[]): Promise<readonly string[]> {
  if (target.dialect !== 'mysql') return []
  const { shape, leading } = await fitting(target, migrations)
  return collationStatements(target, leading, shape)
}

interface Fitting {
  readonly found: FoundTables
  readonly shape: Shape
  /** The migrations up to the one that leaves these tables. */
  readonly leading: readonly Migration[]
}

async function fitting(target: MigrationTarget, migrations: readonly Migration[]): Promise<Fitting> {
  const found = await findTables(target)
  const shapes = shapesOf(target.dialect, migrations, target.names)
  const everMade = new Set(shapes.flatMap(shape => [...shape.keys()]))
  if (![...everMade].some(table => found.columns.has(table))) throw noTables(target)
  const differences = shapes.map((shape, index) => {
    const retired = new Set(shapes.slice(0, index).flatMap(earlier => [...earlier.keys()]).filter(table => !shape.has(table)))
    return differenceOf(found, shape, new Set([...everMade].filter(table => !retired.has(table))))
  })
  const last = differences.findLastIndex(({ lacks, has }) => lacks.length === 0 && has.length === 0)
  const shape = shapes[last]
  if (shape === undefined) throw noneFits(migrations, differences)
  return { found, shape, leading: migrations.slice(0, last + 1) }
}

/** What a version's tables lack and have beyond it: `table.column`, `index`. */
interface Difference {
  readonly lacks: readonly string[]
  readonly has: readonly string[]
}

function differenceOf({ columns, indexes }: FoundTables, shape: Shape, tables: ReadonlySet<string>): Difference {
  const wanted = [...shape].flatMap(([table, shapeOfTable]) => [...shapeOfTable.columns].map(column => `${table}.${column}`))
  const there = [...columns].filter(([table]) => tables.has(table)).flatMap(([table, ofTable]) => [...ofTable.keys()].map(column => `${table}.${column}`))
  const missingIndexes = [...shape].filter(([table]) => columns.has(table)).flatMap(([, shapeOfTable]) => [...shapeOfTable.indexes].filter(index => !indexes.has(index)))
  const [wantedSet, thereSet] = [new Set(wanted), new Set(there)]
  return {
    lacks: [...wanted.filter(column => !thereSet.has(column)), ...missingIndexes.map(index => `the index ${index}`)],
    has: there.filter(column => !wantedSet.has(column)),
  }
}

function noTables({ names: { schema } }: MigrationTarget): MephistoError {
  const place = schema === undefined ? 'this database' : `the schema "${schema}"`
  return new MephistoError('unavailable', `There are no tables of mephisto-sdk in ${place} to be recorded. Make them with your own migrations first (npx mephisto init says how), `
    + 'or look elsewhere: --db-schema and --prefix say where. To have mephisto-sdk make them, leave out --baseline.')
}

function noneFits(migrations: readonly Migration[], differences: readonly Difference[]): MephistoError {
  const size = ({ lacks, has }: Difference): number => lacks.length + has.length
  const least = Math.min(...differences.map(size))
  const nearest = differences.findLastIndex(difference => size(difference) === least)
  const { lacks, has } = differences[nearest] ?? { lacks: [], has: [] }
  if (lacks.length === 0 && nearest === differences.length - 1) {
    return new MephistoError('database_newer', `The tables have what this version of mephisto-sdk does not know: ${listed(has)}. If a newer one made them, update mephisto-sdk; if not, remove it.`)
  }
  const what = [...(lacks.length === 0 ? [] : [`they lack ${listed(lacks)}`]), ...(has.length === 0 ? [] : [`they have ${listed(has)}`])].join(', and ')
  return new MephistoError('unavailable', `The tables are not those of any version of mephisto-sdk. They are nearest to ${migrations[nearest]?.name ?? ''}, but ${what}. `
    + 'Renew the models (npx mephisto init), run your own migrations to their end, and this again.')
}

function listed(things: readonly string[]): string {
  const rest = things.length - MOST_NAMED
  return `${things.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`
}
