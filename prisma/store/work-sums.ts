import { UNIT_STATUSES, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import type { DataOperations } from '../../sdk/ports/data-operations.js'
import { hasQualification } from './answered-units.js'
import { inScope } from './in-scope.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, type Statements } from './statements.js'

/** Work across runs, added up by the database. */
export function workSumOperations(db: Statements): Pick<DataOperations, 'workers' | 'workerSums' | 'workerExtras' | 'ordinaryWork'> {
  const [runWorker, worker] = [db.table('run_worker'), db.table('worker')]
  return {
    async workers({ scope, workerId, qualification, after = '', limit }) {
      const has = (column: string): Sql => (qualification ? sql` AND ${hasQualification(db, column, qualification)}` : verbatim(''))
      const found = workerId === undefined ? sql`EXISTS (SELECT 1 FROM ${runWorker} rw WHERE rw.worker_id = w.id AND rw.units_completed > 0)` : sql`w.id = ${workerId}`
      const rows = await db.rows(scope && workerId === undefined
        ? sql`SELECT rw.worker_id AS id FROM ${runWorker} rw WHERE ${inScope(db, 'rw.run_id', scope)} AND rw.worker_id > ${after} AND rw.units_completed > 0${has('rw.worker_id')}
               GROUP BY rw.worker_id ORDER BY rw.worker_id ${db.grammar.limit(limit)}`
        : sql`SELECT w.id FROM ${worker} w WHERE w.id > ${after} AND ${found}${has('w.id')}
               ORDER BY w.id ${db.grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async workerSums(workerIds, { scope, from = 0, before }) {
      if (workerIds.length === 0) return []
      const until = before === undefined ? verbatim('') : sql` AND u.completed_at < ${before}`
      const within = scope ? sql` AND ${inScope(db, 'rw.run_id', scope)}` : verbatim('')
      // Each time gets its place among all of its worker; the middle one, or the middle two, are the median.
      const rows = await db.rows(
        sql`SELECT x.holder, x.currency, x.kind, x.status, count(*) AS units, sum(x.pay_minor) AS pay, sum(x.ms) AS total_ms,
                   min(CASE WHEN x.place + x.place BETWEEN x.times AND x.times + 2 THEN x.ms END) AS least, max(CASE WHEN x.place + x.place BETWEEN x.times AND x.times + 2 THEN x.ms END) AS most
              FROM (SELECT u.holder, r.currency, u.kind, u.status, u.pay_minor, u.completed_at - a.accepted_at AS ms,
                           row_number() OVER (PARTITION BY u.holder ORDER BY u.completed_at - a.accepted_at) AS place, count(*) OVER (PARTITION BY u.holder) AS times
                      FROM ${db.list(workerIds.map(w => ({ w })), { w: 'id' })} ${db.grammar.lookUp} ${runWorker} rw ON rw.worker_id = j.w
                      ${db.grammar.lookUp} ${db.table('unit')} u ON u.run_id = rw.run_id AND u.holder = rw.worker_id
                      JOIN ${db.table('agent')} a ON a.id = u.agent_id JOIN ${db.table('task_run')} r ON r.id = rw.run_id
                     WHERE u.completed_at >= ${from}${until}${within}) x
             GROUP BY x.holder, x.currency, x.kind, x.status ORDER BY x.holder, x.currency, x.kind, x.status`)
      return rows.map(row => {
        const [least, most] = [integerOrNull(row, 'least'), integerOrNull(row, 'most')]
        return {
          workerId: text(row, 'holder'), currency: text(row, 'currency'), kind: text(row, 'kind') as UnitKind, status: text(row, 'status') as UnitStatus, units: integer(row, 'units'),
          payMinor: integer(row, 'pay'), totalMs: integer(row, 'total_ms'), middleMs: least === null || most === null ? null : [least, most],
        }
      })
    },

    async workerExtras(workerIds, { scope, from = 0, before }) {
      if (workerIds.length === 0) return []
      const until = before === undefined ? verbatim('') : sql` AND l.created_at < ${before}`
      const within = scope ? sql` AND ${inScope(db, 'l.run_id', scope)}` : verbatim('')
      const rows = await db.rows(
        sql`SELECT l.worker_id, l.currency, sum(l.amount_minor) AS amount FROM ${db.table('ledger_entry')} l
             WHERE ${db.grammar.among('l.worker_id', workerIds)} AND l.unit_id IS NULL AND l.credit = 'owed' AND l.created_at >= ${from}${until}${within}
             GROUP BY l.worker_id, l.currency ORDER BY l.worker_id, l.currency`)
      return rows.map(row => ({ workerId: text(row, 'worker_id'), currency: text(row, 'currency'), minor: integer(row, 'amount') }))
    },

    async ordinaryWork(runId) {
      const ordinary = sql`FROM ${db.table('unit')} u WHERE u.run_id = ${runId} AND u.kind = 'standard'`
      const units = await db.rows(sql`SELECT u.status, count(*) AS units ${ordinary} GROUP BY u.status`)
      const [people] = await db.rows(sql`SELECT count(DISTINCT u.holder) AS workers ${ordinary} AND u.status IN ('completed', 'accepted', 'soft_rejected', 'rejected')`)
      const counts = new Map(units.map(row => [text(row, 'status'), integer(row, 'units')]))
      return {
        units: Object.fromEntries(UNIT_STATUSES.map(status => [status, counts.get(status) ?? 0])) as Record<UnitStatus, number>,
        workers: people ? integer(people, 'workers') : 0,
      }
    },
  }
}
