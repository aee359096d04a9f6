import { UNREAD_FEED, type DataFeedStatus, type RunDataFeed } from '../../sdk/data-model/data-feed.js'
import { NO_FEATURES, type RunFeatures } from '../../sdk/data-model/features.js'
import { FULL_SUPPLY, NO_GATES, type RunConfig, type RunGates, type RunSupply, type TaskRun } from '../../sdk/data-model/entities.js'
import { isEnded, RUN_STATUSES, UNIT_STATUSES, type AgentStatus, type RunStatus, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { rankOf } from '../../sdk/data-model/rank.js'
import { returnReasonIn } from '../../sdk/data-model/return-reason.js'
import { MephistoError } from '../../sdk/errors.js'
import type { RefusalCount, RunOperations } from '../../sdk/ports/mephisto-db.js'
import { DriverFailure } from '../drivers/driver-failure.js'
import { assigneeOperations } from './assignees.js'
import { cappedBy } from './budgets.js'
import { headOf } from './events.js'
import { inParts } from './in-parts.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** How attempts end that come to nothing: few beside those that were answered, which are not counted with them. */
const CAME_TO_NOTHING = verbatim("('returned', 'timeout', 'disconnect', 'partner_disconnect', 'expired')")

/** Runs: making, holding, writing, counting. */
export function runOperations(db: Statements): RunOperations {
  const { grammar } = db
  const run = db.table('task_run')
  const unit = db.table('unit')
  const assignment = db.table('assignment')
  const publication = db.table('publication')
  const [agent, submission] = [db.table('agent'), db.table('submission')]
  const assignees = assigneeOperations(db)
  const select = selectRuns(db)
  const insertAssignments: RunOperations['appendAssignments'] = async (target, rows, at) => {
    const items = rows.map(row => ({ a: row.id, p: row.position, i: row.input }))
    const units = rows.flatMap(row => row.unitIds.map((id, index) => ({ u: id, a: row.id, n: index, r: row.ranks?.[index] ?? rankOf(row.position, index) })))
    await inParts(items, part => db.run(
      sql`INSERT INTO ${assignment} (id, run_id, position, input, created_at)
          SELECT j.a, ${target.id}, j.p, j.i, ${at} FROM ${db.list(part, { a: 'id', p: 'int', i: 'text' })}`))
    await inParts(units, part => db.run(
      sql`INSERT INTO ${unit} (id, run_id, assignment_id, unit_index, status, ${db.column('rank')}, pay_minor, holder, created_at)
          SELECT j.u, ${target.id}, j.a, j.n, ${target.isHeldBack ? 'created' : 'launched'}, j.r, ${target.payMinor}, j.u, ${at} FROM ${db.list(part, { u: 'id', a: 'id', n: 'int', r: 'int' })}`))
    await assignees.add(target.id, rows.flatMap(row => (row.assignees ?? []).map(workerId => ({ assignmentId: row.id, workerId, status: 'open' as const, rank: Math.min(...row.ranks ?? [rankOf(row.position, 0)]) }))))
  }

  return {
    async insert(row) {
      await db.run(
        sql`INSERT INTO ${run} (id, task_id, requester_id, provider, blueprint_type, schema_hash, status, config, units_per_assignment,
                                lease_ms, currency, pay_minor, budget_minor, created_at, updated_at, data_feed_status, data_feed_rows)
            VALUES (${row.id}, ${row.taskId}, ${row.requesterId}, ${row.provider}, ${row.blueprintType}, ${row.schemaHash}, 'launching', ${JSON.stringify(row.config)},
                    ${row.unitsPerAssignment}, ${row.leaseMs}, ${row.currency}, ${row.payMinor}, ${row.budgetMinor}, ${row.at}, ${row.at},
                    ${row.config.dataFeed ? UNREAD_FEED.status : null}, ${row.config.dataFeed ? UNREAD_FEED.rows : null})`)
    },

    async configure(id, config) {
      await db.run(sql`UPDATE ${run} SET config = ${JSON.stringify(config)} WHERE id = ${id} AND status = 'launching'`)
    },

    async get(id) {
      const [row] = await db.rows(sql`${select} WHERE r.id = ${id}`)
      return row ? taskRun(row) : null
    },

    async list(filter) {
      const conditions = [
        ...(filter.taskName === undefined ? [] : [sql`r.task_id IN (SELECT t.id FROM ${db.table('task')} t WHERE t.name = ${filter.taskName})`]),
        ...(filter.statuses === undefined ? [] : [grammar.among('r.status', filter.statuses)]),
        ...(filter.isArchived === undefined ? [] : [verbatim(filter.isArchived ? 'r.archived_at IS NOT NULL' : 'r.archived_at IS NULL')]),
        ...(filter.after === undefined ? [] : [sql`r.id < ${filter.after}`]),
        verbatim('1 = 1'),
      ]
      const rows = await db.rows(sql`${select} WHERE ${joined(conditions, ' AND ')} ORDER BY r.id DESC ${grammar.limit(filter.limit)}`)
      return rows.map(taskRun)
    },

    async lock(ids) {
      if (ids.length === 0) return []
      const rows = await db.rows(sql`${select} WHERE ${grammar.among('r.id', ids)} ORDER BY r.id ${grammar.forUpdate}`)
      return rows.map(row => ({ run: taskRun(row), feed: integer(row, 'feed'), head: headOf(row, 'id') }))
    },

    async write(change, at) {
      const more = change.reservedMinor + change.owedMinor + change.paidMinor
      const { unitsPerAssignment, leaseMs, budgetMinor, archivedAt, dataRemovedAt } = change.settings ?? {}
      const spent = sql`r.reserved_minor + r.owed_minor + r.paid_minor + ${more}`
      const withinOldCap = more > 0 ? sql`AND (r.budget_minor IS NULL OR ${spent} <= r.budget_minor)` : verbatim('')
      const withinCap = budgetMinor === undefined ? withinOldCap : sql`AND ${spent} <= ${budgetMinor}`
      // Whether its project has a budget is read anew: it may have got one while this transaction waited for the run.
      const asHeld = more > 0 ? sql`AND coalesce(${cappedBy(db, 'r.task_id')}, '') = ${change.cappedBy ?? ''}` : verbatim('')
      const moves = [
        ...(unitsPerAssignment === undefined ? [] : [sql`, units_per_assignment = ${unitsPerAssignment}`]),
        ...(leaseMs === undefined ? [] : [sql`, lease_ms = ${leaseMs}`]),
        ...(budgetMinor === undefined ? [] : [sql`, budget_minor = ${budgetMinor}`]),
        ...(archivedAt === undefined ? [] : [sql`, archived_at = ${archivedAt}`]),
        ...(dataRemovedAt === undefined ? [] : [sql`, data_removed_at = ${dataRemovedAt}`]),
        ...(change.freeFrom === undefined ? [] : [sql`, free_from = ${change.freeFrom}`]),
        ...(change.status === undefined ? [] : [sql`, status = ${change.status}`]),
        ...(change.startedAt === undefined ? [] : [sql`, started_at = ${change.startedAt}`]),
        ...(change.endedAt === undefined ? [] : [sql`, ended_at = ${change.endedAt}`]),
        ...(change.dataFeed === undefined ? [] : [feedColumns(change.dataFeed)]),
      ]
      const written = await db.run(
        sql`UPDATE ${run} AS r SET reserved_minor = r.reserved_minor + ${change.reservedMinor}, owed_minor = r.owed_minor + ${change.owedMinor},
                   paid_minor = r.paid_minor + ${change.paidMinor}, units_total = r.units_total + ${change.unitsTotal}, units_open = r.units_open + ${change.unitsOpen}, units_answered = r.units_answered + ${change.unitsAnswered},
                   feed = ${change.feed}, event_count = ${change.head.count}, event_hash = ${change.head.hash}, updated_at = ${at}${joined(moves, '')}
             WHERE r.id = ${change.id} AND r.feed = ${change.fromFeed} ${withinCap} ${asHeld}`)
      if (written === 1) return true
      const [row] = await db.rows(sql`SELECT r.feed, ${cappedBy(db, 'r.task_id')} AS capped_by FROM ${run} r WHERE r.id = ${change.id}`)
      if (row && integer(row, 'feed') === change.fromFeed && (more <= 0 || textOrNull(row, 'capped_by') === (change.cappedBy ?? null))) return false
      throw new DriverFailure('TransactionWriteConflict', new Error(`run ${change.id} was changed by somebody who did not hold it`))
    },

    async touch(id, at) {
      await db.run(sql`UPDATE ${run} SET updated_at = ${at} WHERE id = ${id} AND status = 'launching'`)
    },

    async addAssignments({ isHeldBack = false, ...target }, rows, at) {
      const units = rows.reduce((sum, row) => sum + row.unitIds.length, 0)
      // Counted first: it takes the run's row, and the run must not end between.
      const counted = await db.run(
        sql`UPDATE ${run} SET units_total = units_total + ${units}, units_open = units_open + ${units}, updated_at = ${at} WHERE id = ${target.id} AND status = 'launching'`)
      if (counted === 0) throw new MephistoError('conflict', `Task run ${target.id} was ended while it was being launched; launch again.`)
      await insertAssignments({ ...target, isHeldBack }, rows, at)
    },

    appendAssignments: insertAssignments,

    async items(id, { after, limit }) {
      const rows = await db.rows(sql`SELECT id, position FROM ${assignment} WHERE run_id = ${id} AND position > ${after} ORDER BY position ${grammar.limit(limit)}`)
      return rows.map(row => ({ id: text(row, 'id'), position: integer(row, 'position') }))
    },

    async lastPosition(id) {
      const [row] = await db.rows(sql`SELECT position FROM ${assignment} WHERE run_id = ${id} AND position >= 0 ORDER BY position DESC ${grammar.limit(1)}`)
      return row ? integer(row, 'position') : -1
    },

    async staleLaunches(before, limit) {
      const toOpen = sql`(SELECT 1 FROM ${publication} p WHERE p.id = r.id AND p.status = 'publishing')`
      const rows = await db.rows(sql`SELECT r.id FROM ${run} r WHERE r.status = 'launching' AND r.updated_at < ${before} AND ${toOpen} IS NULL ORDER BY r.id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async still({ id, after = '', limit }) {
      const which = id === undefined ? sql`id > ${after}` : sql`id = ${id}`
      const rows = await db.rows(sql`SELECT id, updated_at, config FROM ${run} WHERE status = 'running' AND ${which} ORDER BY id ${grammar.limit(limit)}`)
      return rows.map(row => ({ id: text(row, 'id'), since: integer(row, 'updated_at'), patienceMs: runConfig(textOrNull(row, 'config')).patienceMs ?? null }))
    },

    async endedWithOpenUnits(limit) {
      const ended = verbatim(RUN_STATUSES.filter(isEnded).map(status => `'${status}'`).join(', '))
      const rows = await db.rows(sql`SELECT id FROM ${run} WHERE status IN (${ended}) AND units_open > 0 ORDER BY id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async drainingWithFreeUnits(limit) {
      // Not EXISTS: where one run has most of the units, PostgreSQL would look through all of them.
      const free = (status: 'created' | 'launched'): Sql =>
        sql`(SELECT u.id FROM ${unit} u WHERE u.run_id = r.id AND u.status = ${status} ORDER BY u.${db.column('rank')} ${grammar.limit(1)}) IS NOT NULL`
      const rows = await db.rows(sql`SELECT r.id FROM ${run} r WHERE r.status = 'draining' AND (${free('created')} OR ${free('launched')}) ORDER BY r.id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async widening({ runId, limit }) {
      const event = db.table('event')
      const last = (which: Sql): Sql => sql`(SELECT max(e.${db.column('number')}) FROM ${event} e WHERE e.stream_id = r.id AND ${which})`
      const type = grammar.unindexed('e.type')
      const rows = await db.rows(
        sql`SELECT r.id FROM ${run} r WHERE r.status IN ('running', 'paused', 'completed')${runId === undefined ? verbatim('') : sql` AND r.id = ${runId}`}
              AND ${last(sql`${type} = 'change' AND e.body LIKE '{"setting":"unitsPerAssignment"%'`)}
                > coalesce(${last(sql`(${type} IN ('drain', 'expire') OR (${type} = 'top_up' AND e.body LIKE '%"isLast"%'))`)}, 0)
            ORDER BY r.id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async remove(id) {
      const [row] = await db.rows(sql`SELECT id FROM ${run} WHERE id = ${id} AND started_at IS NULL ${grammar.forUpdate}`)
      // Read once nobody else can write it.
      if (!row || (await db.rows(sql`SELECT id FROM ${publication} WHERE id = ${id}`)).length > 0) return
      await db.run(sql`DELETE FROM ${unit} WHERE run_id = ${id}`)
      await db.run(sql`DELETE FROM ${assignment} WHERE run_id = ${id}`)
      await db.run(sql`DELETE FROM ${db.table('event')} WHERE run_id = ${id}`)
      await db.run(sql`DELETE FROM ${run} WHERE id = ${id}`)
    },

    async countUnits(id) {
      const rows = await db.rows(sql`SELECT status, count(*) AS units FROM ${unit} WHERE run_id = ${id} GROUP BY status`)
      const counts = Object.fromEntries(UNIT_STATUSES.map(status => [status, 0])) as Record<UnitStatus, number>
      for (const row of rows) counts[text(row, 'status') as UnitStatus] = integer(row, 'units')
      return counts
    },

    async countPeople(id) {
      const [row] = await db.rows(
        sql`SELECT (SELECT count(*) FROM ${db.table('run_worker')} WHERE run_id = ${id} AND units_taken > 0) AS workers,
                   (SELECT count(*) FROM ${db.table('submission')} WHERE run_id = ${id} AND outcome = 'set_aside') AS set_aside`)
      return row ? { workers: integer(row, 'workers'), setAside: integer(row, 'set_aside') } : { workers: 0, setAside: 0 }
    },

    async noteRefusals(id, refusals, at) {
      if (refusals.length === 0) return
      const refusal = db.table('refusal')
      await db.run(
        sql`INSERT INTO ${refusal} (run_id, worker_id, reason, times, first_at, last_at)
            SELECT ${id}, j.w, j.x, 1, ${at}, ${at} FROM ${db.list(refusals.map(({ workerId, reason }) => ({ w: workerId, x: reason })), { w: 'id', x: 'key' })} WHERE true
            ${grammar.orUpdate('run_id, worker_id, reason', fresh => sql`times = ${refusal}.times + 1, last_at = ${fresh(verbatim('last_at'))}`)}`)
    },

    async refusals(id) {
      const rows = await db.rows(
        sql`SELECT reason, count(*) AS workers, sum(times) AS times FROM ${db.table('refusal')} WHERE run_id = ${id} GROUP BY reason ORDER BY count(*) DESC, reason`)
      return rows.map(row => ({ reason: text(row, 'reason') as RefusalCount['reason'], workers: integer(row, 'workers'), times: integer(row, 'times') }))
    },

    async pulse(id) {
      const [row] = await db.rows(sql`SELECT status, feed, units_total, units_open FROM ${run} WHERE id = ${id}`)
      return row ? { status: text(row, 'status') as RunStatus, feed: integer(row, 'feed'), unitsTotal: integer(row, 'units_total'), unitsOpen: integer(row, 'units_open') } : null
    },

    async rhythm(id, since) {
      const [row] = await db.rows(sql`SELECT count(*) AS answers FROM ${submission} WHERE run_id = ${id} AND outcome = 'completed' AND received_at > ${since}`)
      const ended = new Map((await db.rows(sql`SELECT status, count(*) AS attempts FROM ${agent} WHERE run_id = ${id} AND status IN ${CAME_TO_NOTHING} GROUP BY status`)).map(one => [text(one, 'status'), integer(one, 'attempts')]))
      const count = (...statuses: readonly AgentStatus[]): number => statuses.reduce((sum, status) => sum + (ended.get(status) ?? 0), 0)
      return {
        answeredSince: row ? integer(row, 'answers') : 0, returned: count('returned'), timedOut: count('timeout'),
        disconnected: count('disconnect', 'partner_disconnect'), expired: count('expired'),
      }
    },

    async returnReasons(id) {
      const rows = await db.rows(
        sql`SELECT e.body, count(*) AS attempts FROM ${agent} a JOIN ${db.table('event')} e ON e.stream_id = a.id AND ${grammar.unindexed('e.type')} = 'return'
             WHERE a.run_id = ${id} AND a.status = 'returned' GROUP BY e.body ORDER BY count(*) DESC, e.body`)
      return rows.flatMap(row => {
        const reason = returnReasonIn(text(row, 'body'))
        return reason === null ? [] : [{ reason, attempts: integer(row, 'attempts') }]
      })
    },

    async durations(id, { limit, areAccepted }) {
      const accepted = areAccepted ? sql`JOIN ${unit} u ON u.id = b.unit_id AND ${grammar.unindexed('u.status')} = 'accepted'` : verbatim('')
      const rows = await db.rows(
        sql`SELECT b.received_at - a.accepted_at AS duration FROM ${submission} b JOIN ${agent} a ON a.id = b.agent_id ${accepted}
             WHERE b.run_id = ${id} AND b.outcome = 'completed' AND b.received_at >= a.accepted_at ORDER BY b.received_at DESC ${grammar.limit(limit)}`)
      return rows.map(row => integer(row, 'duration'))
    },

    async firstInput(id) {
      const [row] = await db.rows(sql`SELECT input FROM ${assignment} WHERE run_id = ${id} AND position >= 0 ORDER BY position ${grammar.limit(1)}`)
      return row ? text(row, 'input') : null
    },
  }
}

/** Runs `r` with the names of their tasks and requesters, by subselects: what is locked with a run is its own row alone. */
export function selectRuns(db: Statements): Sql {
  return sql`SELECT r.*, (SELECT t.name FROM ${db.table('task')} t WHERE t.id = r.task_id) AS task_name,
      (SELECT q.name FROM ${db.table('requester')} q WHERE q.id = r.requester_id) AS requester_name,
      ${cappedBy(db, 'r.task_id')} AS capped_by FROM ${db.table('task_run')} r`
}

/** A run from a row of {@link selectRuns}. */
export function taskRun(row: Row): TaskRun {
  return {
    id: text(row, 'id'), taskId: text(row, 'task_id'), taskName: text(row, 'task_name'), requester: text(row, 'requester_name'),
    provider: text(row, 'provider'), blueprintType: text(row, 'blueprint_type'), schemaHash: text(row, 'schema_hash'),
    status: text(row, 'status') as RunStatus, config: runConfig(textOrNull(row, 'config')),
    unitsPerAssignment: integer(row, 'units_per_assignment'), leaseMs: integer(row, 'lease_ms'), currency: text(row, 'currency'),
    payMinor: integer(row, 'pay_minor'), budgetMinor: integerOrNull(row, 'budget_minor'), cappedBy: textOrNull(row, 'capped_by'), reservedMinor: integer(row, 'reserved_minor'),
    owedMinor: integer(row, 'owed_minor'), paidMinor: integer(row, 'paid_minor'), unitsTotal: integer(row, 'units_total'),
    unitsOpen: integer(row, 'units_open'), unitsAnswered: integer(row, 'units_answered'), freeFrom: integer(row, 'free_from'), createdAt: integer(row, 'created_at'), startedAt: integerOrNull(row, 'started_at'),
    endedAt: integerOrNull(row, 'ended_at'), archivedAt: integerOrNull(row, 'archived_at'), dataRemovedAt: integerOrNull(row, 'data_removed_at'), dataFeed: dataFeedIn(row),
  }
}

function feedColumns({ status, cursor, rows, badCursor }: RunDataFeed): Sql {
  return sql`, data_feed_status = ${status}, data_feed_cursor = ${cursor}, data_feed_rows = ${rows}, data_feed_bad_cursor = ${badCursor}`
}

function dataFeedIn(row: Row): RunDataFeed | null {
  const status = textOrNull(row, 'data_feed_status') as DataFeedStatus | null
  return status === null ? null : { status, cursor: textOrNull(row, 'data_feed_cursor'), rows: integerOrNull(row, 'data_feed_rows') ?? 0, badCursor: textOrNull(row, 'data_feed_bad_cursor') }
}

/** Runs of earlier versions have neither gates nor a limited supply nor features, args or a page of their own. */
function runConfig(stored: string | null): RunConfig {
  const { gates, supply, features, args = {}, page = null, ...rest } = JSON.parse(stored ?? '{}') as StoredConfig
  return { ...rest, args, page, gates: { ...NO_GATES, ...gates }, supply: { ...FULL_SUPPLY, ...supply }, features: { ...NO_FEATURES, ...features } }
}

type StoredConfig = Omit<RunConfig, 'args' | 'page' | 'gates' | 'supply' | 'features'> & Partial<Pick<RunConfig, 'args' | 'page'>> & {
  readonly gates?: Partial<RunGates>
  readonly supply?: Partial<RunSupply>
  readonly features?: Partial<RunFeatures>
}
