import type { ReviewSource } from '../review-store.js'
import { usePrincipal } from '../use-principal.js'

/** What whoever is logged in may do here; the server refuses the rest all the same. */
export interface Rights {
  /** Who it is is known, or that nobody can tell: until then a screen would offer too little, or what others are at. */
  readonly isKnown: boolean
  /** Review, and decide about people. */
  readonly isReviewer: boolean
  /** All else as well. */
  readonly isOperator: boolean
}

/** See {@link Rights}. Nothing while nobody knows who it is. */
export function useRights(source: ReviewSource): Rights {
  const { principal, failure } = usePrincipal(source)
  const roles = principal?.roles ?? []
  const isOperator = roles.includes('operator')
  return { isKnown: principal !== undefined || failure !== null, isOperator, isReviewer: isOperator || roles.includes('reviewer') }
}
