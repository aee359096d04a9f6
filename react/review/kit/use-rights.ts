import type { ReviewSource } from '../review-store.js'
import { usePrincipal } from '../use-principal.js'

/** What whoever is logged in may do here; the server refuses the rest all the same. */
export interface Rights {
  /** Review, and decide about people. */
  readonly isReviewer: boolean
  /** All else as well. */
  readonly isOperator: boolean
}

/** See {@link Rights}. Nothing while nobody knows who it is. */
export function useRights(source: ReviewSource): Rights {
  const roles = usePrincipal(source).principal?.roles ?? []
  const isOperator = roles.includes('operator')
  return { isOperator, isReviewer: isOperator || roles.includes('reviewer') }
}
