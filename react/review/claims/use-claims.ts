import { useCallback, useEffect, useRef, useState } from 'react'
import type { ClaimReply, ClaimView, ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import { useRights } from '../kit/use-rights.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { usePrincipal } from '../use-principal.js'

/** Who reviews what in a run, as far as this page knows. */
export interface Claims {
  /** Who else reviews a unit just now; null for nobody. */
  readonly holderOf: (unit: ReviewUnitView) => ClaimView | null
  /** The unit that was not to be had when this page claimed it last; null for none. */
  readonly refused: string | null
  /** Claims a unit and gives back the one before; null for none. What cannot be claimed since the server is away can be decided all the same. */
  readonly claim: (unitId: string | null, takeOver?: boolean) => void
}

/** By then the list says what this page was told when it claimed. */
const UNTIL_LISTED_MS = 8_000

/** Keeps claims of a run. Whoever may only look claims nothing. */
export function useClaims({ run, ...source }: ReviewSource & { readonly run: string }): Claims {
  const { client } = useReviewStore(source)
  const { isReviewer } = useRights(source)
  const me = usePrincipal(source).principal?.id
  const [known, setKnown] = useState<ClaimReply['claims']>([])
  const [refused, setRefused] = useState<string | null>(null)
  const held = useRef<string | null>(null)

  const claim = useCallback((unitId: string | null, takeOver = false) => {
    const before = held.current
    const wanted = isReviewer ? unitId : null
    // What was had and is taken over is not refused: whoever reads it goes on seeing it.
    const wasHeld = before === wanted
    if (before === null && wanted === null) return
    held.current = wanted
    client.review.claim.mutate({ run, units: wanted === null ? [] : [wanted], instead: before === null || before === wanted ? [] : [before], takeOver }).then(
      ({ claimed, claims }) => {
        if (wanted === null) return
        if (held.current === wanted) setRefused(claimed === null && !wasHeld ? wanted : null)
        setKnown(all => [...all.filter(({ unit }) => unit !== wanted), ...claims])
        setTimeout(() => { setKnown(all => all.filter(one => !claims.includes(one))) }, UNTIL_LISTED_MS)
      },
      // The queue says that the server is away, and this is asked again.
      () => undefined,
    )
  }, [client, run, isReviewer])

  const holderOf = (unit: ReviewUnitView): ClaimView | null => {
    if (unit.status !== 'completed' || me === undefined) return null
    const told = known.find(one => one.unit === unit.unitId)
    // Whichever is later: what this page was told when it claimed, or the list. By the server's clock alone, which the list has gone by.
    const latest = told && (!unit.claim || told.until >= unit.claim.until) ? told : unit.claim
    return latest && latest.by !== me ? latest : null
  }
  return { holderOf, refused, claim }
}

/** A claim holds two minutes. */
const AGAIN_MS = 45_000

/** Claims the unit that is shown while it waits for a decision and the page is in sight, so that others leave it alone. */
export function useClaimOf({ claim }: Pick<Claims, 'claim'>, unit: ReviewUnitView | null): void {
  const wanted = unit?.status === 'completed' ? unit.unitId : null
  useEffect(() => {
    claim(wanted)
    const timer = setInterval(() => { if (document.visibilityState === 'visible') claim(wanted) }, AGAIN_MS)
    return () => { clearInterval(timer) }
  }, [claim, wanted])
  useEffect(() => () => { claim(null) }, [claim])
}
