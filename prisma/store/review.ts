import { effectsOf, type DecisionEffects } from '../../sdk/data-model/decision-effects.js'
import type { Verdict } from '../../sdk/data-model/entities.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import type { DecisionOperations, DecisionRow, ReviewRow } from '../../sdk/ports/answer-operations.js'
import type { UnitOperations } from '../../sdk/ports/unit-operations.js'
import { answeredPlaces } from './answered-places.js'
import { answeredUnits } from './answered-units.js'
import { headOf } from './events.js'
import { inParts } from './in-parts.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

type ReviewOperations = Pick<UnitOperations, 'answered' | 'countAnswered' | 'answeredAt' | 'atPlaces' | 'reviewById' | 'decide'>

/** The columns of a decision, of a table with the alias `d`. */
export const DECISION_COLUMNS = verbatim('d.id AS decision_id, d.verdict, d.previous, d.note, d.message, d.effects, d.batch_id, d.actor_id, d.actor_name, d.created_at AS decided_at, d.unit_id AS decision_unit_id')

/** Reading completed work, and moving it by decisions. */
export function reviewOperations(db: Statements): ReviewOperations {
  const { grammar } = db
  const unit = db.table('unit')
  const decision = db.table('decision')
  const latestDecision = sql`LEFT JOIN ${decision} d ON d.id = (SELECT x.id FROM ${decision} x WHERE x.unit_id = u.id ORDER BY x.created_at DESC, x.id DESC ${grammar.limit(1)})`
  const reviewRows = sql`SELECT u.id AS unit_id, u.run_id, u.agent_id, u.assignment_id, s.position, u.unit_index, u.kind, u.status, u.worker_id,
      w.external_id, w.pseudonym, s.input, b.answer, b.schema_hash, a.accepted_at, a.event_count, a.event_hash, u.completed_at, u.pay_minor, r.currency, ${DECISION_COLUMNS}
    FROM ${unit} u JOIN ${db.table('submission')} b ON b.slot = u.id JOIN ${db.table('assignment')} s ON s.id = u.assignment_id JOIN ${db.table('agent')} a ON a.id = u.agent_id
    JOIN ${db.table('worker')} w ON w.id = u.worker_id JOIN ${db.table('task_run')} r ON r.id = u.run_id ${latestDecision}`

  async function byId(unitIds: readonly string[]): Promise<readonly ReviewRow[]> {
    return unitIds.length === 0 ? [] : (await db.rows(sql`${reviewRows} WHERE ${grammar.among('u.id', unitIds)}`)).map(reviewRow)
  }

  return {
    async answered(filter) {
      return (await answeredUnits(db, filter)).map(row => ({ unitId: text(row, 'id'), kind: text(row, 'kind') as UnitKind, completedAt: integer(row, 'completed_at') }))
    },

    ...answeredPlaces(db),

    async atPlaces(runId, places) {
      if (places.length === 0) return []
      // Each place by itself: joined, PostgreSQL would rather read all items of small runs than look some up.
      const found = await db.rows(
        sql`SELECT j.p, j.x, (SELECT u.id FROM ${db.table('assignment')} s JOIN ${unit} u ON u.assignment_id = s.id WHERE s.run_id = ${runId} AND s.position = j.p AND u.unit_index = j.x) AS id
              FROM ${db.list(places.map(place => ({ p: place.position, x: place.unitIndex })), { p: 'int', x: 'int' })}`)
      const ids = found.flatMap(row => textOrNull(row, 'id') ?? [])
      const rows = ids.length === 0 ? [] : await db.rows(sql`SELECT u.id, u.status, u.completed_at FROM ${unit} u WHERE ${grammar.among('u.id', ids)}`)
      const known = new Map(rows.map(row => [text(row, 'id'), { status: text(row, 'status') as UnitStatus, completedAt: integerOrNull(row, 'completed_at') }]))
      return found.flatMap(row => {
        const unitId = textOrNull(row, 'id') ?? ''
        const unit = known.get(unitId)
        return unit === undefined ? [] : [{ unitId, ...unit, position: integer(row, 'p'), unitIndex: integer(row, 'x') }]
      })
    },

    reviewById: byId,

    async decide(moves, at) {
      const rows = moves.map(move => ({ u: move.unitId, x: move.from, y: move.to }))
      return new Set(await db.change({
        table: 'unit', as: 'u', from: db.list(rows, { u: 'id', x: 'key', y: 'key' }), on: sql`u.id = j.u AND ${grammar.unindexed('u.status')} = j.x${grammar.narrowed('u.id', moves.map(move => move.unitId))}`,
        set: sql`status = j.y, decided_at = ${at}`, where: verbatim('1 = 1'),
      }))
    },
  }
}

