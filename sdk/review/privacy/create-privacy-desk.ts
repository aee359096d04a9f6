import { erasing } from './erasing.js'
import { pseudonymising } from './pseudonymising.js'
import type { PrivacyDesk } from './privacy-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'

/** The privacy desk over a database. Who may do what is for its callers to check. */
export function createPrivacyDesk(parts: WorkParts): PrivacyDesk {
  return { pseudonymise: pseudonymising(parts), erase: erasing(parts) }
}
