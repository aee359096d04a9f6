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
  /** Goes on after a decision, to the next unit or else to the one before. */
  readonly leave: () => void
}

interface Pinned {
  readonly unit: ReviewUnitView | null
  readonly index: number
  /** Id of the unit that was just decided and may still be listed for a moment. */
  readonly left: string | null
}

/** Keeps one unit of the list before the reviewer, the first one to begin with. */
export function useCurrentUnit(units: readonly ReviewUnitView[]): CurrentUnit {
  const [pinned, setPinned] = useState<Pinned>({ unit: null, index: 0, left: null })
  const found = pinned.unit ? units.findIndex(unit => unit.unitId === pinned.unit?.unitId) : -1
  const isGone = pinned.unit !== null && found < 0
  const index = pinned.unit ? found : units.findIndex(unit => unit.unitId !== pinned.left)
  const unit = units[index] ?? pinned.unit
  const place = index >= 0 ? index : pinned.index
  const left = units.some(({ unitId }) => unitId === pinned.left) ? pinned.left : null

  useEffect(() => {
    if (unit !== pinned.unit || place !== pinned.index || left !== pinned.left) setPinned({ unit, index: place, left })
  }, [unit, place, left, pinned])

  // When the unit has left the list, its place is already the next one's.
  const after = isGone ? units[Math.min(place, units.length - 1)] : units[place + 1]
  const before = units[place - 1]
  const show = useCallback((shown: ReviewUnitView) => { setPinned({ unit: shown, index: 0, left: null }) }, [])
  const move = useCallback((by: number) => {
    const next = by > 0 ? after : before
    if (next) show(next)
    else if (isGone) setPinned({ unit: null, index: 0, left: null })
  }, [after, before, isGone, show])
  const leave = useCallback(() => {
    setPinned({ unit: after ?? before ?? null, index: place, left: unit?.unitId ?? null })
  }, [after, before, place, unit])
  return { unit, index, isGone, move, show, leave }
}
