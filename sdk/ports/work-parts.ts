import type { MephistoDb } from './mephisto-db.js'
import type { Runtime } from './runtime.js'

/** A database, and the time, ids and chance that come from outside: all that most work needs. */
export interface WorkParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
}
