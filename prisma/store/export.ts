import type { AnswerOutcome, SetAsideReason } from '../../sdk/data-model/entities.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { MephistoError } from '../../sdk/errors.js'
import type { AnswerFilter, AnswerRow, DecisionRow } from '../../sdk/ports/answer-operations.js'
import { DECISION_COLUMNS, decisionRow } from './review.js'
import { sql, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/**
 * Reads answers with their provenance, a stretch of items at a time: each table by its own keys and put together here.
 * One statement over all six tables would leave their order to the planner, and PostgreSQL was seen to read a page of a
 * table it had no statistics of yet for minutes.
 */
export function answerReader(db: Statements): (filter: AnswerFilter) => Promise<readonly AnswerRow[]> {
  return async ({ runId, includeSetAside, after, limit }) => {
    const [run] = await db.rows(
      sql`SELECT r.currency, r.units_per_assignment, (SELECT max(s.position) FROM ${db.table('assignment')} s WHERE s.run_id = ${runId}) AS last_position
            FROM ${db.table('task_run')} r WHERE r.id = ${runId}`)
    if (!run || run['last_position'] === null) return []
    const [end, currency] = [integer(run, 'last_position'), text(run, 'currency')]
    const from = parseCursor(after)
    const found: AnswerRow[] = []
    let { position } = from
    // One more, because some of the first item may have been read before.
    let stretch = Math.ceil(limit / integer(run, 'units_per_assignment')) + 1
    while (position <= end && found.length < limit) {
      const rows = await stretchOf(db, { runId, currency, includeSetAside }, { from: position, to: position + stretch })
      found.push(...(position === from.position ? rows.filter(row => isAfter(row, from)) : rows))
      position += stretch
      // As many items as the rest will need if it is like what was read; where answers are rare, longer and longer.
      const perAnswer = (position - from.position) / Math.max(1, found.length)
      stretch = Math.min(2 * stretch, Math.ceil((limit - found.length) * perAnswer) + 1)
    }
    return found.slice(0, limit)
  }
}

interface Wanted { readonly runId: string; readonly currency: string; readonly includeSetAside: boolean }

async function stretchOf(db: Statements, { runId, currency, includeSetAside }: Wanted, items: { from: number; to: number }): Promise<AnswerRow[]> {
  const byKey = async (select: Sql, column: string, keys: readonly string[]): Promise<readonly Row[]> =>
    (keys.length === 0 ? [] : db.rows(sql`${select} WHERE ${db.grammar.among(column, keys)}`))
  const assignments = indexed(await db.rows(
    sql`SELECT s.id, s.position, s.input FROM ${db.table('assignment')} s WHERE s.run_id = ${runId} AND s.position >= ${items.from} AND s.position < ${items.to}`))
  const units = indexed(await byKey(sql`SELECT u.id, u.assignment_id, u.unit_index, u.status, u.pay_minor FROM ${db.table('unit')} u`, 'u.assignment_id', [...assignments.keys()]))
  const submissions = (await byKey(
    sql`SELECT b.id, b.unit_id, b.agent_id, b.worker_id, b.answer, b.outcome, b.reason, b.schema_hash, b.page_build, b.fence, b.received_at FROM ${db.table('submission')} b`,
    'b.unit_id', [...units.keys()])).filter(row => includeSetAside || row['outcome'] === 'completed')
  const [agents, workers] = [
    indexed(await byKey(sql`SELECT a.id, a.accepted_at FROM ${db.table('agent')} a`, 'a.id', distinct(submissions, 'agent_id'))),
    indexed(await byKey(sql`SELECT w.id, w.pseudonym FROM ${db.table('worker')} w`, 'w.id', distinct(submissions, 'worker_id'))),
  ]
  const decisions = latest((await byKey(sql`SELECT ${DECISION_COLUMNS} FROM ${db.table('decision')} d`, 'd.unit_id', distinct(submissions, 'unit_id'))).map(decisionRow))
  return submissions.flatMap((submission): AnswerRow[] => {
    const unit = units.get(text(submission, 'unit_id'))
    const assignment = unit && assignments.get(text(unit, 'assignment_id'))
    const agent = agents.get(text(submission, 'agent_id'))
    const worker = workers.get(text(submission, 'worker_id'))
    if (!unit || !assignment || !agent || !worker) return []
    return [answerRow({ submission, unit, assignment, agent, worker, currency, decision: decisions.get(text(unit, 'id')) ?? null })]
  }).sort(inOrder)
}

function indexed(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(row => [text(row, 'id'), row]))
}

function distinct(rows: readonly Row[], column: string): string[] {
  return [...new Set(rows.map(row => text(row, column)))]
}

function latest(decisions: readonly DecisionRow[]): ReadonlyMap<string, DecisionRow> {
  const byUnit = new Map<string, DecisionRow>()
  for (const decision of decisions) {
    const other = byUnit.get(decision.unitId)
    const isLater = !other || decision.createdAt > other.createdAt || (decision.createdAt === other.createdAt && decision.id > other.id)
    if (isLater) byUnit.set(decision.unitId, decision)
  }
  return byUnit
}

interface Place { readonly position: number; readonly unitIndex: number; readonly submissionId: string }

function inOrder(a: Place, b: Place): number {
  return a.position - b.position || a.unitIndex - b.unitIndex || (a.submissionId < b.submissionId ? -1 : 1)
}

function isAfter(row: Place, from: Place): boolean {
  return inOrder(row, from) > 0 && row.submissionId !== from.submissionId
}

function parseCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return { position: 0, unitIndex: -1, submissionId: '' }
  const match = /^(\d{1,10})\.(\d{1,5})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { position: Number(match[1]), unitIndex: Number(match[2]), submissionId: match[3] ?? '' }
}

interface Parts {
  readonly submission: Row
  readonly unit: Row
  readonly assignment: Row
  readonly agent: Row
  readonly worker: Row
  readonly currency: string
  readonly decision: DecisionRow | null
}

function answerRow({ submission, unit, assignment, agent, worker, currency, decision }: Parts): AnswerRow {
  const [position, unitIndex, submissionId] = [integer(assignment, 'position'), integer(unit, 'unit_index'), text(submission, 'id')]
  return {
    cursor: `${String(position)}.${String(unitIndex)}.${submissionId}`, submissionId, unitId: text(unit, 'id'), unitIndex,
    unitStatus: text(unit, 'status') as UnitStatus, assignmentId: text(assignment, 'id'), position, pseudonym: text(worker, 'pseudonym'),
    input: text(assignment, 'input'), answer: text(submission, 'answer'), outcome: text(submission, 'outcome') as AnswerOutcome,
    reason: textOrNull(submission, 'reason') as SetAsideReason | null, schemaHash: text(submission, 'schema_hash'), pageBuild: textOrNull(submission, 'page_build'),
    fence: integer(submission, 'fence'), agentId: text(submission, 'agent_id'), acceptedAt: integer(agent, 'accepted_at'), receivedAt: integer(submission, 'received_at'),
    payMinor: integer(unit, 'pay_minor'), currency, decision,
  }
}
