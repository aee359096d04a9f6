import { isEnded, RUN_STATUSES, type RunStatus } from '../../sdk/data-model/lifecycle.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import type { LevelOperations, StoreLevels } from '../../sdk/ports/level-operations.js'
import type { CallStatus } from '../../sdk/data-model/call-status.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, type Statements } from './statements.js'

const UNDER_WAY = verbatim(RUN_STATUSES.filter(status => !isEnded(status)).map(status => `'${status}'`).join(', '))

/** Counts for gauges. Each goes along an index and stops at a limit, so that being looked at every few seconds costs little. */
export function levelOperations(db: Statements): LevelOperations {
  const { grammar } = db
  const [run, unit, agent, outbox] = [db.table('task_run'), db.table('unit'), db.table('agent'), db.table('outbox')]

  /** Calls of one status, the longest due first. */
  async function calls(status: CallStatus, at: number, most: number): Promise<StoreLevels['calls']> {
    const first = sql`SELECT o.topic, o.next_at FROM ${outbox} o WHERE o.status = ${status} ORDER BY o.next_at ${grammar.limit(most)}`
    const rows = await db.rows(sql`SELECT c.topic, count(*) AS calls, min(c.next_at) AS first_at FROM (${first}) c GROUP BY c.topic ORDER BY c.topic`)
    return rows.map(row => {
      const since = integerOrNull(row, 'first_at')
      return { topic: text(row, 'topic'), status, calls: integer(row, 'calls'), dueSince: status === 'pending' && since !== null && since <= at ? since : null }
    })
  }

  async function onboardings(status: 'onboarding' | 'waiting', most: number): Promise<number> {
    const some = sql`SELECT a.id FROM ${run} r JOIN ${agent} a ON a.run_id = r.id AND a.status = ${status} WHERE r.status IN (${UNDER_WAY}) ${grammar.limit(most)}`
    return count(sql`SELECT count(*) AS found FROM (${some}) s`)
  }

  async function count(statement: Sql): Promise<number> {
    const [row] = await db.rows(statement)
    return row ? integer(row, 'found') : 0
  }

  return {
    async read(at, most) {
      const runs = await db.rows(sql`SELECT r.status, count(*) AS runs FROM ${run} r GROUP BY r.status ORDER BY r.status`)
      const underWay = await db.rows(
        sql`SELECT r.blueprint_type, r.currency, sum(r.units_open) AS units_open, sum(r.reserved_minor) AS reserved, sum(r.owed_minor) AS owed, sum(r.paid_minor) AS paid
              FROM ${run} r WHERE r.status IN (${UNDER_WAY}) GROUP BY r.blueprint_type, r.currency ORDER BY r.blueprint_type, r.currency`)
      const leased = sql`SELECT u.kind, u.lease_until FROM ${unit} u WHERE u.status = 'assigned' ORDER BY u.lease_until ${grammar.limit(most)}`
      const leases = await db.rows(
        sql`SELECT l.kind, count(*) AS leases, sum(CASE WHEN l.lease_until <= ${at} THEN 1 ELSE 0 END) AS overdue FROM (${leased}) l GROUP BY l.kind ORDER BY l.kind`)
      const answered = sql`SELECT u.id FROM ${unit} u WHERE u.status = 'completed' ${grammar.limit(most)}`
      return {
        runs: runs.map(row => ({ status: text(row, 'status') as RunStatus, runs: integer(row, 'runs') })),
        underWay: underWay.map(row => ({
          blueprintType: text(row, 'blueprint_type'), currency: text(row, 'currency'), unitsOpen: integer(row, 'units_open'),
          reservedMinor: integer(row, 'reserved'), owedMinor: integer(row, 'owed'), paidMinor: integer(row, 'paid'),
        })),
        leases: leases.map(row => ({ kind: text(row, 'kind') as UnitKind, leases: integer(row, 'leases'), overdue: integer(row, 'overdue') })),
        unreviewed: await count(sql`SELECT count(*) AS found FROM (${answered}) s`),
        onboardings: [
          { status: 'onboarding', agents: await onboardings('onboarding', most) },
          { status: 'waiting', agents: await onboardings('waiting', most) },
        ],
        calls: [...await calls('pending', at, most), ...await calls('held', at, most), ...await calls('failed', at, most)],
      }
    },
  }
}
