import type { RunStatus } from '../../sdk/data-model/lifecycle.js'
import type { RollUp, RollUpMoney, RollUpOperations } from '../../sdk/ports/roll-up-operations.js'
import { sql, verbatim } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'
import { unitCounts } from './unit-counts.js'

/** Adding up what belongs to projects and tasks. */
export function rollUpOperations(db: Statements): RollUpOperations {
  return {
    ofProjects: projectIds => rollUps(db, 't.project_id', projectIds),
    ofTasks: taskIds => rollUps(db, 't.id', taskIds),
    unitsOfRun: async runId => (await unitCounts(db, 'r.id', [runId])).get(runId)?.all ?? new Map(),
  }
}

/** One statement for each kind of number: joined together, every unit would count once for each worker. */
async function rollUps(db: Statements, column: 't.project_id' | 't.id', ids: readonly string[]): Promise<ReadonlyMap<string, RollUp>> {
  if (ids.length === 0) return new Map()
  const { grammar } = db
  const [of, wanted] = [sql`${verbatim(column)} AS of_id`, grammar.among(column, ids)]
  const runs = sql`${db.table('task')} t JOIN ${db.table('task_run')} r ON r.task_id = t.id`
  const [tasks, ofRuns, units, ofWorkers, ofFiles] = [
    await db.rows(sql`SELECT ${of}, count(*) AS tasks FROM ${db.table('task')} t WHERE ${wanted} GROUP BY ${verbatim(column)}`),
    await db.rows(
      sql`SELECT ${of}, r.status, r.currency, count(*) AS runs, sum(r.owed_minor + r.paid_minor) AS spent, sum(r.owed_minor) AS owed, sum(r.reserved_minor) AS reserved
            FROM ${runs} WHERE ${wanted} GROUP BY ${verbatim(column)}, r.status, r.currency ORDER BY r.currency`),
    await unitCounts(db, column, ids),
    await db.rows(
      sql`SELECT ${of}, count(DISTINCT rw.worker_id) AS workers
            FROM ${runs} JOIN ${db.table('run_worker')} rw ON rw.run_id = r.id WHERE ${wanted} AND rw.units_taken > 0 GROUP BY ${verbatim(column)}`),
    await db.rows(
      sql`SELECT ${of}, sum(f.bytes) AS bytes
            FROM ${runs} JOIN ${db.table('file')} f ON f.run_id = r.id WHERE ${wanted} AND ${grammar.unindexed('f.status')} IN ('stored', 'handed_in') GROUP BY ${verbatim(column)}`),
  ]
  const those = (rows: readonly Row[], id: string): readonly Row[] => rows.filter(row => text(row, 'of_id') === id)
  return new Map(tasks.map(row => {
    const id = text(row, 'of_id')
    const [itsRuns, itsUnits, [itsWorkers], [itsFiles]] = [those(ofRuns, id), units.get(id), those(ofWorkers, id), those(ofFiles, id)]
    return [id, {
      tasks: integer(row, 'tasks'), workers: itsWorkers ? integer(itsWorkers, 'workers') : 0, money: moneyOf(itsRuns),
      fileBytes: itsFiles ? integer(itsFiles, 'bytes') : 0,
      runs: summed(itsRuns), units: itsUnits?.all ?? new Map(), standardUnits: itsUnits?.standard ?? new Map(),
    }]
  }))
}

/** How many runs of each status. */
function summed(rows: readonly Row[]): ReadonlyMap<RunStatus, number> {
  const sums = new Map<RunStatus, number>()
  for (const row of rows) {
    const status = text(row, 'status') as RunStatus
    sums.set(status, (sums.get(status) ?? 0) + integer(row, 'runs'))
  }
  return sums
}

function moneyOf(runs: readonly Row[]): readonly RollUpMoney[] {
  const sums = new Map<string, RollUpMoney>()
  for (const row of runs) {
    const currency = text(row, 'currency')
    const { spentMinor, owedMinor, reservedMinor } = sums.get(currency) ?? { spentMinor: 0, owedMinor: 0, reservedMinor: 0 }
    sums.set(currency, { currency, spentMinor: spentMinor + integer(row, 'spent'), owedMinor: owedMinor + integer(row, 'owed'), reservedMinor: reservedMinor + integer(row, 'reserved') })
  }
  return [...sums.values()]
}
