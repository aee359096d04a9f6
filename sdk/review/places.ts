import type { UnitStatus } from '../data-model/lifecycle.js'
import { byAssignment, comesBack, placeFor } from '../operations/replacing.js'
import type { RunHold } from '../operations/run-hold.js'
import type { FreeUnit } from '../operations/withdraw.js'
import type { ReviewRow } from '../ports/answer-operations.js'

/** Where a rejected unit's work was given to others meanwhile: whether there is a place for it, and the free unit that goes for it. */
export interface Place {
  readonly fits: boolean
  readonly withdraw: FreeUnit | null
}

/** Finds places for units that a decision would bring back, by unit; the others need none. Each place is given once. */
export async function findPlaces(hold: RunHold, moves: readonly { readonly row: ReviewRow; readonly to: UnitStatus }[]): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  const back = moves.filter(({ row, to }) => row.kind === 'standard' && comesBack(row.status, to))
  if (back.length === 0) return places
  const items = new Map(byAssignment(await hold.tx.replacements.ofAssignments([...new Set(back.map(({ row }) => row.assignmentId))])))
  for (const { row, to } of back) {
    const units = items.get(row.assignmentId) ?? []
    const { fits, withdraw: free } = placeFor(row.unitId, units)
    places.set(row.unitId, { fits, withdraw: free && { ...free, runId: row.runId, kind: row.kind } })
    if (fits) items.set(row.assignmentId, units.map(unit => (unit.id === row.unitId ? { ...unit, status: to } : unit.id === free?.id ? { ...unit, status: 'expired' } : unit)))
  }
  return places
}
