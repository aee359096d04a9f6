import type { UnitStatus } from '../data-model/lifecycle.js'

/** A unit as one of those of its assignment. */
export interface ItemUnit {
  readonly id: string
  readonly assignmentId: string
  readonly unitIndex: number
  readonly status: UnitStatus
  readonly rank: number
  /** The unit whose work this one does again; null for a first one. */
  readonly replacesUnitId: string | null
}

/** A new unit of a known assignment. */
export type NewUnit = Omit<ItemUnit, 'status'>

/** Units that do the work of others again. Whoever adds or withdraws units of a run holds the run's row in the same transaction. */
export interface ReplacementOperations {
  /** Units of the run in this status after `afterRank`, smallest rank first. */
  inStatus(runId: string, status: UnitStatus, page: { readonly afterRank: number; readonly limit: number }): Promise<readonly ItemUnit[]>
  /** All ordinary units of these assignments, by their index. */
  ofAssignments(assignmentIds: readonly string[]): Promise<readonly ItemUnit[]>
  /** Adds units to assignments of the run: launched, or created where they are held back. */
  add(run: { readonly id: string; readonly payMinor: number; readonly isHeldBack: boolean }, units: readonly NewUnit[], at: number): Promise<void>
  /** Created or launched → expired, for units that nobody has. Returns the ids that moved. */
  withdraw(unitIds: readonly string[]): Promise<ReadonlySet<string>>
}
