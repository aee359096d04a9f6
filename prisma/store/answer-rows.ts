import type { AnswerOutcome, SetAsideReason } from '../../sdk/data-model/entities.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { AnswerRow, DecisionRow } from '../../sdk/ports/answer-operations.js'
import { DECISION_COLUMNS, decisionRow } from './review.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** Units with their items, each by its id. */
export interface UnitsWithItems {
  readonly assignments: ReadonlyMap<string, Row>
  readonly units: ReadonlyMap<string, Row>
  readonly currency: string
  readonly includeSetAside: boolean
}

/** Units by a key: by their own ids, or by those of their assignments. */
export async function unitsBy(db: Statements, column: 'u.id' | 'u.assignment_id', keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  return indexed(await byKey(db, sql`SELECT u.id, u.assignment_id, u.unit_index, u.status, u.pay_minor, u.completed_at FROM ${db.table('unit')} u`, { column, keys }))
}

/** Items `s` of assignments. */
export function selectItems(db: Statements): Sql {
  return sql`SELECT s.id, s.position, s.input FROM ${db.table('assignment')} s`
}

/** What was answered to these units, each table read by its own keys. */
export async function answersTo(db: Statements, { assignments, units, currency, includeSetAside }: UnitsWithItems): Promise<AnswerRow[]> {
  const submissions = (await byKey(
    db, sql`SELECT b.id, b.unit_id, b.agent_id, b.worker_id, b.answer, b.outcome, b.reason, b.schema_hash, b.page_build, b.fence, b.received_at FROM ${db.table('submission')} b`,
    { column: 'b.unit_id', keys: [...units.keys()] })).filter(row => includeSetAside || row['outcome'] === 'completed')
  const [agents, workers, decisions] = await Promise.all([
    byKey(db, sql`SELECT a.id, a.accepted_at FROM ${db.table('agent')} a`, { column: 'a.id', keys: distinct(submissions, 'agent_id') }).then(indexed),
    byKey(db, sql`SELECT w.id, w.pseudonym FROM ${db.table('worker')} w`, { column: 'w.id', keys: distinct(submissions, 'worker_id') }).then(indexed),
    byKey(db, sql`SELECT ${DECISION_COLUMNS} FROM ${db.table('decision')} d`, { column: 'd.unit_id', keys: distinct(submissions, 'unit_id') }).then(rows => latest(rows.map(decisionRow))),
  ])
  return submissions.flatMap((submission): AnswerRow[] => {
    const unit = units.get(text(submission, 'unit_id'))
    const assignment = unit && assignments.get(text(unit, 'assignment_id'))
    const agent = agents.get(text(submission, 'agent_id'))
    const worker = workers.get(text(submission, 'worker_id'))
    if (!unit || !assignment || !agent || !worker) return []
    return [answerRow({ submission, unit, assignment, agent, worker, currency, decision: decisions.get(text(unit, 'id')) ?? null })]
  })
}

/** Rows whose column holds one of these keys. @default and no condition beside */
export async function byKey(db: Statements, select: Sql, { column, keys, and = verbatim('') }: { readonly column: string; readonly keys: readonly string[]; readonly and?: Sql }): Promise<readonly Row[]> {
  return keys.length === 0 ? [] : db.rows(sql`${select} WHERE ${db.grammar.among(column, keys)}${and}`)
}

/** Rows by their ids. */
export function indexed(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(row => [text(row, 'id'), row]))
}

/** The texts of a column, each once. */
export function distinct(rows: readonly Row[], column: string): string[] {
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
