import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'

/** What the privacy desk works with. */
export interface PrivacyParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
}
