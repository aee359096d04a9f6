import { ORIGINAL_SCHEMA, SPECIAL_RANK } from '../../sdk/data-model/features.js'
import { UNIT_STATUSES, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Units of something by status; a status that none has is left out. */
export interface UnitCounts {
  readonly all: ReadonlyMap<UnitStatus, number>
  readonly standard: ReadonlyMap<UnitStatus, number>
}

/** Of which units of each status are counted first: so few that PostgreSQL does not think the statement worth compiling, which takes a second. */
const FIRST = 500
/** Runs of which that is one statement. */
const RUNS_AT_ONCE = 64
const OPEN: readonly UnitStatus[] = ['created', 'launched', 'assigned']

/**
 * Counts units of projects, tasks or runs by status. A run keeps how many it has in all, open and answered, so that of each of these groups the
 * status that most units have need not be counted: it is the rest. The others are counted in indexes alone. Units of other kinds than ordinary work,
 * which are few, are found by their rank; in runs of the original they may have any.
 */
export async function unitCounts(db: Statements, column: 't.project_id' | 't.id' | 'r.id', ids: readonly string[]): Promise<ReadonlyMap<string, UnitCounts>> {
  const runs = await db.rows(sql`SELECT ${verbatim(column)} AS of_id, r.id AS run_id, r.blueprint_type FROM ${db.table('task')} t JOIN ${db.table('task_run')} r ON r.task_id = t.id
         WHERE ${db.grammar.among(column, ids)} AND r.units_total > 0`)
  const counts = new Map<string, { readonly all: Map<UnitStatus, number>; readonly standard: Map<UnitStatus, number> }>()
  const places = new Map(runs.map(row => [text(row, 'run_id'), text(row, 'of_id')]))
  const keep = (runId: string, found: RunCount): void => {
    const of = places.get(runId) ?? ''
    const { all, standard } = counts.get(of) ?? { all: new Map<UnitStatus, number>(), standard: new Map<UnitStatus, number>() }
    counts.set(of, { all, standard })
    for (const { status, units, special } of found) {
      if (units > 0) all.set(status, (all.get(status) ?? 0) + units)
      if (units > special) standard.set(status, (standard.get(status) ?? 0) + units - special)
    }
  }
  for (const areOriginal of [false, true]) {
    const those = runs.filter(row => (text(row, 'blueprint_type') === ORIGINAL_SCHEMA) === areOriginal).map(row => text(row, 'run_id'))
    for (let from = 0; from < those.length; from += RUNS_AT_ONCE) {
      for (const [runId, found] of await firstCounts(db, those.slice(from, from + RUNS_AT_ONCE), areOriginal)) keep(runId, found ?? await fullCounts(db, runId, areOriginal))
    }
  }
  return counts
}

type RunCount = readonly { readonly status: UnitStatus; readonly units: number; readonly special: number }[]

/** What the first units of each status say; null for a run in which several statuses of a group have more. */
async function firstCounts(db: Statements, runIds: readonly string[], areOriginal: boolean): Promise<readonly (readonly [string, RunCount | null])[]> {
  const count = (which: Sql): Sql => db.grammar.countTo(sql`FROM ${db.table('unit')} u WHERE u.run_id = r.id AND u.status = k.s${which}`, FIRST + 1)
  const rows = await db.rows(
    sql`SELECT r.id, k.s AS status, ${KEPT}, ${count(verbatim(''))} AS units, ${count(isSpecial(db, areOriginal))} AS special
          FROM ${db.table('task_run')} r CROSS JOIN ${db.list(UNIT_STATUSES.map(s => ({ s })), { s: 'key' }, 'k')} WHERE ${db.grammar.among('r.id', runIds)}`)
  const found = new Map<string, Row[]>()
  for (const row of rows) found.set(text(row, 'id'), [...found.get(text(row, 'id')) ?? [], row])
  return [...found].map(([runId, those]) => {
    const counts = those.map(row => ({ status: text(row, 'status') as UnitStatus, units: integer(row, 'units'), special: integer(row, 'special') }))
    const larger = counts.filter(({ units }) => units > FIRST).map(({ status }) => status)
    const isEnough = new Set(larger.map(groupOf)).size === larger.length && counts.every(({ special }) => special <= FIRST)
    return [runId, isEnough && those[0] ? withRests(counts, larger, those[0]) : null] as const
  })
}

/** Counts all units of a run but those of the statuses that probably most have: in a statement of its own, since the database knows how many there are of a run that is named. */
async function fullCounts(db: Statements, runId: string, isOriginal: boolean): Promise<RunCount> {
  const [run] = await db.rows(sql`SELECT r.status, r.reserved_minor, r.owed_minor + r.paid_minor AS spent_minor FROM ${db.table('task_run')} r WHERE r.id = ${runId}`)
  if (!run) return []
  const rests: readonly UnitStatus[] = ['launched', 'expired', integer(run, 'reserved_minor') > integer(run, 'spent_minor') ? 'completed' : 'accepted']
  const count = (status: UnitStatus, more: Sql): Sql => sql`(SELECT count(*) FROM ${db.table('unit')} u WHERE u.run_id = ${runId} AND u.status = '${verbatim(status)}'${more})`
  const columns = UNIT_STATUSES.flatMap(status => [
    sql`${rests.includes(status) ? verbatim('0') : count(status, verbatim(''))} AS ${verbatim(status)}_units`, sql`${count(status, isSpecial(db, isOriginal))} AS ${verbatim(status)}_special`,
  ])
  const [row] = await db.rows(sql`SELECT ${KEPT}, ${joined(columns, ', ')} FROM ${db.table('task_run')} r WHERE r.id = ${runId}`)
  return row ? withRests(UNIT_STATUSES.map(status => ({ status, units: integer(row, `${status}_units`), special: integer(row, `${status}_special`) })), rests, row) : []
}

/** What a run counts as it changes. */
const KEPT = verbatim('r.units_open AS kept_open, r.units_answered AS kept_answered, r.units_total - r.units_open - r.units_answered AS kept_expired')

/** The counts, those of some statuses, at most one of each group, from what the others leave of the group. Pure. */
function withRests(counts: RunCount, rests: readonly UnitStatus[], kept: Row): RunCount {
  const others = (group: string): number => counts.reduce((sum, { status, units }) => (groupOf(status) === group && !rests.includes(status) ? sum + units : sum), 0)
  return counts.map(count => (rests.includes(count.status) ? { ...count, units: integer(kept, `kept_${groupOf(count.status)}`) - others(groupOf(count.status)) } : count))
}

/** Which of the numbers that a run keeps a unit is in. */
function groupOf(status: UnitStatus): 'open' | 'answered' | 'expired' {
  return status === 'expired' ? 'expired' : OPEN.includes(status) ? 'open' : 'answered'
}

function isSpecial(db: Statements, inOriginal: boolean): Sql {
  return inOriginal ? sql` AND ${db.grammar.unindexed('u.kind')} <> 'standard'` : sql` AND u.${db.column('rank')} = ${verbatim(String(SPECIAL_RANK))}`
}
