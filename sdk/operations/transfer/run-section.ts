import { featureQualifications } from '../../data-model/features.js'
import type { Page } from '../../ports/find-query.js'
import type { AgentRow, AssignmentRow, RunRow } from '../../ports/entity-rows.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { TransferFilter, TransferRow, TransferTable } from '../../ports/transfer-operations.js'
import type { DumpRow } from './dump-format.js'

const WORKERS = 500
const ITEMS = 100

/** The rows of a run with all that they belong to, in an order in which each comes after what it belongs to. Constant memory. */
export async function* runRows(db: MephistoDb, run: RunRow): AsyncGenerator<DumpRow> {
  yield* parentRows(db, run)
  yield* plain(db, 'task_run', { column: 'id', ids: [run.id] })
  // Who is paid outside any unit need not have worked in the run.
  const extras = await db.transfer.rows('ledger_entry', { column: 'run_id', ids: [run.id], isOfNoUnit: true })
  yield* workerRows(db, [...new Set(extras.map(row => String(row['worker_id'])))])
  for (const row of extras) yield { table: 'ledger_entry', row }
  for (let after = '', isMore = true; isMore;) {
    const ids = await db.transfer.workersOfRun(run.id, { after, limit: WORKERS })
    yield* workerRows(db, ids)
    for (const table of ['run_worker', 'refusal', 'payout'] as const) yield* plain(db, table, { column: 'worker_id', ids, runId: run.id })
    after = ids.at(-1) ?? ''
    isMore = ids.length === WORKERS
  }
  for (let after: string | null | undefined; after !== null;) {
    const items: Page<AssignmentRow> = await db.assignments.find({ filter: { runId: run.id }, sort: 'position', limit: ITEMS, ...(after === undefined ? {} : { after }) })
    yield* itemRows(db, items.rows.map(({ id }) => id))
    after = items.nextCursor
  }
  for (let after: string | null | undefined; after !== null;) {
    const attempts: Page<AgentRow> = await db.agents.find({ filter: { runId: run.id, isOnboarding: true }, limit: WORKERS, ...(after === undefined ? {} : { after }) })
    const ids = attempts.rows.map(({ id }) => id)
    // Who did not get past it has no other row in the run.
    yield* workerRows(db, [...new Set(attempts.rows.map(({ workerId }) => workerId))])
    yield* agentRows(db, await db.transfer.rows('agent', { column: 'id', ids }))
    // What onboarding hands in is kept under the attempt's own id.
    yield* plain(db, 'submission', { column: 'unit_id', ids })
    after = attempts.nextCursor
  }
  yield* plain(db, 'event', { column: 'stream_id', ids: [run.id] })
}

/** Workers as their provider knows them. */
export async function* workerRows(db: MephistoDb, ids: readonly string[]): AsyncGenerator<DumpRow> {
  const { rows } = await db.workers.find({ filter: { ids }, limit: Math.max(1, ids.length) })
  for (const { id, provider, externalId, pseudonym, createdAt } of rows) yield { table: 'worker', row: { id, provider, external_id: externalId, pseudonym, created_at: createdAt } }
}

/** Qualifications by their ids; deleted ones are left out. */
export async function* qualificationRows(db: MephistoDb, ids: readonly string[]): AsyncGenerator<DumpRow> {
  for (const id of new Set(ids)) {
    const found = await db.qualifications.get(id)
    if (found) yield { table: 'qualification', row: { id, name: found.name, description: found.description, created_at: found.createdAt } }
  }
}

/** A project. */
export async function* projectRows(db: MephistoDb, id: string | null): AsyncGenerator<DumpRow> {
  const project = id === null ? null : await db.projects.get(id)
  if (project) yield { table: 'project', row: { id: project.id, name: project.name, archived_at: project.archivedAt, created_at: project.createdAt } }
}

/** A task, after its project. */
export async function* taskRows(db: MephistoDb, id: string): AsyncGenerator<DumpRow> {
  const task = await db.tasks.get(id)
  if (!task) return
  yield* projectRows(db, task.projectId)
  yield { table: 'task', row: { id: task.id, project_id: task.projectId, name: task.name, blueprint_type: task.blueprintType, retention_days: task.retentionDays, archived_at: task.archivedAt, created_at: task.createdAt } }
}

async function* parentRows(db: MephistoDb, run: RunRow): AsyncGenerator<DumpRow> {
  yield* taskRows(db, run.taskId)
  const requester = await db.requesters.get(run.requesterId)
  if (requester) yield { table: 'requester', row: { id: requester.id, provider: requester.provider, name: requester.name, created_at: requester.createdAt } }
  const version = await db.tasks.blueprintVersion(run.blueprintType, run.schemaHash)
  if (version) yield { table: 'blueprint_version', row: { type: run.blueprintType, schema_hash: run.schemaHash, input_schema: version.inputSchema, output_schema: version.outputSchema } }
  const { gates, features } = run.config
  yield* qualificationRows(db, [...gates.requirements.map(({ qualificationId }) => qualificationId), ...featureQualifications(features)])
}

/** Items with their units and all that happened to these. */
async function* itemRows(db: MephistoDb, ids: readonly string[]): AsyncGenerator<DumpRow> {
  yield* plain(db, 'assignment', { column: 'id', ids })
  yield* plain(db, 'item_source', { column: 'assignment_id', ids })
  yield* plain(db, 'assignee', { column: 'assignment_id', ids })
  const units = await db.transfer.rows('unit', { column: 'assignment_id', ids })
  for (const row of units) yield { table: 'unit', row }
  const unitIds = idsOf(units)
  yield* agentRows(db, await db.transfer.rows('agent', { column: 'unit_id', ids: unitIds }))
  yield* sessionRows(db, ids)
  for (const table of ['submission', 'decision', 'ledger_entry'] as const) yield* plain(db, table, { column: 'unit_id', ids: unitIds })
}

async function* agentRows(db: MephistoDb, agents: readonly TransferRow[]): AsyncGenerator<DumpRow> {
  for (const row of agents) yield { table: 'agent', row }
  const ids = idsOf(agents)
  yield* plain(db, 'event', { column: 'stream_id', ids })
  yield* sessionRows(db, ids)
  yield* plain(db, 'remark', { column: 'agent_id', ids })
}

/** Sessions of attempts or of items, by the ids of these. */
async function* sessionRows(db: MephistoDb, ids: readonly string[]): AsyncGenerator<DumpRow> {
  yield* plain(db, 'session', { column: 'id', ids })
  yield* plain(db, 'packet', { column: 'session_id', ids })
}

/** Rows of a table as they are. */
export async function* plain(db: MephistoDb, table: TransferTable, filter: TransferFilter): AsyncGenerator<DumpRow> {
  for (const row of await db.transfer.rows(table, filter)) yield { table, row }
}

function idsOf(rows: readonly TransferRow[]): string[] {
  return rows.map(row => String(row['id']))
}
