import { actOnPerson } from './act-on-person.js'
import type { PrivacyDesk } from './privacy-desk.js'
import type { PrivacyParts } from './privacy-parts.js'
import { removeName } from './removing-names.js'

/** Taking a worker's name away. */
export function pseudonymising(parts: PrivacyParts): PrivacyDesk['pseudonymise'] {
  return actOnPerson(parts, { action: 'pseudonymise', work: async person => ({ worker: await removeName(person, false) }) })
}
