import { useCallback, useMemo, useState } from 'react'
import type { ReviewUnitView } from '../../../sdk/protocol/review-views.js'

/** Units that can be decided together. */
export const MOST_SELECTED = 500

/** Units that a reviewer has chosen to decide together. */
export interface Selection {
  /** Those that are still listed, in their order. */
  readonly units: readonly ReviewUnitView[]
  readonly has: (unit: ReviewUnitView) => boolean
  /** Chooses a unit, or leaves it out again; no more than 500. */
  readonly toggle: (unit: ReviewUnitView) => void
  /** Chooses those of some units that can be decided, and no others. */
  readonly setAll: (units: readonly ReviewUnitView[]) => void
  readonly clear: () => void
}

/** Keeps a selection of the units that are listed and wait for a decision. */
export function useSelection(listed: readonly ReviewUnitView[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const units = useMemo(() => listed.filter(unit => unit.status === 'completed' && ids.has(unit.unitId)), [listed, ids])
  const toggle = useCallback((unit: ReviewUnitView) => {
    setIds(before => {
      const after = new Set(before)
      if (!after.delete(unit.unitId) && after.size < MOST_SELECTED) after.add(unit.unitId)
      return after
    })
  }, [])
  const setAll = useCallback((all: readonly ReviewUnitView[]) => {
    setIds(new Set(all.filter(({ status }) => status === 'completed').slice(0, MOST_SELECTED).map(({ unitId }) => unitId)))
  }, [])
  const clear = useCallback(() => { setIds(new Set()) }, [])
  return { units, has: unit => ids.has(unit.unitId), toggle, setAll, clear }
}
