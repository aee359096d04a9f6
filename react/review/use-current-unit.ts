import { useCallback, useEffect, useState } from 'react'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'

/** The unit before the reviewer. It stays there when the queue changes around it: nobody decides what they did not see. */
export interface CurrentUnit {
  readonly unit: ReviewUnitView | null
  /** Its place in the list, from 0; -1 when it has left the list. */
  readonly index: number
  /** It left the list without this reviewer: somebody else decided it. */
  readonly isGone: boolean
  /** Shows the unit so many places on; does nothing at the ends. */
  readonly move: (by: number) => void
  readonly show: (unit: ReviewUnitView) => void
  /** Goes on after a decision on some units: to the next one that is not among them, or else to one before. */
  readonly leave: (decided: readonly ReviewUnitView[]) => void
}

interface Pinned {
  readonly unit: ReviewUnitView | null
  readonly index: number
  /** Ids of the units that were just decided and may still be listed for a moment. */
  readonly left: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** Keeps one unit of the list before the reviewer, the first one to begin with. */
export function useCurrentUnit(units: readonly ReviewUnitView[]): CurrentUnit {
  const [pinned, setPinned] = useState<Pinned>({ unit: null, index: 0, left: NONE })
  const found = pinned.unit ? units.findIndex(unit => unit.unitId === pinned.unit?.unitId) : -1
  const isGone = pinned.unit !== null && found < 0
  const index = pinned.unit ? found : units.findIndex(unit => !pinned.left.has(unit.unitId))
  const unit = units[index] ?? pinned.unit
  const place = index >= 0 ? index : pinned.index
  const left = units.some(({ unitId }) => pinned.left.has(unitId)) ? pinned.left : NONE

  useEffect(() => {
    if (unit !== pinned.unit || place !== pinned.index || left !== pinned.left) setPinned({ unit, index: place, left })
  }, [unit, place, left, pinned])

  // When the unit has left the list, its place is already the next one's.
  const after = isGone ? units[Math.min(place, units.length - 1)] : units[place + 1]
  const before = units[place - 1]
  const show = useCallback((shown: ReviewUnitView) => { setPinned({ unit: shown, index: 0, left: NONE }) }, [])
  const move = useCallback((by: number) => {
    const next = by > 0 ? after : before
    if (next) show(next)
    else if (isGone) setPinned({ unit: null, index: 0, left: NONE })
  }, [after, before, isGone, show])
  const leave = useCallback((decided: readonly ReviewUnitView[]) => {
    const ids = new Set(decided.map(({ unitId }) => unitId))
    const rest = (those: readonly ReviewUnitView[]): ReviewUnitView[] => those.filter(({ unitId }) => !ids.has(unitId))
    const next = unit && !ids.has(unit.unitId) ? unit : rest(units.slice(place))[0] ?? rest(units.slice(0, place)).at(-1) ?? null
    setPinned({ unit: next, index: place, left: ids })
  }, [units, place, unit])
  return { unit, index, isGone, move, show, leave }
}
