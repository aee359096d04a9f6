import { isHeldBack, type TaskRun } from '../data-model/entities.js'
import { rankOf } from '../data-model/rank.js'
import type { DbOperations, NewAssignment } from '../ports/mephisto-db.js'
import type { NewUnit } from '../ports/replacement-operations.js'

// Whoever makes units free says from which rank on: a search for units begins there (docs/decisions/0007-handing-out.md).

/** What a hold of runs has for it. */
interface FreeingHold {
  readonly tx: DbOperations
  /** Epoch ms. */
  readonly at: number
  /** A run that it holds. */
  run(runId: string): TaskRun | undefined
  freed(runId: string, rank: number): void
}

/** Adds items with their units to a held run. */
export async function appendItems(hold: FreeingHold, run: TaskRun, items: readonly NewAssignment[]): Promise<void> {
  await hold.tx.runs.appendAssignments(targetOf(run), items, hold.at)
  freedFrom(hold, run, items.flatMap(item => item.ranks ?? [rankOf(item.position, 0)]))
}

/** Adds units to items of a held run. */
export async function appendUnits(hold: FreeingHold, run: TaskRun, units: readonly NewUnit[]): Promise<void> {
  await hold.tx.replacements.add(targetOf(run), units, hold.at)
  freedFrom(hold, run, units.map(unit => unit.rank))
  // Also units that are not launched yet: then nobody finds them, and who looks in vain notes it.
  if (run.config.hasAssignees) await hold.tx.assignees.freed(units.map(unit => unit.id))
}

/** Launches so many units of a held run that were not to be had yet. None whose items are for particular people: those launch all of them. */
export async function publishUnits(hold: Pick<FreeingHold, 'tx' | 'freed'>, runId: string, count: number): Promise<void> {
  const [first] = await hold.tx.units.publish(runId, count)
  if (first !== undefined) hold.freed(runId, first)
}

/** Says that units of held runs are free now. */
export async function unitsFreed(hold: Pick<FreeingHold, 'tx' | 'freed' | 'run'>, unitIds: readonly string[]): Promise<void> {
  if (unitIds.length === 0) return
  const ranks = await hold.tx.units.lowestRanks(unitIds)
  for (const [runId, rank] of ranks) hold.freed(runId, rank)
  if ([...ranks.keys()].some(runId => hold.run(runId)?.config.hasAssignees)) await hold.tx.assignees.freed(unitIds)
}

const targetOf = (run: TaskRun): Parameters<DbOperations['replacements']['add']>[0] => ({ id: run.id, payMinor: run.payMinor, isHeldBack: isHeldBack(run.config.supply) })

function freedFrom(hold: FreeingHold, run: TaskRun, ranks: readonly number[]): void {
  if (!isHeldBack(run.config.supply)) hold.freed(run.id, ranks.reduce((lowest, rank) => Math.min(lowest, rank), Infinity))
}
