import { MephistoError } from '../../sdk/errors.js'
import type { Direction, FindQuery, Page, Reading, RowFilter } from '../../sdk/ports/find-query.js'
import { atLeast, idsIn, below, lookedUp, type Filter } from './filters.js'
import { readCursor, writeCursor, type PagePosition } from './page-cursor.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import type { Row, Statements, TableName } from './statements.js'

/** A column that rows can be sorted by. It is never null. */
export interface Sort<TFilter> {
  readonly column: Sql
  readonly holds: 'integer' | 'text'
  /** A filter within which no two rows are equal in it. Without the id after it, MariaDB reads the unique index in its order. */
  readonly uniqueWithin?: keyof TFilter
}

/** A row with its id and what it is sorted by. */
type Sortable<TSort extends string> = { readonly id: string } & Readonly<Record<TSort, string | number>>

/** How rows of one kind are found: all that differs between kinds. */
export interface Finder<TRow extends Sortable<TSort>, TFilter, TSort extends string> {
  readonly of: TableName
  /** `SELECT … FROM …`. */
  readonly select: Sql
  readonly id: Sql
  /** When the row was made. */
  readonly made: Sql
  readonly filters: Readonly<Record<keyof TFilter, Filter>>
  /** By the row's property; the first is the default. */
  readonly sorts: Readonly<Record<TSort, Sort<TFilter>>>
  readonly row: (row: Row) => TRow
}

const MOST_ROWS = 1_000

const WAYS: Readonly<Record<Direction, { readonly words: Sql; readonly later: Sql }>> = {
  ascending: { words: verbatim('ASC'), later: verbatim('>') },
  descending: { words: verbatim('DESC'), later: verbatim('<') },
}

/** Finds one page of rows. */
export async function find<TRow extends Sortable<TSort>, TFilter, TSort extends string>(
  db: Statements, finder: Finder<TRow, TFilter, TSort>, { filter, sort: wanted, direction = 'ascending', after, limit = 50 }: FindQuery<TFilter, TSort> = {},
): Promise<Page<TRow>> {
  const name = chosen(finder.sorts, wanted, 'sort')
  const sort = finder.sorts[name]
  const isUnique = sort.uniqueWithin !== undefined && filter?.[sort.uniqueWithin] !== undefined
  const way = WAYS[chosen(WAYS, direction, 'direction')]
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) throw new MephistoError('invalid_input', `limit: a page has 1 to ${String(MOST_ROWS)} rows.`)
  const order = { of: finder.of, sort: name, direction }
  const conditions = [
    ...conditionsOf(finder, filter, db),
    ...(after === undefined ? [] : [beyond({ id: finder.id, column: sort.column, later: way.later }, readCursor(after, { ...order, holds: sort.holds }))]),
  ]
  const where = conditions.length === 0 ? verbatim('') : sql`WHERE ${joined(conditions, ' AND ')}`
  const tie = isUnique ? verbatim('') : sql`, ${finder.id} ${way.words}`
  const found = await db.rows(sql`${finder.select} ${where} ORDER BY ${sort.column} ${way.words}${tie} ${db.grammar.limit(limit + 1)}`)
  const rows = found.slice(0, limit).map(finder.row)
  const last = rows.at(-1)
  return { rows, nextCursor: found.length > limit && last ? writeCursor(order, { key: last[name], id: last.id }) : null }
}

/** Reading rows of one kind, by id and by query. */
export function reading<TRow extends Sortable<TSort>, TFilter, TSort extends string>(
  db: Statements, finderOn: (db: Statements) => Finder<TRow, TFilter, TSort>,
): Reading<TRow, TFilter, TSort> {
  return {
    async get(id) {
      const finder = finderOn(db)
      const [row] = await db.rows(sql`${finder.select} WHERE ${finder.id} = ${lookedUp(id, 'id')}`)
      return row ? finder.row(row) : null
    },
    find: async query => find(db, finderOn(db), query),
  }
}

/** Rows after the position. The first comparison is what an index is read by; row values would not be, on MariaDB. */
function beyond({ id, column, later }: { id: Sql; column: Sql; later: Sql }, at: PagePosition): Sql {
  return sql`${column} ${later}= ${at.key} AND (${column} ${later} ${at.key} OR ${id} ${later} ${at.id})`
}

function conditionsOf<TFilter>({ id, made, filters }: { id: Sql; made: Sql; filters: Readonly<Record<keyof TFilter, Filter>> }, filter: (TFilter & RowFilter) | undefined, db: Statements): Sql[] {
  const known = new Map<string, Filter>(Object.entries({ ids: idsIn(db, id, MOST_ROWS), createdFrom: atLeast(made), createdBefore: below(made), ...filters }))
  return Object.entries(filter ?? {}).flatMap(([name, value]) => {
    if (value === undefined) return []
    const condition = known.get(name)
    if (!condition) throw new MephistoError('invalid_input', `filter: there is no filter "${name}"; choose of: ${[...known.keys()].join(', ')}.`)
    return [condition(value, name)]
  })
}

/** One of a table's names; the first when none is wanted. */
function chosen<TName extends string>(table: Readonly<Record<TName, unknown>>, wanted: TName | undefined, option: string): TName {
  const names = Object.keys(table) as TName[]
  const name = wanted === undefined ? names[0] : names.find(known => known === wanted)
  if (name === undefined) throw new MephistoError('invalid_input', `${option}: must be one of ${names.join(', ')}, not "${String(wanted)}".`)
  return name
}
