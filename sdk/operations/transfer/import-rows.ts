import { isEnded } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { Stranger, TransferRow, TransferTable } from '../../ports/transfer-operations.js'
import { mustFit } from '../caps.js'
import { verifyRun } from '../verify-run.js'
import { DEFAULT_RULES, type ConflictRules } from './conflict-rules.js'
import { isMergedRow, type DumpRow, type PlainRow } from './dump-format.js'
import { isWithheld, mergeRow, renamed, type MergeGround, type Renaming } from './merge-rows.js'

/** Rows that come in together: a run with all that is of it, or people. */
export interface RowsToImport {
  readonly kind: 'run' | 'people'
  /** The run's id. */
  readonly id: string
  /** The rows, each after what it belongs to; from the start each time, because a transaction may be tried again. */
  readonly rows: () => AsyncIterable<DumpRow>
  /** Where they come from, for the audit trail. */
  readonly provenance: object
  readonly actorId: string
  /** For the history of what is granted. */
  readonly reason: string
  readonly newId: () => string
  /** What is done about what is here already. @default everything is merged, by the stricter grant */
  readonly rules?: ConflictRules
  /** What it is called where the rows come from: stands behind what gets another name. @default a number does */
  readonly label?: string | null
}

/** What came in: how many rows were added or changed, and what got another name. */
export interface ImportedRows {
  readonly rows: number
  readonly renamed: readonly Renaming[]
}

/**
 * Brings rows in, in one transaction with its row in the audit trail; when none was added or changed, the trail says nothing.
 * @throws MephistoError `conflict` for a run that is not what its log says, and for what the rules refuse
 */
export async function importRows(db: MephistoDb, { kind, id, rows: read, provenance, actorId, reason, newId, rules = DEFAULT_RULES, label = null }: RowsToImport): Promise<ImportedRows> {
  return db.transaction(async tx => {
    const at = await tx.now()
    const ground: MergeGround = {
      tx, rules, label, names: new Map(), people: new Set(), renamed: [], withheld: { people: new Set(), grants: new Set() }, qualifications: new Map(), newId, actorId, reason, at,
    }
    const batch = createBatch(ground)
    let rows = 0
    for await (const row of read()) rows += isMergedRow(row) ? Number(await mergeRow(ground, row)) : await batch.add(row)
    rows += await batch.flush()
    if (kind === 'run') {
      await mustBeSound(tx, id)
      await tx.webhooks.skip(id)
    }
    const imported = { rows, renamed: ground.renamed }
    if (rows === 0) return imported
    const auditId = newId()
    // Of people only how many: there may be a hundred thousand.
    const ids = Object.fromEntries([...ground.names].filter(([id]) => !ground.people.has(id)))
    const body = { ...provenance, rows, ids, people: ground.people.size, ...(ground.renamed.length === 0 ? {} : { renamed: ground.renamed }) }
    await tx.audit.insert({ id: auditId, actorId, action: 'import', subject: kind, subjectId: kind === 'run' ? id : auditId, body: JSON.stringify(body), at })
    return imported
  }, { longestMs: LONGEST_IMPORT_MS })
}

/** A run comes in whole or not at all, and may be large. */
const LONGEST_IMPORT_MS = 600_000

/** A run that has ended, and whose rows are what its log says: nothing is missing, and nothing is of another run. */
async function mustBeSound(tx: DbOperations, runId: string): Promise<void> {
  const run = await tx.runs.get(runId)
  if (!run) throw new MephistoError('conflict', `There are rows of task run ${runId} and not the run itself. It was not imported.`)
  if (!isEnded(run.status) || run.unitsOpen > 0) throw new MephistoError('conflict', `Task run ${runId} has not ended there. It was not imported.`)
  const spent = run.reservedMinor + run.owedMinor + run.paidMinor
  if (run.budgetMinor !== null && spent > run.budgetMinor) throw new MephistoError('conflict', `Task run ${runId} spent and holds ${String(spent)}, and its budget is ${String(run.budgetMinor)} (minor units of ${run.currency}). It was not imported.`)
  if (run.cappedBy !== null) await mustFit(tx, run.cappedBy)
  const stranger = await tx.transfer.stranger(runId)
  if (stranger) throw strange(stranger, runId)
  const inside: MephistoDb = { ...tx, specVersion: 1, transaction: work => work(tx), close: () => Promise.resolve() }
  const { difference } = await verifyRun(inside, runId)
  if (difference) throw new MephistoError('conflict', `Task run ${runId} does not agree with its log: ${difference.subject} ${difference.id}: ${difference.what}. It was not imported.`)
}

