import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { CheckedRow } from '../data-check.js'
import { admitWorkers } from '../workers.js'

/** The ids of those whom a row is for. */
type AssigneeIds = (row: Pick<CheckedRow, 'assignees'>) => readonly string[]

/** The run that rows are for. */
interface OfRun {
  readonly id: string
  readonly provider: string
}

/** Lets everybody into a run whom rows are for, in the transaction that adds these. Nothing is looked up for rows that are for everybody. */
export async function admitAssignees(parts: { readonly db: DbOperations; readonly runtime: Runtime }, { id, provider }: OfRun, rows: readonly Pick<CheckedRow, 'assignees'>[]): Promise<AssigneeIds> {
  const externalIds = [...new Set(rows.flatMap(row => row.assignees))]
  if (externalIds.length === 0) return () => []
  const { ids } = await admitWorkers(parts, { runId: id, provider, externalIds })
  return row => row.assignees.flatMap(externalId => ids.get(externalId) ?? [])
}
