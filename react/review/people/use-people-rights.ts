import type { ReviewSource } from '../review-store.js'
import { usePrincipal } from '../use-principal.js'

/** What whoever is logged in may do here; the server refuses the rest all the same. */
export interface PeopleRights {
  /** Grant, revoke, block and lift. */
  readonly isReviewer: boolean
  /** Make, change and delete qualifications as well. */
  readonly isOperator: boolean
}

/** See {@link PeopleRights}. Nothing while nobody knows who it is. */
export function usePeopleRights(source: ReviewSource): PeopleRights {
  const roles = usePrincipal(source).principal?.roles ?? []
  const isOperator = roles.includes('operator')
  return { isOperator, isReviewer: isOperator || roles.includes('reviewer') }
}
