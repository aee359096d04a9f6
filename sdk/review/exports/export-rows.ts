import type { TaskRun } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import { requireRun } from '../../operations/named-place.js'
import type { AnswerRow } from '../../ports/answer-operations.js'
import type { ItemSource } from '../../ports/feed-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { ExportRow } from '../../protocol/export-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import { standingDecision } from '../decision-view.js'
import type { Showing } from '../answer-reader.js'
import { requireData, requireDataStill } from './removed-data.js'

/** What to export and how much of it. */
export interface ExportOptions extends Showing {
  /** Also answers that were kept without counting. @default false */
  readonly includeSetAside?: boolean
}

/** One page of a run's answers with their provenance. @throws MephistoError `conflict` for a run whose data was removed */
export async function exportPage(db: MephistoDb, run: TaskRun, page: ExportOptions & { after?: string; limit: number }): Promise<{ rows: ExportRow[]; nextCursor: string | null }> {
  requireData(run)
  const answers = await db.units.answers({
    runId: run.id, includeSetAside: page.includeSetAside ?? false, limit: page.limit, ...(page.after === undefined ? {} : { after: page.after }),
  })
  await requireDataStill(db, run, answers)
  const rows = await shownAnswers(db, run, { answers, showing: page })
  return { rows, nextCursor: answers.length < page.limit ? null : answers.at(-1)?.cursor ?? null }
}

/**
 * Answers of a run as they are shown, in their order.
 * @throws MephistoError `conflict` for one that cannot be migrated, and for the reader of another blueprint
 */
export async function shownAnswers(db: MephistoDb, run: TaskRun, { answers, showing: { reader = null, isMigrated = false } }: { readonly answers: readonly AnswerRow[]; readonly showing: Showing }): Promise<ExportRow[]> {
  const type = reader?.implementation.blueprint.type ?? run.blueprintType
  if (type !== run.blueprintType) throw new MephistoError('conflict', `Task run ${run.id} is of the blueprint "${run.blueprintType}", not "${type}"; give that one.`)
  const sources = await sourcesOf(db, run, answers)
  const rows: ExportRow[] = []
  for (const answer of answers) {
    const row = exportRow(run, answer, sources.get(answer.assignmentId))
    rows.push(!reader ? row : isMigrated ? await reader.migrated(run, row) : { ...row, derived: reader.derived(run, row) })
  }
  return rows
}

/** By item: what it was made of. Only fed runs have such items. */
async function sourcesOf(db: MephistoDb, run: TaskRun, answers: readonly AnswerRow[]): Promise<ReadonlyMap<string, ItemSource>> {
  const found = run.dataFeed ? await db.feeds.sourcesOf([...new Set(answers.map(({ assignmentId }) => assignmentId))]) : []
  return new Map(found.map(source => [source.assignmentId, source]))
}

/** All answers of a run, read page by page: constant memory. @throws MephistoError `not_found`; `conflict` for one whose data was removed */
export async function* exportRows(db: MephistoDb, runId: string, options: ExportOptions = {}): AsyncGenerator<ExportRow> {
  let after: string | null = null
  do {
    const page: { rows: ExportRow[]; nextCursor: string | null } = await exportPage(db, await requireRun(db, runId), { ...options, limit: 1_000, ...(after === null ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  } while (after !== null)
}

/** An answer of a run as it is exported. */
function exportRow(run: TaskRun, row: AnswerRow, source?: ItemSource): ExportRow {
  return {
    run: run.id, task: run.taskName, assignment: row.assignmentId, position: row.position, unit: row.unitId, unitIndex: row.unitIndex,
    status: row.unitStatus, outcome: row.outcome, setAsideReason: row.reason, input: JSON.parse(row.input) as JsonPayload,
    answer: JSON.parse(row.answer) as JsonPayload, worker: row.pseudonym, agent: row.agentId, fence: row.fence,
    acceptedAt: new Date(row.acceptedAt).toISOString(), submittedAt: new Date(row.receivedAt).toISOString(),
    durationMs: row.receivedAt - row.acceptedAt, schemaHash: row.schemaHash, pageBuild: row.pageBuild,
    pay: { minor: row.payMinor, currency: row.currency }, decision: row.outcome === 'completed' ? standingDecision(row.decision) : null, derived: null,
    ...(source ? { source: { run: source.sourceRunId, unit: source.sourceUnitId, agent: source.sourceAgentId } } : {}),
  }
}
