import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { DECIDED } from './review-store.js'

/** Which units of a run are listed. */
export type ReviewFilter = 'waiting' | 'accepted' | 'soft_rejected' | 'rejected' | 'decided'

/** The statuses of each filter. */
export const FILTERS = {
  waiting: ['completed'], accepted: ['accepted'], soft_rejected: ['soft_rejected'], rejected: ['rejected'], decided: DECIDED,
} as const satisfies Record<ReviewFilter, readonly UnitStatus[]>

/** The filters in the order of the screen. */
export const FILTER_ORDER: readonly ReviewFilter[] = ['waiting', 'accepted', 'soft_rejected', 'rejected', 'decided']
