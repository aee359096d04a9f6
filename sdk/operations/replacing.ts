import { isStanding, type UnitStatus } from '../data-model/lifecycle.js'
import { MOST_UNITS_PER_ITEM, rankBeside, rankOfMore, type UnitOrder } from '../data-model/rank.js'
import type { ItemUnit } from '../ports/replacement-operations.js'

// Each place of an assignment has at most one unit that stands (is free, taken, answered or accepted), so that there are never
// more of them than were wanted. Whoever adds a unit, or brings one back that was rejected, sees to it here (promise P2).

/** Units that do work of one item again, at most, where a person asks for each: no limit of a machine need hold. */
export const MOST_ASKED_FOR = 1_000

/** Which work is to be done again, and how often at most. */
export interface ReplacementRule {
  readonly isAskedFor: (unit: ItemUnit) => boolean
  /** Most units of the assignment that do work again. */
  readonly most: number
}

/** A unit to add: the one it replaces, its own index and rank. */
export type PlannedUnit = Omit<ItemUnit, 'id' | 'status'> & { readonly replacesUnitId: string }

/** The units to add to one assignment, given all of its units by their index, and whether it would have got more but for the limit. Pure. */
export function plannedReplacements(units: readonly ItemUnit[], { isAskedFor, most }: ReplacementRule): { readonly planned: readonly PlannedUnit[]; readonly isAtLimit: boolean } {
  // Work that was paid for is done again only where that is asked for.
  const isOpen = (slot: readonly ItemUnit[]): boolean => slot.some(isAskedFor) && slot.every(unit => !isStanding(unit.status) && (unit.status !== 'soft_rejected' || isAskedFor(unit)))
  const last = slots(units).filter(isOpen).flatMap(slot => slot.at(-1) ?? [])
  const nextIndex = (units.at(-1)?.unitIndex ?? -1) + 1
  const room = Math.min(most - units.filter(unit => unit.replacesUnitId !== null).length, MOST_UNITS_PER_ITEM - nextIndex)
  const planned = last.slice(0, Math.max(0, room)).map((unit, count): PlannedUnit => ({
    assignmentId: unit.assignmentId, unitIndex: nextIndex + count, rank: rankBeside(unit.rank, nextIndex + count), replacesUnitId: unit.id,
  }))
  return { planned, isAtLimit: planned.length < last.length }
}

/** A unit to add to an item that has units already. */
export type MoreUnit = Omit<ItemUnit, 'id' | 'status'>

/** The units that an assignment lacks when so many are wanted of it, given all of its units by their index. Pure. */
export function missingUnits(units: readonly ItemUnit[], { wanted, order }: { readonly wanted: number; readonly order: UnitOrder }): readonly MoreUnit[] {
  const [first] = units
  if (!first) return []
  const places = units.filter(unit => unit.replacesUnitId === null).length
  const nextIndex = (units.at(-1)?.unitIndex ?? -1) + 1
  const missing = Math.max(0, Math.min(wanted - places, MOST_UNITS_PER_ITEM - nextIndex))
  return Array.from({ length: missing }, (_, count): MoreUnit => ({
    assignmentId: first.assignmentId, unitIndex: nextIndex + count, replacesUnitId: null,
    rank: rankOfMore(order, first.rank, { layer: places + count, unitIndex: nextIndex + count }),
  }))
}

/** The units of an assignment by the place they are for: a first one, the one that replaces it, and so on. */
function slots(units: readonly ItemUnit[]): readonly (readonly ItemUnit[])[] {
  const slotOf = new Map<string, ItemUnit[]>()
  for (const unit of units) {
    const slot = slotOf.get(unit.replacesUnitId ?? '') ?? []
    slot.push(unit)
    slotOf.set(unit.id, slot)
  }
  return [...new Set(slotOf.values())]
}

/**
 * Whether a unit of the assignment that was rejected may come back as one that counts. `withdraw` is the free unit that has
 * its place and goes for it. Pure.
 */
export function placeFor(unitId: string, units: readonly ItemUnit[]): { readonly fits: boolean; readonly withdraw: ItemUnit | null } {
  const other = slots(units).find(slot => slot.some(unit => unit.id === unitId))?.find(unit => isStanding(unit.status))
  if (!other) return { fits: true, withdraw: null }
  const isFree = other.status === 'created' || other.status === 'launched'
  return { fits: isFree, withdraw: isFree ? other : null }
}

/** Statuses from which a unit comes back to its place by an overturn or an undo. */
export function comesBack(from: UnitStatus, to: UnitStatus): boolean {
  return !isStanding(from) && isStanding(to)
}

/** Units by the assignment that they are of. */
export function byAssignment(units: readonly ItemUnit[]): ReadonlyMap<string, readonly ItemUnit[]> {
  const groups = new Map<string, ItemUnit[]>()
  for (const unit of units) {
    const group = groups.get(unit.assignmentId)
    if (group) group.push(unit)
    else groups.set(unit.assignmentId, [unit])
  }
  return groups
}
