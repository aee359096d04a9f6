import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'

/** What the people desk works with. */
export interface PeopleParts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  /**
   * Refuses a provider that nobody can come from, before a worker of it is made. @default every name will do
   * @throws MephistoError `not_found`
   */
  readonly checkProvider?: (provider: string) => void
}