/** Decisions: append-only, each naming the caller's batch it was part of. */
export function decisionOperations(db: Statements): DecisionOperations {
  const decision = db.table('decision')
  // An opinion is the last thing that its reviewer did also where somebody else has spoken since.
  const standing = (runId: string, actorId: string): Sql => sql`d.run_id = ${runId} AND d.actor_id = ${actorId} AND d.verdict NOT IN ('undo', 'retract') AND NOT EXISTS (
        SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND (z.undoes = d.id OR (d.verdict <> 'opine' AND (z.created_at > d.created_at OR (z.created_at = d.created_at AND z.id > d.id)))))`
  const standingOf: DecisionOperations['standingOf'] = async (runId, actorId, batchId) => (await db.rows(sql`SELECT ${DECISION_COLUMNS} FROM ${decision} d WHERE ${standing(runId, actorId)} AND d.batch_id = ${batchId}`)).map(decisionRow)
  return {
    standingOf,
    async insert(decisions) {
      const rows = decisions.map(row => ({
        i: row.id, r: row.runId, u: row.unitId, a: row.agentId, w: row.workerId, v: row.verdict, p: row.previous, n: row.note, m: row.message, e: keptEffects(row.effects), z: row.undoes, b: row.batchId,
        c: row.actorId, d: row.actorName, t: row.createdAt,
      }))
      await inParts(rows, part => db.run(
        sql`INSERT INTO ${decision} (id, run_id, unit_id, agent_id, worker_id, verdict, previous, note, message, effects, undoes, batch_id, actor_id, actor_name, created_at)
            SELECT j.i, j.r, j.u, j.a, j.w, j.v, j.p, j.n, j.m, j.e, j.z, j.b, j.c, j.d, j.t FROM ${db.list(part, {
              i: 'id', r: 'id', u: 'id', a: 'id', w: 'id', v: 'key', p: 'key', n: 'text', m: 'text', e: 'text', z: 'id', b: 'key', c: 'name', d: 'name', t: 'int',
            })}`))
    },
    async lastOf(runId, actorId) {
      const [last] = await db.rows(sql`SELECT d.batch_id FROM ${decision} d WHERE ${standing(runId, actorId)} ORDER BY d.created_at DESC, d.id DESC ${db.grammar.limit(1)}`)
      return last ? standingOf(runId, actorId, text(last, 'batch_id')) : []
    },
    async opinionsOf(unitIds) {
      if (unitIds.length === 0) return []
      return (await db.rows(
        sql`SELECT ${DECISION_COLUMNS} FROM ${decision} d JOIN ${db.table('unit')} u ON u.id = d.unit_id
             WHERE ${db.grammar.among('d.unit_id', unitIds)} AND d.verdict = 'opine' AND d.agent_id = u.agent_id
               AND NOT EXISTS (SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND z.undoes = d.id)
             ORDER BY d.created_at, d.id`)).map(decisionRow)
    },
    async unread(unitIds) {
      if (unitIds.length === 0) return new Set()
      const found = await db.rows(
        sql`SELECT ${DECISION_COLUMNS} FROM ${decision} d WHERE ${db.grammar.among('d.unit_id', unitIds)} AND d.verdict = 'approve' AND d.effects IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND (z.created_at > d.created_at OR (z.created_at = d.created_at AND z.id > d.id)))`)
      return new Set(found.map(decisionRow).flatMap(({ unitId, effects }) => (effects.isUnread ? [unitId] : [])))
    },
    async messagesTo(workerId, { runId, limit }) {
      return (await db.rows(
        sql`SELECT ${DECISION_COLUMNS} FROM ${decision} d WHERE d.worker_id = ${workerId} AND ${db.grammar.unindexed('d.run_id')} = ${runId} AND d.message IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND z.undoes = d.id)
             ORDER BY d.created_at DESC, d.id DESC ${db.grammar.limit(limit)}`)).map(decisionRow)
    },
  }
}

/** As they are kept: nothing where there is none. */
function keptEffects(effects: DecisionEffects): string | null {
  return Object.keys(effects).length === 0 ? null : JSON.stringify(effects)
}

/** A decision from a row with {@link DECISION_COLUMNS}. */
export function decisionRow(row: Row): DecisionRow {
  return {
    id: text(row, 'decision_id'), unitId: text(row, 'decision_unit_id'), verdict: text(row, 'verdict') as Verdict,
    previous: text(row, 'previous') as UnitStatus, note: textOrNull(row, 'note'), message: textOrNull(row, 'message'), effects: effectsOf(textOrNull(row, 'effects')), batchId: text(row, 'batch_id'), actorId: text(row, 'actor_id'),
    actorName: text(row, 'actor_name'), createdAt: integer(row, 'decided_at'),
  }
}

function reviewRow(row: Row): ReviewRow {
  return {
    unitId: text(row, 'unit_id'), runId: text(row, 'run_id'), agentId: text(row, 'agent_id'), head: headOf(row, 'agent_id'), assignmentId: text(row, 'assignment_id'),
    position: integer(row, 'position'), unitIndex: integer(row, 'unit_index'), kind: text(row, 'kind') as UnitKind, status: text(row, 'status') as UnitStatus,
    workerId: text(row, 'worker_id'), workerName: text(row, 'external_id'), pseudonym: text(row, 'pseudonym'), input: text(row, 'input'),
    answer: text(row, 'answer'), schemaHash: text(row, 'schema_hash'), acceptedAt: integer(row, 'accepted_at'), completedAt: integer(row, 'completed_at'),
    payMinor: integer(row, 'pay_minor'), currency: text(row, 'currency'), decision: row['decision_id'] === null ? null : decisionRow(row),
  }
}
