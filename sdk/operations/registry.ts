import type { BlueprintImplementation } from '../blueprints/implement.js'
import { MephistoError } from '../errors.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import type { ProviderContext } from '../providers/provider-context.js'

/** Finds what was given to `createMephisto` by name. */
export interface Registry<T> {
  readonly names: readonly string[]
  /** @throws MephistoError `not_found` */
  get(name: string): T
  /** Null for none of this name. */
  find(name: string): T | null
}

/** The blueprints an instance runs, by type. */
export type BlueprintRegistry = Registry<BlueprintImplementation>
/** A provider with what it may use of the instance. */
export interface ConnectedProvider {
  readonly provider: CrowdProvider
  readonly context: ProviderContext
}

/** The providers an instance works with, by type. */
export type ProviderRegistry = Registry<ConnectedProvider>

/**
 * A registry of named things.
 * @throws MephistoError `invalid_options` when two have the same name
 */
export function createRegistry<T>(what: string, items: readonly T[], nameOf: (item: T) => string): Registry<T> {
  const byName = new Map<string, T>()
  for (const item of items) {
    const name = nameOf(item)
    if (byName.has(name)) throw new MephistoError('invalid_options', `Option "${what}s" has two entries named "${name}"; give each a name of its own.`)
    byName.set(name, item)
  }
  return {
    names: [...byName.keys()],
    find: name => byName.get(name) ?? null,
    get(name) {
      const item = byName.get(name)
      if (item !== undefined) return item
      throw new MephistoError('not_found', `There is no ${what} "${name}" in this instance. Add it to the "${what}s" of createMephisto, or correct the name.`)
    },
  }
}
