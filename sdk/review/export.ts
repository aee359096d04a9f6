import type { TaskRun } from '../data-model/entities.js'
import { requireRun } from '../operations/named-place.js'
import type { AnswerRow, DecisionRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { ExportRow } from '../protocol/export-views.js'
import type { DecisionView } from '../protocol/review-views.js'
import type { JsonPayload } from '../protocol/worker-views.js'

/** What to export and how much of it. */
export interface ExportOptions {
  /** Also answers that were kept without counting. @default false */
  readonly includeSetAside?: boolean
}

/** One page of a run's answers with their provenance. @throws MephistoError `not_found` */
export async function exportPage(db: MephistoDb, runId: string, page: ExportOptions & { after?: string; limit: number }): Promise<{ rows: ExportRow[]; nextCursor: string | null }> {
  const run = await requireRun(db, runId)
  const answers = await db.units.answers({
    runId, includeSetAside: page.includeSetAside ?? false, limit: page.limit, ...(page.after === undefined ? {} : { after: page.after }),
  })
  return { rows: answers.map(answer => exportRow(run, answer)), nextCursor: answers.length < page.limit ? null : answers.at(-1)?.cursor ?? null }
}

/** All answers of a run, read page by page: constant memory. @throws MephistoError `not_found` */
export async function* exportRows(db: MephistoDb, runId: string, options: ExportOptions = {}): AsyncGenerator<ExportRow> {
  let after: string | null = null
  do {
    const page: { rows: ExportRow[]; nextCursor: string | null } = await exportPage(db, runId, { ...options, limit: 1_000, ...(after === null ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  } while (after !== null)
}

/** A stored decision as it is shown. */
export function decisionView(decision: DecisionRow | null): DecisionView | null {
  if (!decision || decision.verdict === 'undo') return null
  return { verdict: decision.verdict, note: decision.note, by: decision.actorId, byName: decision.actorName, at: new Date(decision.createdAt).toISOString() }
}

/** An answer of a run as it is exported. */
export function exportRow(run: TaskRun, row: AnswerRow): ExportRow {
  return {
    run: run.id, task: run.taskName, assignment: row.assignmentId, position: row.position, unit: row.unitId, unitIndex: row.unitIndex,
    status: row.unitStatus, outcome: row.outcome, setAsideReason: row.reason, input: JSON.parse(row.input) as JsonPayload,
    answer: JSON.parse(row.answer) as JsonPayload, worker: row.pseudonym, agent: row.agentId, fence: row.fence,
    acceptedAt: new Date(row.acceptedAt).toISOString(), submittedAt: new Date(row.receivedAt).toISOString(),
    durationMs: row.receivedAt - row.acceptedAt, schemaHash: row.schemaHash, pageBuild: row.pageBuild,
    pay: { minor: row.payMinor, currency: row.currency }, decision: row.outcome === 'completed' ? decisionView(row.decision) : null,
  }
}
