import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'

/** What the project desk works with. */
export interface ProjectParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
}
