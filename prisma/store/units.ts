import { LIKE_ERASED_NAME } from '../../sdk/data-model/erasure.js'
import { UNIT_MOVES } from '../../sdk/data-model/lifecycle.js'
import type { AgentStatus, RunStatus, UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { lastRankOfItem } from '../../sdk/data-model/rank.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import type { Attempt, Candidate, LeaseEnd, Seat, Standing, UnitOperations } from '../../sdk/ports/unit-operations.js'
import { attemptPieces } from './attempts-at-items.js'
import { blockOf } from './block-of.js'
import { headOf } from './events.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

type LeaseOperations = Omit<UnitOperations, 'answered' | 'countAnswered' | 'answeredAt' | 'atPlaces' | 'reviewById' | 'answers' | 'answersOfItems' | 'decide'>

/** Handing out, extending, completing and taking back units: the hot statements. */
export function leaseOperations(db: Statements): LeaseOperations {
  const { grammar } = db
  const unit = db.table('unit')
  const agent = db.table('agent')
  const run = db.table('task_run')
  const assignment = db.table('assignment')
  const runWorker = db.table('run_worker')
  const [rank, cursor] = [db.column('rank'), db.column('cursor')]
  const { closed, anAttempt } = attemptPieces(db)
  /** Worker `w` was erased: nothing that their pages still send is taken. */
  const isErased = verbatim(`(w.external_id LIKE '${LIKE_ERASED_NAME}')`)
  /** Units `as` of a run in a status from a rank on. */
  const ranked = (as: string, { runId, status, from }: { readonly runId: string; readonly status: UnitStatus; readonly from: number }) => grammar.ranked(
    [{ column: verbatim(`${as}.run_id`), value: runId }, { column: verbatim(`${as}.status`), value: status }], { column: sql`${verbatim(`${as}.`)}${rank}`, from })
  const candidateColumns = sql`u.id AS unit_id, u.kind, u.assignment_id, u.${rank} AS unit_rank, u.fence, s.input FROM ${unit} u JOIN ${assignment} s ON s.id = u.assignment_id`
  const leaseEnds = sql`SELECT u.id AS unit_id, u.assignment_id, u.kind, u.agent_id, u.run_id, u.worker_id, u.fence, u.pay_minor, a.event_count, a.event_hash
    FROM ${unit} u JOIN ${agent} a ON a.id = u.agent_id`

  /** Leases named by unit, agent and fence, of those still assigned. */
  const byLease = (leases: readonly { unitId: string; agentId: string; fence: number; until?: number }[]): { from: Sql; on: Sql } => ({
    from: db.list(leases.map(lease => ({ u: lease.unitId, a: lease.agentId, f: lease.fence, t: lease.until })), { u: 'id', a: 'id', f: 'int', t: 'int' }),
    on: sql`u.id = j.u AND u.agent_id = j.a AND u.fence = j.f AND ${grammar.unindexed('u.status')} = 'assigned'${grammar.narrowed('u.id', leases.map(lease => lease.unitId))}`,
  })

  /** A lease that has not run out. Not by an index on the ends of leases: there are as many as people at work. */
  const isGood = (at: number): Sql => sql`coalesce(u.lease_until, 0) > ${at}`

  const pairsWithAttempt = async (pairs: Parameters<LeaseOperations['seen']>[0], which: Sql): Promise<ReadonlySet<string>> => {
    const rows = await db.rows(
      sql`SELECT j.w AS worker_id, j.s AS assignment_id FROM ${db.list(pairs.map(pair => ({ w: pair.workerId, s: pair.assignmentId })), { w: 'id', s: 'id' })}
           WHERE (${anAttempt(verbatim('j.w'), verbatim('j.s'), which)}) = 1`)
    return new Set(rows.map(row => `${text(row, 'worker_id')}/${text(row, 'assignment_id')}`))
  }

  return {
    async standings(runId, workerIds, at) {
      const rows = await db.rows(
        sql`SELECT w.i AS worker_id, (SELECT v.external_id FROM ${db.table('worker')} v WHERE v.id = w.i) AS external_id, rw.${cursor} AS rank_after, rw.units_taken, rw.units_completed, u.id AS unit_id, u.kind, u.agent_id, u.assignment_id,
                   u.fence, u.lease_until, a.accepted_at, a.event_count, a.event_hash, s.input, ${blockOf(db, verbatim('w.i'), { runId, at })} AS block
              FROM ${db.list(workerIds.map(i => ({ i })), { i: 'id' }, 'w')}
              LEFT JOIN ${runWorker} rw ON rw.run_id = ${runId} AND rw.worker_id = w.i${grammar.narrowed('rw.worker_id', workerIds)}
              LEFT JOIN ${unit} u ON u.id = rw.unit_id AND ${grammar.unindexed('u.holder')} = w.i AND ${grammar.unindexed('u.status')} = 'assigned'${grammar.narrowed('u.id', sql`SELECT x.unit_id FROM ${runWorker} x WHERE x.run_id = ${runId}${grammar.narrowed('x.worker_id', workerIds)}`)}
              LEFT JOIN ${agent} a ON a.id = u.agent_id
              LEFT JOIN ${assignment} s ON s.id = u.assignment_id`)
      const standings = new Map(rows.map(row => [text(row, 'worker_id'), standing(row)]))
      return workerIds.flatMap(workerId => standings.get(workerId) ?? [])
    },

    async candidates(runId, afterRank, limit) {
      const free = ranked('u', { runId, status: 'launched', from: afterRank + 1 })
      const rows = await db.rows(sql`SELECT ${candidateColumns} WHERE ${free.where} ORDER BY ${free.order} ${grammar.limit(limit)}`)
      return rows.map(candidate)
    },

    async launchedAmong(runId, unitIds) {
      const rows = await db.rows(sql`SELECT ${candidateColumns} WHERE ${grammar.among('u.id', unitIds)} AND ${grammar.unindexed('u.run_id')} = ${runId} AND ${grammar.unindexed('u.status')} = 'launched'`)
      return rows.map(candidate)
    },

    // Not NOT EXISTS: PostgreSQL would gather all that the worker has ever done first. Not IS NULL: it takes that for rare, and would sort all that is free.
    async firstUnseen(runId, workerId, afterRank) {
      const free = ranked('u', { runId, status: 'launched', from: afterRank + 1 })
      const search =
        sql`SELECT ${candidateColumns} WHERE ${free.where}
              AND coalesce((${anAttempt(sql`${workerId}`, verbatim('u.assignment_id'), sql` AND ${closed}`)}), 0) <> 1
            ORDER BY ${free.order} ${grammar.limit(1)}`
      const [row] = await (grammar.ordersInTransactions ? db.atomically(tx => tx.rows(search)) : db.rows(search))
      return row ? candidate(row) : null
    },

    async firstOf(runId, workerId, { fromRank, within }) {
      const { where, order } = ranked('x', { runId, status: 'launched', from: fromRank })
      const free = (column: Sql, count: number): Sql => sql`SELECT ${column} FROM ${unit} x WHERE ${where} ORDER BY ${order} ${grammar.limit(count)}`
      const [row] = await db.rows(
        sql`SELECT u.id AS unit_id, u.kind, u.assignment_id, u.${rank} AS unit_rank, u.fence, s.input, (${free(sql`x.${rank}`, 1)}) AS lowest_rank
              FROM (${free(verbatim('x.*'), within)}) u JOIN ${assignment} s ON s.id = u.assignment_id
             WHERE (${anAttempt(sql`${workerId}`, verbatim('u.assignment_id'))}) IS NULL
             ORDER BY u.${rank} ${grammar.limit(1)}`)
      return row ? { unit: candidate(row), lowestRank: integer(row, 'lowest_rank') } : null
    },

    async lowestRanks(unitIds) {
      const rows = await db.rows(sql`SELECT u.run_id, min(u.${rank}) AS lowest_rank FROM ${unit} u WHERE ${grammar.among('u.id', unitIds)} GROUP BY u.run_id`)
      return new Map(rows.map(row => [text(row, 'run_id'), integer(row, 'lowest_rank')]))
    },

    seen: pairs => pairsWithAttempt(pairs, sql` AND ${closed}`),
    tried: pairs => pairsWithAttempt(pairs, verbatim('')),

    async publish(runId, count) {
      const waiting = ranked('u', { runId, status: 'created', from: 0 })
      const rows = await db.rows(sql`SELECT u.id, u.${rank} AS unit_rank FROM ${unit} u WHERE ${waiting.where} ORDER BY ${waiting.order} ${grammar.limit(count)}`)
      if (rows.length > 0) await db.run(sql`UPDATE ${unit} SET status = 'launched' WHERE id IN ${grammar.oneOf(rows.map(row => text(row, 'id')))} AND ${grammar.unindexed('status')} = 'created'`)
      return rows.map(row => integer(row, 'unit_rank'))
    },

    async lease(runId, leases, { at, until }) {
      const wanted = leases.map(lease => ({ u: lease.unitId, w: lease.workerId, a: lease.agentId, f: lease.fence }))
      const leased = new Set(await db.change({
        table: 'unit', as: 'u', from: db.list(wanted, { u: 'id', w: 'id', a: 'id', f: 'int' }),
        on: sql`u.id = j.u AND u.fence = j.f - 1 AND ${grammar.unindexed('u.status')} = 'launched'${grammar.narrowed('u.id', leases.map(lease => lease.unitId))}`,
        set: sql`status = 'assigned', holder = j.w, worker_id = j.w, agent_id = j.a, fence = j.f, lease_until = ${until}`, where: sql`${grammar.unindexed('u.run_id')} = ${runId}`,
      }))
      const won = leases.filter(lease => leased.has(lease.unitId))
      if (won.length === 0) return won
      await db.run(
        sql`INSERT INTO ${runWorker} (run_id, worker_id, ${cursor}, unit_id, units_taken, units_completed, created_at)
            SELECT ${runId}, j.w, j.r, j.u, 1, 0, ${at} FROM ${db.list(won.map(lease => ({ w: lease.workerId, r: lastRankOfItem(lease.rank), u: lease.unitId })), { w: 'id', r: 'int', u: 'id' })} WHERE true
            ${grammar.orUpdate('run_id, worker_id', fresh => sql`${cursor} = ${grammar.greatest(sql`${runWorker}.${cursor}`, fresh(cursor))}, unit_id = ${fresh(verbatim('unit_id'))}, units_taken = ${runWorker}.units_taken + 1`)}`)
      return won
    },

    async attempts(agentIds) {
      const rows = await db.rows(
        sql`SELECT a.id, a.run_id, a.worker_id, a.unit_id, a.assignment_id, a.status, a.fence, a.accepted_at, a.event_count, a.event_hash,
                   u.unit_index, u.kind, u.status AS unit_status, u.worker_id AS unit_worker_id, u.agent_id AS unit_agent_id,
                   u.fence AS unit_fence, u.lease_until, r.status AS run_status, r.lease_ms, r.pay_minor, r.currency
              FROM ${agent} a JOIN ${unit} u ON u.id = a.unit_id JOIN ${run} r ON r.id = a.run_id JOIN ${db.table('worker')} w ON w.id = a.worker_id AND NOT ${isErased}
             WHERE ${grammar.among('a.id', agentIds)}`)
      return rows.map(attempt)
    },

    async placesOfAgents(agentIds) {
      const rows = await db.rows(
        sql`SELECT a.id, a.run_id, a.fence, u.id AS unit_id, u.assignment_id, u.kind FROM ${agent} a LEFT JOIN ${unit} u ON u.id = a.unit_id WHERE ${grammar.among('a.id', agentIds)}`)
      return new Map(rows.map(row => {
        const unit = row['unit_id'] === null ? null : { id: text(row, 'unit_id'), assignmentId: text(row, 'assignment_id'), kind: text(row, 'kind') as UnitKind, fence: integer(row, 'fence') }
        return [text(row, 'id'), { runId: text(row, 'run_id'), unit }]
      }))
    },

    async seats(assignmentId) {
      const rows = await db.rows(
        sql`SELECT u.id, u.unit_index, u.status, a.id AS agent_id, a.worker_id, a.status AS agent_status FROM ${unit} u LEFT JOIN ${agent} a ON a.id = u.agent_id
             WHERE u.assignment_id = ${assignmentId} ORDER BY u.unit_index`)
      return rows.map(seat)
    },

    async runsOfUnits(unitIds) {
      const rows = await db.rows(sql`SELECT id, run_id FROM ${unit} WHERE ${grammar.among('id', unitIds)}`)
      return new Map(rows.map(row => [text(row, 'id'), text(row, 'run_id')]))
    },

    async extend(leases, at) {
      const extended = new Set(await db.change({ table: 'unit', as: 'u', ...byLease(leases), set: sql`lease_until = j.t`, where: isGood(at) }))
      return new Set(leases.filter(lease => extended.has(lease.unitId)).map(lease => lease.agentId))
    },

    async complete(answers, at) {
      const completed = new Set(await db.change({
        table: 'unit', as: 'u', ...byLease(answers), set: sql`status = 'completed', completed_at = ${at}, lease_until = NULL`, where: isGood(at),
      }))
      return new Set(answers.filter(answer => completed.has(answer.unitId)).map(answer => answer.agentId))
    },

    async release(ends) {
      const freed = new Set(await db.change({
        table: 'unit', as: 'u', ...byLease(ends), set: sql`status = 'launched', holder = u.id, worker_id = NULL, agent_id = NULL, lease_until = NULL`, where: verbatim('1 = 1'),
      }))
      return ends.filter(end => freed.has(end.unitId))
    },

    async expiredLeases(runId, at, limit) {
      const rows = await db.rows(
        sql`${leaseEnds} WHERE u.run_id = ${runId} AND u.status = 'assigned' AND u.lease_until <= ${at} ORDER BY u.lease_until, u.id ${grammar.limit(limit)}`)
      return rows.map(leaseEnd)
    },

    async runsWithExpiredLeases(at, limit) {
      const rows = await db.rows(sql`SELECT DISTINCT u.run_id FROM ${unit} u WHERE u.status = 'assigned' AND u.lease_until <= ${at} ORDER BY u.run_id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'run_id'))
    },

    async expireOpen(runId, limit) {
      const open = verbatim(UNIT_MOVES.expire.from.map(status => `'${status}'`).join(', '))
      const found = await db.rows(sql`SELECT u.id FROM ${unit} u WHERE u.run_id = ${runId} AND u.status IN (${open}) ORDER BY u.id ${grammar.limit(limit)}`)
      const ids = found.map(row => text(row, 'id'))
      if (ids.length === 0) return { unitIds: [], leases: [] }
      const leases = (await db.rows(sql`${leaseEnds} WHERE ${grammar.among('u.id', ids)} AND ${grammar.unindexed('u.status')} = 'assigned'`)).map(leaseEnd)
      await db.run(sql`UPDATE ${unit} SET status = 'expired', holder = id, lease_until = NULL WHERE ${grammar.among('id', ids)} AND status IN (${open})`)
      return { unitIds: ids, leases }
    },

    async expireFree(runId, limit) {
      const found = await db.rows(sql`SELECT u.id FROM ${unit} u WHERE u.run_id = ${runId} AND u.status IN ('created', 'launched') ORDER BY u.status, u.${rank} ${grammar.limit(limit)}`)
      const ids = found.map(row => text(row, 'id'))
      if (ids.length > 0) await db.run(sql`UPDATE ${unit} SET status = 'expired' WHERE ${grammar.among('id', ids)} AND ${grammar.unindexed('status')} IN ('created', 'launched')`)
      return ids
    },

    async anyOpen(runId) {
      const exists = (status: string): Sql => sql`SELECT ${verbatim(`'${status}'`)} AS status FROM ${unit} WHERE run_id = ${runId} AND status = ${status} ${grammar.limit(1)}`
      const found = new Set((await db.rows(joined(['launched', 'assigned'].map(status => sql`SELECT * FROM (${exists(status)}) ${verbatim(`any_${status}`)}`), ' UNION ALL '))).map(row => text(row, 'status')))
      return { launched: found.has('launched'), assigned: found.has('assigned') }
    },

    async writeAgents({ added, changed }) {
      if (added.length > 0) {
        const rows = added.map(row => ({ a: row.id, r: row.runId, w: row.workerId, u: row.unitId, s: row.assignmentId, x: row.status, f: row.fence, c: row.eventCount, h: row.eventHash, t: row.acceptedAt }))
        await db.run(
          sql`INSERT INTO ${agent} (id, run_id, worker_id, unit_id, assignment_id, status, fence, event_count, event_hash, accepted_at)
              SELECT j.a, j.r, j.w, j.u, j.s, j.x, j.f, j.c, j.h, j.t
                FROM ${db.list(rows, { a: 'id', r: 'id', w: 'id', u: 'id', s: 'id', x: 'key', f: 'int', c: 'int', h: 'key', t: 'int' })}`)
      }
      if (changed.length === 0) return
      const rows = changed.map(row => ({ a: row.id, x: row.status, t: row.endedAt, c: row.eventCount, h: row.eventHash }))
      await db.change({
        table: 'agent', as: 'a', from: db.list(rows, { a: 'id', x: 'key', t: 'int', c: 'int', h: 'key' }), on: sql`a.id = j.a${grammar.narrowed('a.id', changed.map(row => row.id))}`,
        set: sql`status = j.x, ended_at = coalesce(a.ended_at, j.t), event_count = j.c, event_hash = j.h`, where: verbatim('1 = 1'),
      })
    },
  }
}

function standing(row: Row): Standing {
  const held = row['unit_id'] === null ? null : {
    unitId: text(row, 'unit_id'), kind: text(row, 'kind') as UnitKind, agentId: text(row, 'agent_id'), assignmentId: text(row, 'assignment_id'), fence: integer(row, 'fence'),
    leaseUntil: integer(row, 'lease_until'), acceptedAt: integer(row, 'accepted_at'), input: text(row, 'input'), head: headOf(row, 'agent_id'),
  }
  return {
    workerId: text(row, 'worker_id'), externalId: textOrNull(row, 'external_id'), held, cursor: integerOrNull(row, 'rank_after') ?? -1,
    unitsTaken: integerOrNull(row, 'units_taken') ?? 0, unitsCompleted: integerOrNull(row, 'units_completed') ?? 0,
    isKnown: row['rank_after'] !== null, block: textOrNull(row, 'block') as Standing['block'],
  }
}

function candidate(row: Row): Candidate {
  return { unitId: text(row, 'unit_id'), kind: text(row, 'kind') as UnitKind, assignmentId: text(row, 'assignment_id'), rank: integer(row, 'unit_rank'), fence: integer(row, 'fence'), input: text(row, 'input') }
}

function seat(row: Row): Seat {
  return {
    unitId: text(row, 'id'), unitIndex: integer(row, 'unit_index'), status: text(row, 'status') as UnitStatus,
    agent: row['agent_id'] === null ? null : { id: text(row, 'agent_id'), workerId: text(row, 'worker_id'), status: text(row, 'agent_status') as AgentStatus },
  }
}

function leaseEnd(row: Row): LeaseEnd {
  return {
    unitId: text(row, 'unit_id'), assignmentId: text(row, 'assignment_id'), kind: text(row, 'kind') as UnitKind, agentId: text(row, 'agent_id'), runId: text(row, 'run_id'), workerId: text(row, 'worker_id'),
    fence: integer(row, 'fence'), payMinor: integer(row, 'pay_minor'), head: headOf(row, 'agent_id'),
  }
}

function attempt(row: Row): Attempt {
  const shared = { runId: text(row, 'run_id'), assignmentId: text(row, 'assignment_id') }
  return {
    head: headOf(row, 'id'),
    agent: {
      ...shared, id: text(row, 'id'), workerId: text(row, 'worker_id'), unitId: text(row, 'unit_id'), status: text(row, 'status') as AgentStatus,
      fence: integer(row, 'fence'), acceptedAt: integer(row, 'accepted_at'),
    },
    unit: {
      ...shared, id: text(row, 'unit_id'), unitIndex: integer(row, 'unit_index'), kind: text(row, 'kind') as UnitKind,
      status: text(row, 'unit_status') as UnitStatus, workerId: textOrNull(row, 'unit_worker_id'), agentId: textOrNull(row, 'unit_agent_id'),
      fence: integer(row, 'unit_fence'), leaseUntil: integerOrNull(row, 'lease_until'),
    },
    run: {
      id: shared.runId, status: text(row, 'run_status') as RunStatus, leaseMs: integer(row, 'lease_ms'), payMinor: integer(row, 'pay_minor'), currency: text(row, 'currency'),
    },
  }
}
