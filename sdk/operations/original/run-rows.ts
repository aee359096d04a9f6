import { FULL_SUPPLY, NO_GATES, type RunConfig } from '../../data-model/entities.js'
import { NO_FEATURES, ORIGINAL_SCHEMA } from '../../data-model/features.js'
import type { OriginalRow, OriginalSource } from '../../ports/original-source.js'
import type { TransferRow } from '../../ports/transfer-operations.js'
import { eventHash } from '../event-hash.js'
import type { DumpRow, PlainRow } from '../transfer/dump-format.js'
import type { ItemGround } from './item-ground.js'
import { itemRows, LEASE_MS } from './item-rows.js'
import { filesOfRun } from './original-files.js'
import { idFor, instantIn, nameIn, textIn } from './original-values.js'

/** Where rows of the original come from, and what else must be known about them. */
export interface OriginalGround {
  readonly source: OriginalSource
  /** The data folder of the original. */
  readonly folder: string
  readonly currency: string
  readonly newPseudonym: () => string
  /** The id here of the worker whom a row names, if it is not another already; by what their provider calls them. */
  readonly workerIdOf: (row: OriginalRow) => string
}

/** A run of the original with what it belongs to. */
export interface OriginalRun {
  /** Its id here. */
  readonly id: string
  readonly run: OriginalRow
  readonly task: OriginalRow
  readonly project: OriginalRow | null
  readonly requester: OriginalRow
}

/** The runs of the original; those whose task or requester is missing are noted. */
export function originalRuns({ source }: OriginalGround, note: (what: string) => void): readonly OriginalRun[] {
  const byId = (table: string, key: string): ReadonlyMap<string, OriginalRow> => new Map(source.rows(table).map(row => [textIn(row, key), row]))
  const [tasks, projects, requesters] = [byId('tasks', 'task_id'), byId('projects', 'project_id'), byId('requesters', 'requester_id')]
  return source.rows('task_runs').flatMap((run): OriginalRun[] => {
    const [task, requester] = [tasks.get(textIn(run, 'task_id')), requesters.get(textIn(run, 'requester_id'))]
    if (!task || !requester) {
      note('runs whose task or requester is missing')
      return []
    }
    return [{ id: idFor(instantIn(run), 'run', textIn(run, 'task_run_id'), textIn(run, 'creation_date'), textIn(run, 'init_params')), run, task, requester, project: projects.get(textIn(task, 'project_id')) ?? null }]
  })
}

/** What the rows of a run add up to: what its own row says, which stands before them. */
interface Totals {
  units: number
  answered: number
  mostUnits: number
  payMinor: number
  isExpired: boolean
  endedAt: number
  lastFeed: number
  readonly money: { reserved: number; paid: number }
  readonly workers: Map<string, { taken: number; completed: number }>
  /** What was paid outside of units. */
  readonly extras: TransferRow[]
}

/**
 * A run of the original in our rows: ended, with a log that is made from what was left of it, so that it can be verified
 * and handed on as any other. Read twice, so that no more than one assignment is in memory.
 */
export async function* originalRunRows(ground: OriginalGround, run: OriginalRun, note: (what: string) => void): AsyncGenerator<DumpRow> {
  yield* parentRows(run)
  const totals = newTotals(instantIn(run.run))
  for await (const row of allItems(ground, run, () => undefined)) addTo(totals, row)
  const own = ownEvents(run.id, instantIn(run.run), totals)
  yield { table: 'task_run', row: runRow(ground, run, { totals, own }) }
  yield* workerRows(ground, run, totals)
  yield* allItems(ground, run, note)
  for (const row of own) yield { table: 'event', row }
}

/** What a run belongs to. */
export function* parentRows({ task, project, requester }: OriginalRun): Generator<DumpRow> {
  if (project) yield { table: 'project', row: { id: projectId(project), name: nameIn(project, 'project_name'), archived_at: null, created_at: instantIn(project) } }
  yield { table: 'task', row: { id: taskId(task), project_id: project ? projectId(project) : null, name: nameIn(task, 'task_name'), blueprint_type: ORIGINAL_SCHEMA, retention_days: null, archived_at: null, created_at: instantIn(task) } }
  yield { table: 'requester', row: { id: requesterId(requester), provider: textIn(requester, 'provider_type'), name: nameIn(requester, 'requester_name'), created_at: instantIn(requester) } }
  // Everything fits: what the original asked for was never written down as a schema.
  yield { table: 'blueprint_version', row: { type: ORIGINAL_SCHEMA, schema_hash: ORIGINAL_SCHEMA, input_schema: '{}', output_schema: '{}' } }
}

const projectId = (project: OriginalRow): string => idFor(instantIn(project), 'project', textIn(project, 'project_name'))
const taskId = (task: OriginalRow): string => idFor(instantIn(task), 'task', textIn(task, 'task_name'))
const requesterId = (requester: OriginalRow): string => idFor(instantIn(requester), 'requester', textIn(requester, 'provider_type'), textIn(requester, 'requester_name'))

/** Everybody who attempted something in a run. */
export function* runWorkers({ source }: OriginalGround, { run }: OriginalRun): Generator<OriginalRow> {
  const ids = new Set(source.rows('agents', { column: 'task_run_id', value: textIn(run, 'task_run_id') }).map(agent => textIn(agent, 'worker_id')))
  for (const id of ids) yield* source.rows('workers', { column: 'worker_id', value: id }).slice(0, 1)
}

/** Workers with how much of the run they took and completed. */
function* workerRows(ground: OriginalGround, run: OriginalRun, { workers }: Totals): Generator<DumpRow> {
  for (const worker of runWorkers(ground, run)) {
    const workerId = ground.workerIdOf(worker)
    yield workerRow(ground, worker)
    const { taken = 0, completed = 0 } = workers.get(workerId) ?? {}
    yield { table: 'run_worker', row: { run_id: run.id, worker_id: workerId, cursor: -1, unit_id: null, units_taken: taken, units_completed: completed, created_at: instantIn(worker) } }
  }
}

