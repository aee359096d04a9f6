import { useMutationState } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import type { Extras } from './extras/extras-draft.js'
import type { ReviewStore } from './review-store.js'

/** A verdict on units on its way to the server. */
export interface DecideStep {
  readonly kind: 'decide'
  /** Made once for each decision and sent with every try, so that a repeat is not a second decision. */
  readonly decisionId: string
  readonly units: readonly ReviewUnitView[]
  readonly verdict: VerdictInput
  readonly note: string
  readonly extras: Extras
  /** The units' status when the decision is made. */
  readonly status: UnitStatus
}

/** The taking back of the latest decision, on its way to the server. */
export interface UndoStep {
  readonly kind: 'undo'
  readonly decisionId: string
}

/** What a verdict makes of a completed unit. */
export const STATUS_AFTER: Readonly<Record<VerdictInput, UnitStatus>> = {
  approve: 'accepted',
  overturn: 'accepted',
  soft_reject: 'soft_rejected',
  reject: 'rejected',
}

/** Decisions of this page on a run that the server has not answered yet, oldest first. */
export function useDecisionsUnderWay(store: ReviewStore, run: string): DecideStep[] {
  const steps = useMutationState({
    filters: { mutationKey: store.keys.decisions(run), status: 'pending' },
    select: mutation => mutation.state.variables as DecideStep | UndoStep | undefined,
  }, store.queryClient)
  return useMemo(() => steps.filter(step => step?.kind === 'decide'), [steps])
}
