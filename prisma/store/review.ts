import type { SetAsideReason, Verdict } from '../../sdk/data-model/entities.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { MephistoError } from '../../sdk/errors.js'
import type { AnswerRow, DecisionOperations, DecisionRow, ReviewRow, SubmissionOutcome } from '../../sdk/ports/answer-operations.js'
import type { UnitOperations } from '../../sdk/ports/unit-operations.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

type ReviewOperations = Pick<UnitOperations, 'review' | 'reviewById' | 'answers' | 'decide'>

const DECISION_COLUMNS = `d.id AS decision_id, d.verdict, d.previous, d.note, d.batch_id, d.actor_id, d.actor_name, d.created_at AS decided_at, d.unit_id AS decision_unit_id`

/** Reading completed work, and moving it by decisions. */
export function reviewOperations(db: Statements): ReviewOperations {
  const [unit, assignment, submission, worker, agent, decision, run] =
    (['unit', 'assignment', 'submission', 'worker', 'agent', 'decision', 'task_run'] as const).map(name => db.table(name))
  const latestDecision = `LEFT JOIN ${decision} d ON d.id = (SELECT x.id FROM ${decision} x WHERE x.unit_id = u.id ORDER BY x.created_at DESC, x.id DESC LIMIT 1)`
  const reviewRows = `SELECT u.id AS unit_id, u.run_id, u.agent_id, u.assignment_id, s.position, u.unit_index, u.status, u.worker_id,
      w.external_id, w.pseudonym, s.input, b.answer, b.schema_hash, a.accepted_at, u.completed_at, u.pay_minor, r.currency, ${DECISION_COLUMNS}
    FROM ${unit} u JOIN ${submission} b ON b.slot = u.id JOIN ${assignment} s ON s.id = u.assignment_id JOIN ${agent} a ON a.id = u.agent_id
    JOIN ${worker} w ON w.id = u.worker_id JOIN ${run} r ON r.id = u.run_id ${latestDecision}`

  return {
    async review(filter) {
      const rows = await db.rows(
        `${reviewRows} WHERE u.run_id = ?1 AND u.status ${filter.statuses.length === 1 ? '= ?2' : 'IN (SELECT value FROM json_each(?2))'}
            AND (u.completed_at, u.id) > (?3, ?4) ORDER BY u.completed_at, u.id LIMIT ?5`,
        filter.runId, filter.statuses.length === 1 ? filter.statuses[0] ?? '' : JSON.stringify(filter.statuses), filter.after?.completedAt ?? -1, filter.after?.unitId ?? '', filter.limit)
      return rows.map(reviewRow)
    },

    async reviewById(unitIds) {
      return (await db.rows(`${reviewRows} WHERE u.id IN (SELECT value FROM json_each(?))`, JSON.stringify(unitIds))).map(reviewRow)
    },

    async decide(moves, at) {
      const json = JSON.stringify(moves)
      const rows = await db.rows(
        `UPDATE ${unit} SET status = j.after, decided_at = ?
           FROM (SELECT value->>'unitId' AS moved_id, value->>'from' AS before, value->>'to' AS after FROM json_each(?)) j
          WHERE ${unit}.id = j.moved_id AND +${unit}.status = j.before RETURNING id`, at, json)
      const moved = new Set(rows.map(row => text(row, 'id')))
      await db.run(
        `UPDATE ${agent} SET status = j.after FROM (SELECT value->>'agentId' AS moved_id, value->>'agentTo' AS after FROM json_each(?)) j WHERE id = j.moved_id`,
        JSON.stringify(moves.filter(move => moved.has(move.unitId))))
      return moved
    },

    async answers(filter) {
      const [position, unitIndex, submissionId] = parseCursor(filter.after)
      const rows = await db.rows(
        `SELECT b.id AS submission_id, b.unit_id, b.agent_id, b.answer, b.outcome, b.reason, b.schema_hash, b.page_build, b.fence, b.received_at,
                u.unit_index, u.status, u.assignment_id, u.pay_minor, s.position, s.input, w.pseudonym, a.accepted_at, r.currency, ${DECISION_COLUMNS}
           FROM ${assignment} s JOIN ${unit} u ON u.assignment_id = s.id JOIN ${submission} b ON b.unit_id = u.id
           JOIN ${agent} a ON a.id = b.agent_id JOIN ${worker} w ON w.id = b.worker_id JOIN ${run} r ON r.id = s.run_id ${latestDecision}
          WHERE s.run_id = ?1 AND s.position >= ?2 AND (s.position, u.unit_index, b.id) > (?2, ?3, ?4) AND (?5 = 1 OR b.outcome = 'completed')
          ORDER BY s.position, u.unit_index, b.id LIMIT ?6`,
        filter.runId, position, unitIndex, submissionId, filter.includeSetAside ? 1 : 0, filter.limit)
      return rows.map(answerRow)
    },
  }
}

