import { stringify } from 'csv-stringify'
import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
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

/** The formats an export can be written in. */
export const EXPORT_FORMATS = ['jsonl', 'csv'] as const
/** See {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

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

/** Which run is written, and how. */
export interface ExportTarget {
  readonly runId: string
  readonly format: ExportFormat
}

/**
 * The text of an export: one JSON object a line, or CSV (RFC 4180) with a header, a column for each top-level field of
 * the run's input and answer schemas, and formula characters escaped.
 */
export async function* exportText(db: MephistoDb, rows: AsyncIterable<ExportRow>, target: ExportTarget): AsyncGenerator<string> {
  if (target.format === 'jsonl') {
    yield* joinedLines(rows)
    return
  }
  const fields = await payloadFields(db, target.runId)
  const csv = stringify({ header: true, columns: [...PROVENANCE_COLUMNS, ...fields.map(field => field.column)] })
  const writing = (async () => {
    for await (const row of rows) {
      if (csv.destroyed) return
      if (!csv.write(csvRow(row, fields))) await new Promise(resolve => csv.once('drain', resolve).once('close', resolve))
    }
    csv.end()
  })().catch((error: unknown) => csv.destroy(error instanceof Error ? error : new Error(String(error))))
  for await (const chunk of csv) yield String(chunk)
  await writing
}

/** Long enough that passing a text on costs little beside making it. */
const CHUNK_CHARACTERS = 65_536

async function* joinedLines(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  let text = ''
  for await (const row of rows) {
    text += `${JSON.stringify(row)}\n`
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

const PROVENANCE_COLUMNS = [
  'run', 'task', 'assignment', 'position', 'unit', 'unitIndex', 'status', 'outcome', 'setAsideReason', 'worker', 'agent', 'fence',
  'acceptedAt', 'submittedAt', 'durationMs', 'schemaHash', 'pageBuild', 'payMinor', 'currency', 'verdict', 'note', 'decidedBy', 'decidedAt',
] as const

interface PayloadField {
  readonly column: string
  readonly side: 'input' | 'answer'
  /** The top-level field; null when the payload is no object and is written whole. */
  readonly field: string | null
}

async function payloadFields(db: MephistoDb, runId: string): Promise<PayloadField[]> {
  const run = await requireRun(db, runId)
  const version = await db.tasks.blueprintVersion(run.blueprintType, run.schemaHash)
  const fieldsOf = (side: 'input' | 'answer', schema: string | undefined): PayloadField[] => {
    const { properties } = JSON.parse(schema ?? '{}') as { properties?: Readonly<Record<string, unknown>> }
    const names = Object.keys(properties ?? {})
    return names.length === 0 ? [{ column: side, side, field: null }] : names.map(field => ({ column: `${side}.${field}`, side, field }))
  }
  return [...fieldsOf('input', version?.inputSchema), ...fieldsOf('answer', version?.outputSchema)]
}

/** Text that a spreadsheet would run as a formula, made harmless by a leading apostrophe (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function csvRow(row: ExportRow, fields: readonly PayloadField[]): Record<string, string | number | null> {
  const { pay, decision, input, answer, ...rest } = row
  const payload = fields.map(({ column, side, field }): [string, string] => {
    const whole: unknown = side === 'input' ? input : answer
    const value = field === null ? whole : (whole as Readonly<Record<string, unknown>> | null)?.[field]
    return [column, typeof value === 'string' ? harmless(value) : value === undefined ? '' : JSON.stringify(value)]
  })
  return {
    ...rest, payMinor: pay.minor, currency: pay.currency, verdict: decision?.verdict ?? null, note: decision?.note ? harmless(decision.note) : null,
    decidedBy: decision ? harmless(decision.byName) : null, decidedAt: decision?.at ?? null, ...Object.fromEntries(payload),
  }
}

async function requireRun(db: MephistoDb, runId: string): Promise<TaskRun> {
  const run = await db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `There is no task run ${runId} to export. List the runs to see which there are.`)
  return run
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
