import { randomBytes } from 'node:crypto'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { createHookParts } from '../operations/hook-parts.js'
import { createOnboarding } from '../operations/onboarding.js'
import { createOperator, type Operator } from '../operations/operator.js'
import { createOutbox } from '../operations/outbox.js'
import { createRegistry, type ConnectedProvider } from '../operations/registry.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'

/** What an operator on the command line knows of the host's code. */
interface HostCode {
  readonly blueprints: readonly BlueprintImplementation[]
  readonly providers: readonly CrowdProvider[]
}

/** An operator of a database. Without the host's code it launches nothing. */
export function databaseOperator(db: MephistoDb, code: HostCode = { blueprints: [], providers: [] }): Operator {
  const runtime = systemRuntime()
  const { now, newId } = runtime
  // Nothing is signed here, so no key of the installation is needed.
  const connected = code.providers.map((provider): ConnectedProvider => ({ provider, context: { now, newId, key: randomBytes(32) } }))
  const blueprints = createRegistry('blueprint', code.blueprints, ({ blueprint }) => blueprint.type)
  const providers = createRegistry('provider', connected, ({ provider }) => provider.type)
  const hookParts = createHookParts({ db, blueprints })
  const onboarding = createOnboarding({ db, runtime, blueprints, hookParts })
  return createOperator({ db, runtime, blueprints, providers, onboarding, hookParts, architect: null, outbox: createOutbox({ db, runtime }, []) })
}
