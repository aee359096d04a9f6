import { useCallback, useEffect, useState } from 'react'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'

/** The unit before the reviewer. It stays there when the queue changes around it: nobody decides what they did not see. */
export interface CurrentUnit {
  readonly unit: ReviewUnitView | null
  /** Its place in the list, from 0; -1 when it has left the list. */
  readonly index: number
  /** It left the list without this reviewer: somebody else decided it. */
  readonly isGone: boolean
  /** The reviewer asked for this unit: else it is the next one. */
  readonly isChosen: boolean
  /** Shows the unit so many places on; does nothing at the ends. */
  readonly move: (by: number) => void
  readonly show: (unit: ReviewUnitView) => void
  /** Goes on after a decision on some units: to the next one that is not among them, or else to one before. Those that others review come last. */
  readonly leave: (decided: readonly ReviewUnitView[]) => void
}

interface Pinned {
  readonly unit: ReviewUnitView | null
  readonly index: number
  readonly isChosen: boolean
  /** Ids of the units that were just decided and may still be listed for a moment. */
  readonly left: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()
const NOTHING: Pinned = { unit: null, index: 0, isChosen: false, left: NONE }

/**
 * Keeps one unit of a list before the reviewer, the first one that nobody else reviews to begin with. They go on within the piece of the list that it
 * stands in, so that nothing unread is passed over.
 */
export function useCurrentUnit(stretches: readonly (readonly ReviewUnitView[])[], isOthers: (unit: ReviewUnitView) => boolean): CurrentUnit {
  const [pinned, setPinned] = useState<Pinned>(NOTHING)
  const units = stretchOf(stretches, pinned.unit)
  const found = pinned.unit ? units.findIndex(unit => unit.unitId === pinned.unit?.unitId) : -1
  const isGone = pinned.unit !== null && found < 0
  const index = pinned.unit ? found : firstOf(units, { left: pinned.left, isOthers })
  const unit = units[index] ?? pinned.unit
  const place = index >= 0 ? index : pinned.index
  const left = units.some(({ unitId }) => pinned.left.has(unitId)) ? pinned.left : NONE

  useEffect(() => {
    if (unit !== pinned.unit || place !== pinned.index || left !== pinned.left) setPinned(before => ({ ...before, unit, index: place, left }))
  }, [unit, place, left, pinned])

  // When the unit has left the list, its place is already the next one's.
  const after = isGone ? units[Math.min(place, units.length - 1)] : units[place + 1]
  const before = units[place - 1]
  const show = useCallback((shown: ReviewUnitView) => { setPinned({ unit: shown, index: 0, isChosen: true, left: NONE }) }, [])
  const move = useCallback((by: number) => {
    const next = by > 0 ? after : before
    if (next) show(next)
    else if (isGone) setPinned(NOTHING)
  }, [after, before, isGone, show])
  const leave = useCallback((decided: readonly ReviewUnitView[]) => {
    const ids = new Set(decided.map(({ unitId }) => unitId))
    const rest = units.map((one, at) => ({ one, at })).filter(({ one }) => !ids.has(one.unitId))
    const [after, before] = [rest.filter(({ at }) => at >= place), rest.filter(({ at }) => at < place).reverse()]
    const isFree = ({ one }: { readonly one: ReviewUnitView }): boolean => !isOthers(one)
    const next = unit && !ids.has(unit.unitId) ? unit : (after.find(isFree) ?? before.find(isFree) ?? after[0] ?? before[0])?.one ?? null
    setPinned({ unit: next, index: place, isChosen: false, left: ids })
  }, [units, place, unit, isOthers])
  return { unit, index, isGone, isChosen: pinned.isChosen, move, show, leave }
}

/** The piece of a list that a unit stands in, or the one that is nearest to its time; the first one for no unit. Pure. */
function stretchOf(stretches: readonly (readonly ReviewUnitView[])[], unit: ReviewUnitView | null): readonly ReviewUnitView[] {
  const [first = []] = stretches
  if (!unit) return first
  const at = Date.parse(unit.submittedAt)
  /** How far it is from the ends of a piece, ms; 0 within it. */
  const distance = (one: readonly ReviewUnitView[]): number => {
    const times = [one[0], one.at(-1)].flatMap(end => (end ? [Date.parse(end.submittedAt)] : []))
    return Math.max(0, Math.min(...times) - at, at - Math.max(...times))
  }
  const nearest = stretches.reduce((best, one) => (distance(one) < distance(best) ? one : best), first)
  return stretches.find(one => one.some(({ unitId }) => unitId === unit.unitId)) ?? nearest
}

/** The first unit that was not left and that nobody else reviews, or else the first that was not left; -1 for none. Pure. */
function firstOf(units: readonly ReviewUnitView[], { left, isOthers }: { readonly left: ReadonlySet<string>; readonly isOthers: (unit: ReviewUnitView) => boolean }): number {
  const free = units.findIndex(unit => !left.has(unit.unitId) && !isOthers(unit))
  return free >= 0 ? free : units.findIndex(unit => !left.has(unit.unitId))
}
