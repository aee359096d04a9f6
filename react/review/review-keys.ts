import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'

const scopes = new WeakMap<object, string>()
let clients = 0

/** A name of the client that stays the same for its life. */
function scopeOf(client: MephistoClient): string {
  const known = scopes.get(client)
  if (known !== undefined) return known
  clients += 1
  const scope = `client-${String(clients)}`
  scopes.set(client, scope)
  return scope
}

/** The keys under which replies of one client are kept; all start with `mephisto`, so that they clash with no key of the host. */
export function reviewKeys(client: MephistoClient) {
  const base = ['mephisto', scopeOf(client)] as const
  return {
    principal: [...base, 'principal'],
    runs: (task: string | undefined) => [...base, 'runs', task ?? null],
    progress: (run: string) => [...base, 'progress', run],
    queues: (run: string) => [...base, 'queue', run],
    queue: (run: string, statuses: readonly UnitStatus[]) => [...base, 'queue', run, statuses],
    decisions: (run: string) => [...base, 'decisions', run],
  }
}
