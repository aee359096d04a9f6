import type { Command } from 'commander'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { createOnboarding } from '../operations/onboarding.js'
import { createOperator, type Operator } from '../operations/operator.js'
import { createOutbox } from '../operations/outbox.js'
import { createRegistry, type ConnectedProvider } from '../operations/registry.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'

/** The options of a command about one run. */
export interface RunChoice extends DatabaseChoice {
  readonly json?: true
}

/** Adds a command about one run. */
export function runCommand(program: Command, name: string): Command {
  return withDatabaseOptions(program.command(name)).argument('<run>', 'the task run (see mephisto runs)').option('--json', 'one JSON object a line')
}

/** An operator of the database that was chosen, for the time of `work`. It knows no blueprints: it launches nothing. */
export function withOperator(choice: DatabaseChoice, work: (operator: Operator, db: MephistoDb) => Promise<void>): Promise<void> {
  const [blueprints, providers, runtime] = [createRegistry<BlueprintImplementation>('blueprint', [], String), createRegistry<ConnectedProvider>('provider', [], String), systemRuntime()]
  return withDatabase(choice, db => work(createOperator({
    db, runtime, blueprints, providers, onboarding: createOnboarding({ db, runtime, blueprints }), outbox: createOutbox({ db, runtime }, []),
  }), db))
}
