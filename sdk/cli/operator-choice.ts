import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { createOnboarding } from '../operations/onboarding.js'
import { createOperator, type Operator } from '../operations/operator.js'
import { createOutbox } from '../operations/outbox.js'
import { createRegistry, type ConnectedProvider } from '../operations/registry.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'

/** The options of a command about one run. */
export interface RunChoice extends DatabaseChoice {
  readonly json?: true
}

/** Adds a command about one run. */
export function runCommand(program: Command, name: string): Command {
  return withDatabaseOptions(program.command(name)).argument('<run>', 'the task run (see mephisto runs)').option('--json', 'one JSON object a line')
}

/** What an operator on the command line knows of the host's code. */
interface HostCode {
  readonly blueprints: readonly BlueprintImplementation[]
  readonly providers: readonly CrowdProvider[]
}

/** An operator of the database that was chosen, for the time of `work`. Without the host's code it launches nothing. */
export function withOperator(choice: DatabaseChoice, work: (operator: Operator, db: MephistoDb) => Promise<void>, code: HostCode = { blueprints: [], providers: [] }): Promise<void> {
  const runtime = systemRuntime()
  const { now, newId } = runtime
  // Nothing is signed here, so no key of the installation is needed.
  const connected = code.providers.map((provider): ConnectedProvider => ({ provider, context: { now, newId, key: randomBytes(32) } }))
  const blueprints = createRegistry('blueprint', code.blueprints, ({ blueprint }) => blueprint.type)
  const providers = createRegistry('provider', connected, ({ provider }) => provider.type)
  return withDatabase(choice, db => work(createOperator({
    db, runtime, blueprints, providers, onboarding: createOnboarding({ db, runtime, blueprints }), outbox: createOutbox({ db, runtime }, []),
  }), db))
}
