import { actOnPerson } from './act-on-person.js'
import type { PrivacyDesk } from './privacy-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { removeName } from './removing-names.js'

/** Taking a worker's name away. */
export function pseudonymising(parts: WorkParts): PrivacyDesk['pseudonymise'] {
  return actOnPerson(parts, { action: 'pseudonymise', work: async person => ({ worker: await removeName(person) }) })
}