function strange({ table, id, column }: Stranger, runId: string): MephistoError {
  return new MephistoError('conflict', `The ${table} ${id} of task run ${runId} names in ${column} what is not of that run. It was not imported; make the dump again where the run is.`)
}

/** Tables in an order in which each row comes after what it belongs to. */
const ORDER: readonly TransferTable[] = [
  'task_run', 'assignment', 'item_source', 'assignee', 'unit', 'run_worker', 'refusal', 'agent', 'event', 'submission', 'session', 'packet', 'remark', 'decision', 'ledger_entry', 'payout', 'qualification_event', 'block',
]
const BATCH = { rows: 1_000, characters: 2_000_000 }

interface Batch {
  /** Takes a row, and writes those that are waiting when there are many. Returns how many were written. */
  add(row: PlainRow): Promise<number>
  flush(): Promise<number>
}

function createBatch({ tx, names, withheld }: MergeGround): Batch {
  let waiting = new Map<TransferTable, TransferRow[]>()
  let [count, characters] = [0, 0]
  async function flush(): Promise<number> {
    const rows = waiting
    waiting = new Map()
    ;[count, characters] = [0, 0]
    let written = 0
    for (const table of ORDER) {
      const fresh = await unknown(tx, table, rows.get(table) ?? [])
      if (table === 'payout') await mustBeOwnPayouts(tx, fresh)
      if (table === 'assignee') await mustBeForOwnItems(tx, fresh)
      await tx.transfer.add(table, fresh)
      written += fresh.length
    }
    return written
  }
  return {
    flush,
    async add({ table, row }) {
      const local = renamed(names, row)
      if (isWithheld(withheld, table, local)) return 0
      const rows = waiting.get(table) ?? []
      rows.push(local)
      waiting.set(table, rows)
      count += 1
      for (const value of Object.values(row)) characters += typeof value === 'string' ? value.length : 8
      return count >= BATCH.rows || characters >= BATCH.characters ? flush() : 0
    },
  }
}

/** Payouts come before their units, which are new: a unit that is here is another run's. */
async function mustBeOwnPayouts(tx: DbOperations, payouts: readonly TransferRow[]): Promise<void> {
  const runOf = await runsOf(tx, 'unit', payouts.map(row => row['unit_id']))
  const foreign = payouts.find(({ unit_id: unitId = null, run_id: runId }) => runOf.has(unitId) && runOf.get(unitId) !== runId)
  if (foreign) throw strange({ table: 'payout', id: String(foreign['id']), column: 'unit_id' }, String(foreign['run_id']))
}

/** Whom items are for has no index by run, either; it comes after its items. */
async function mustBeForOwnItems(tx: DbOperations, assignees: readonly TransferRow[]): Promise<void> {
  const runOf = await runsOf(tx, 'assignment', assignees.map(row => row['assignment_id']))
  const foreign = assignees.find(({ assignment_id: assignmentId = null, run_id: runId }) => runOf.get(assignmentId) !== runId)
  if (foreign) throw strange({ table: 'assignee', id: String(foreign['worker_id']), column: 'assignment_id' }, String(foreign['run_id']))
}

/** The runs of those of these rows that are here, by their ids. */
async function runsOf(tx: DbOperations, table: 'unit' | 'assignment', ids: readonly unknown[]): Promise<ReadonlyMap<unknown, unknown>> {
  const rows = await tx.transfer.rows(table, { column: 'id', ids: [...new Set(ids.map(String))] })
  return new Map(rows.map(row => [row['id'], row['run_id']]))
}

/** History and blocks that are here stay; of a run that is new, a row that is here must be refused. */
async function unknown(tx: DbOperations, table: TransferTable, rows: readonly TransferRow[]): Promise<readonly TransferRow[]> {
  if (rows.length === 0 || (table !== 'qualification_event' && table !== 'block')) return rows
  const known = new Set((await tx.transfer.rows(table, { column: 'id', ids: rows.map(row => String(row['id'])) })).map(row => row['id']))
  return rows.filter(row => !known.has(row['id'] ?? null))
}
