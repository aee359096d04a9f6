import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { DECIDED } from './review-store.js'

/** Which units of a run are listed. */
export type ReviewFilter = 'waiting' | 'accepted' | 'soft_rejected' | 'rejected' | 'decided'

/** The statuses of each filter, its name, and what is said when it has no unit. */
export const FILTERS = {
  waiting: {
    name: 'Waiting', statuses: ['completed'], empty: 'Nothing is waiting for review. New answers appear here by themselves.',
  },
  accepted: { name: 'Accepted', statuses: ['accepted'], empty: 'Nothing has been approved yet.' },
  soft_rejected: { name: 'Soft-rejected', statuses: ['soft_rejected'], empty: 'Nothing has been soft-rejected.' },
  rejected: { name: 'Rejected', statuses: ['rejected'], empty: 'Nothing has been rejected.' },
  decided: { name: 'All decided', statuses: DECIDED, empty: 'Nothing has been decided yet.' },
} as const satisfies Record<ReviewFilter, { name: string; statuses: readonly UnitStatus[]; empty: string }>

/** The filters in the order of the screen. */
export const FILTER_ORDER: readonly ReviewFilter[] = ['waiting', 'accepted', 'soft_rejected', 'rejected', 'decided']
