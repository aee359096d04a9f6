import { createHash } from 'node:crypto'
import type { TaskRun } from '../data-model/entities.js'
import { rankIn } from '../data-model/rank.js'
import { MephistoError } from '../errors.js'
import type { DbOperations, NewAssignment } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { WorkParts } from '../ports/work-parts.js'
import type { CheckedRow } from './data-check.js'
import { admitAssignees } from './assignees/admit-assignees.js'
import { appendItems } from './freeing.js'
import { goOn, runForMore } from './reopening.js'
import { holdRuns, type RunHold } from './run-hold.js'

/** Data for a run under its caller's own id, and its digest. */
interface MoreData {
  readonly runId: string
  readonly topUpId: string
  readonly rows: readonly CheckedRow[]
  readonly of: string | null
}

interface Added { readonly rows: number; readonly units: number }

/** Units that are written in one transaction, and after how many characters of data it is enough. */
const BATCH = 2_000
const BATCH_CHARACTERS = 2_000_000

/**
 * Adds rows to a run, in batches. How many of them are there already stands in the run's log under the caller's id, so that
 * the same data is added once, by whichever process, and goes on after the last batch that was committed.
 * @throws MephistoError `conflict` when the id was used for other data; as {@link runForMore}
 */
export async function addRows(parts: WorkParts, data: MoreData): Promise<Added> {
  let [rows, units] = [0, 0]
  for (let isDone = false; !isDone;) {
    const done = await holdRuns(parts, [data.runId], hold => addBatch(hold, parts.runtime, data))
    rows += done.rows
    units += done.units
    isDone = done.isLast
  }
  return { rows, units }
}

async function addBatch(hold: RunHold, runtime: Runtime, { runId, topUpId, rows, of }: MoreData): Promise<Added & { readonly isLast: boolean }> {
  const from = (await toppedUp(hold.tx, { runId, topUpId, of })).reduce((sum, body) => sum + body.rows, 0)
  // What was added is there whatever became of the run since: a repeat is not refused.
  if (from >= rows.length) return { rows: 0, units: 0, isLast: true }
  const run = runForMore(hold, runId)
  const batch = rows.slice(from, batchEnd(rows, from, run.unitsPerAssignment))
  const units = batch.length * run.unitsPerAssignment
  if ((run.unitsTotal + units) * run.payMinor > Number.MAX_SAFE_INTEGER) {
    throw new MephistoError('invalid_input', `Top-up options: data: the pay of ${String(run.unitsTotal + units)} units cannot be kept exactly; launch another run.`)
  }
  const first = await hold.tx.runs.lastPosition(runId) + 1
  goOn(hold, run)
  await appendItems(hold, run, await newItems(hold, runtime, { run, batch, first }))
  hold.note(runId, { type: 'top_up', body: { id: topUpId, of, rows: batch.length, units } })
  hold.count(runId, { unitsTotal: units, unitsOpen: units })
  return { rows: batch.length, units, isLast: from + batch.length >= rows.length }
}

/** Rows as items behind those that a held run has; `first` is the position of the first one. Whom they are for is let into the run. */
export async function newItems({ tx }: Pick<RunHold, 'tx'>, runtime: Runtime, { run, batch, first }: { readonly run: TaskRun; readonly batch: readonly CheckedRow[]; readonly first: number }): Promise<NewAssignment[]> {
  const assigneeIds = await admitAssignees({ db: tx, runtime }, run, batch)
  return batch.map((row, index): NewAssignment => {
    const position = first + index
    const unitIds = Array.from({ length: run.unitsPerAssignment }, () => runtime.newId())
    return {
      id: runtime.newId(), position, input: row.input, unitIds, ranks: unitIds.map((_, unitIndex) => rankIn(run.config.supply, { position, unitIndex, priority: row.priority })), assignees: assigneeIds(row),
    }
  })
}

/** Where the batch that begins at `from` ends. */
function batchEnd(rows: readonly CheckedRow[], from: number, unitsPerAssignment: number): number {
  let end = from
  for (let characters = 0; end < rows.length && (end - from) * unitsPerAssignment < BATCH && characters < BATCH_CHARACTERS; end += 1) characters += rows[end]?.input.length ?? 0
  return end
}

/** What the log says of a top-up with this id and digest, from its beginning on; empty for a new one. @throws MephistoError `conflict` for an id that was used for other data */
export async function toppedUp(tx: DbOperations, { runId, topUpId, of }: Pick<MoreData, 'runId' | 'topUpId' | 'of'>): Promise<readonly { readonly rows: number }[]> {
  const before = (await tx.events.ofType(runId, 'top_up')).map(event => JSON.parse(event.body) as { id: string | null; of: string | null; rows: number }).filter(({ id }) => id === topUpId)
  if (before.some(body => body.of !== of)) throw new MephistoError('conflict', `The id ${topUpId} was used for other data before; make a new id for each top-up.`)
  return before
}

/** Tells data from other data; null for none. Pure. */
export function digestOf(rows: readonly CheckedRow[]): string | null {
  if (rows.length === 0) return null
  const hash = createHash('sha256')
  for (const { input, priority, assignees } of rows) hash.update(`${String(priority)} ${assignees.length === 0 ? '' : JSON.stringify(assignees)}${input}\n`)
  return hash.digest('hex')
}