/** A worker of the original. */
export function workerRow({ workerIdOf, newPseudonym }: OriginalGround, worker: OriginalRow): DumpRow {
  return { table: 'worker', row: { id: workerIdOf(worker), provider: textIn(worker, 'provider_type'), external_id: nameIn(worker, 'worker_name'), pseudonym: newPseudonym(), created_at: instantIn(worker) } }
}

async function* allItems({ source, folder, currency, workerIdOf }: OriginalGround, { id: runId, run, project }: OriginalRun, note: (what: string) => void): AsyncGenerator<PlainRow> {
  const originalId = textIn(run, 'task_run_id')
  const where = { column: 'task_run_id', value: originalId }
  // The first number is the run's own beginning.
  let feed = 1
  const ground: ItemGround = {
    source, runId, currency, note, workerIdOf, provider: textIn(run, 'provider_type'), isPaid: Number(run['sandbox'] ?? 0) === 0, nextFeed: () => (feed += 1),
    files: filesOfRun(folder, { run, project }),
  }
  const agentsByUnit = new Map<string, OriginalRow[]>()
  for (const agent of source.rows('agents', where)) agentsByUnit.set(textIn(agent, 'unit_id'), [...agentsByUnit.get(textIn(agent, 'unit_id')) ?? [], agent])
  for (const [position, assignment] of source.rows('assignments', where).entries()) yield* itemRows(ground, { assignment, position, agentsByUnit })
}

function newTotals(at: number): Totals {
  return { units: 0, answered: 0, mostUnits: 1, payMinor: 0, isExpired: false, endedAt: at, lastFeed: 1, money: { reserved: 0, paid: 0 }, workers: new Map(), extras: [] }
}

function addTo(totals: Totals, { table, row }: PlainRow): void {
  const number = (column: string): number => Number(row[column])
  if (table === 'unit') {
    totals.units += 1
    totals.answered += row['status'] === 'expired' ? 0 : 1
    totals.isExpired ||= row['status'] === 'expired'
    totals.mostUnits = Math.max(totals.mostUnits, number('unit_index') + 1)
    totals.payMinor = Math.max(totals.payMinor, number('pay_minor'))
  } else if (table === 'agent' || table === 'submission') {
    const worker = totals.workers.get(String(row['worker_id'])) ?? { taken: 0, completed: 0 }
    totals.workers.set(String(row['worker_id']), worker)
    if (table === 'agent') worker.taken += 1
    else if (row['outcome'] === 'completed') worker.completed += 1
  } else if (table === 'event') {
    totals.lastFeed = Math.max(totals.lastFeed, number('feed'))
    totals.endedAt = Math.max(totals.endedAt, number('at'))
  } else if (table === 'ledger_entry') {
    totals.money.reserved += (row['credit'] === 'reserved' ? 1 : row['debit'] === 'reserved' ? -1 : 0) * number('amount_minor')
    totals.money.paid += row['credit'] === 'paid' ? number('amount_minor') : 0
    if (row['unit_id'] === null && row['kind'] === 'owe') {
      totals.extras.push(row)
      totals.endedAt = Math.max(totals.endedAt, number('created_at'))
    }
  }
}

/** The run's own stream: it ran, people were paid outside of units, and it ended. */
function ownEvents(runId: string, at: number, { isExpired, endedAt, lastFeed, units, extras }: Totals): TransferRow[] {
  const ofExtras = extras.map(({ entry_key: key = '', worker_id: worker = null, amount_minor: amount = 0, created_at: paidAt = 0 }, index) =>
    ({ type: 'compensate' as const, feed: lastFeed + 1 + index, at: Number(paidAt), body: { compensation: String(key).replace('compensate:', ''), worker, amount } }))
  const told = [{ type: 'run' as const, feed: 1, at, body: { units } }, ...ofExtras, { type: isExpired ? 'expire' as const : 'complete' as const, feed: lastFeed + 1 + extras.length, at: endedAt, body: { units } }]
  let hash = ''
  return told.map((event, index) => {
    const row = { ...event, streamId: runId, number: index + 1, runId, body: JSON.stringify(event.body) }
    hash = eventHash(hash, row)
    return { stream_id: runId, number: row.number, run_id: runId, feed: row.feed, type: row.type, body: row.body, hash, at: row.at }
  })
}

function runRow({ currency }: OriginalGround, { id, run, task, requester }: OriginalRun, { totals, own }: { readonly totals: Totals; readonly own: readonly TransferRow[] }): TransferRow {
  const { units, answered, money } = totals
  const [startedAt, last] = [instantIn(run), own.at(-1)]
  const config: RunConfig = { title: nameIn(task, 'task_name'), description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: {}, page: null }
  return {
    id, task_id: taskId(task), requester_id: requesterId(requester), provider: textIn(run, 'provider_type'), blueprint_type: ORIGINAL_SCHEMA, schema_hash: ORIGINAL_SCHEMA,
    status: totals.isExpired ? 'expired' : 'completed', config: JSON.stringify(config), units_per_assignment: totals.mostUnits, lease_ms: LEASE_MS, currency, pay_minor: totals.payMinor, budget_minor: null,
    reserved_minor: money.reserved, owed_minor: 0, paid_minor: money.paid, units_total: units, units_open: 0, units_answered: answered, feed: Number(last?.['feed']), event_count: own.length,
    event_hash: String(last?.['hash']), created_at: startedAt, updated_at: totals.endedAt, started_at: startedAt, ended_at: totals.endedAt,
  }
}