/** Decisions: append-only, each naming the caller's batch it was part of. */
export function decisionOperations(db: Statements): DecisionOperations {
  const decision = db.table('decision')
  return {
    async insert(decisions) {
      await db.run(
        `INSERT INTO ${decision} (id, run_id, unit_id, agent_id, worker_id, verdict, previous, note, undoes, batch_id, actor_id, actor_name, created_at)
         SELECT value->>'id', value->>'runId', value->>'unitId', value->>'agentId', value->>'workerId', value->>'verdict', value->>'previous', value->>'note',
                value->>'undoes', value->>'batchId', value->>'actorId', value->>'actorName', value->>'createdAt' FROM json_each(?)`,
        JSON.stringify(decisions))
    },
    async lastOf(runId, actorId) {
      const standing = `d.run_id = ?1 AND d.actor_id = ?2 AND d.verdict <> 'undo' AND NOT EXISTS (
        SELECT 1 FROM ${decision} z WHERE z.unit_id = d.unit_id AND (z.created_at, z.id) > (d.created_at, d.id))`
      const rows = await db.rows(
        `SELECT ${DECISION_COLUMNS} FROM ${decision} d WHERE ${standing}
            AND d.batch_id = (SELECT d.batch_id FROM ${decision} d WHERE ${standing} ORDER BY d.created_at DESC, d.id DESC LIMIT 1)`, runId, actorId)
      return rows.map(decisionRow)
    },
  }
}

function parseCursor(cursor: string | undefined): [position: number, unitIndex: number, submissionId: string] {
  if (cursor === undefined) return [0, -1, '']
  const match = /^(\d{1,10})\.(\d{1,5})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return [Number(match[1]), Number(match[2]), match[3] ?? '']
}

function decisionRow(row: Row): DecisionRow {
  return {
    id: text(row, 'decision_id'), unitId: text(row, 'decision_unit_id'), verdict: text(row, 'verdict') as Verdict,
    previous: text(row, 'previous') as UnitStatus, note: textOrNull(row, 'note'), batchId: text(row, 'batch_id'), actorId: text(row, 'actor_id'),
    actorName: text(row, 'actor_name'), createdAt: integer(row, 'decided_at'),
  }
}

function reviewRow(row: Row): ReviewRow {
  return {
    unitId: text(row, 'unit_id'), runId: text(row, 'run_id'), agentId: text(row, 'agent_id'), assignmentId: text(row, 'assignment_id'),
    position: integer(row, 'position'), unitIndex: integer(row, 'unit_index'), status: text(row, 'status') as UnitStatus,
    workerId: text(row, 'worker_id'), workerName: text(row, 'external_id'), pseudonym: text(row, 'pseudonym'), input: text(row, 'input'),
    answer: text(row, 'answer'), schemaHash: text(row, 'schema_hash'), acceptedAt: integer(row, 'accepted_at'), completedAt: integer(row, 'completed_at'),
    payMinor: integer(row, 'pay_minor'), currency: text(row, 'currency'), decision: row['decision_id'] === null ? null : decisionRow(row),
  }
}

function answerRow(row: Row): AnswerRow {
  const [position, unitIndex, submissionId] = [integer(row, 'position'), integer(row, 'unit_index'), text(row, 'submission_id')]
  return {
    cursor: `${String(position)}.${String(unitIndex)}.${submissionId}`, submissionId, unitId: text(row, 'unit_id'), unitIndex,
    unitStatus: text(row, 'status') as UnitStatus, assignmentId: text(row, 'assignment_id'), position, pseudonym: text(row, 'pseudonym'),
    input: text(row, 'input'), answer: text(row, 'answer'), outcome: text(row, 'outcome') as SubmissionOutcome,
    reason: textOrNull(row, 'reason') as SetAsideReason | null, schemaHash: text(row, 'schema_hash'), pageBuild: textOrNull(row, 'page_build'),
    fence: integer(row, 'fence'), agentId: text(row, 'agent_id'), acceptedAt: integer(row, 'accepted_at'), receivedAt: integer(row, 'received_at'),
    payMinor: integer(row, 'pay_minor'), currency: text(row, 'currency'), decision: row['decision_id'] === null ? null : decisionRow(row),
  }
}
