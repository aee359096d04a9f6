import type { Command } from 'commander'
import { MephistoError } from '../errors.js'
import type { Operator } from '../operations/operator.js'
import type { RunDefinition } from '../operations/run-definition.js'
import type { RunPlan } from '../operations/run-plan.js'
import { toRunView } from '../operations/run-rows.js'
import { inhouse } from '../providers/inhouse.js'
import { confirmed } from './confirm.js'
import { withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import { withOperator } from './operator-choice.js'
import { planLines } from './plan-text.js'
import { loadRunModule, optionsOf } from './run-module.js'
import { createScreen } from './screen.js'
import type { CliStreams } from './streams.js'

interface PlanChoice extends DatabaseChoice {
  readonly json?: true
}

interface LaunchChoice extends PlanChoice {
  readonly yes?: true
}

/** `plan` and `launch`: a run that a file defines. */
export function addLaunchCommands(program: Command, streams: CliStreams): void {
  const { stdout } = streams

  moduleCommand(program, 'plan').description('Check a run that a file defines, with all of its data, and say what it would cost. Writes nothing.')
    .action((path: string, { json, ...choice }: PlanChoice) => withRun(path, choice, async (operator, definition) => {
      const plan = await planned(operator, path, definition)
      stdout.write(json ? `${JSON.stringify(plan)}\n` : `${planLines(plan).join('\n')}\n`)
    }))

  moduleCommand(program, 'launch').description('Launch a run that a file defines, after its plan was shown and confirmed.')
    .option('--yes', 'do not ask')
    .action((path: string, { json, yes, ...choice }: LaunchChoice) => withRun(path, choice, async (operator, definition) => {
      const plan = await planned(operator, path, definition)
      if (!json) stdout.write(`${planLines(plan).join('\n')}\n`)
      if (!yes) await askFirst(streams)
      const screen = json ? null : createScreen(stdout)
      const run = await operator.launch(definition.implementation.blueprint, {
        ...await optionsOf(path, definition), onProgress: ({ rows }) => { screen?.show([`${String(rows)} of ${String(plan.items)} items written`]) },
      })
      stdout.write(json ? `${JSON.stringify(toRunView(run))}\n` : `launched ${run.id}: ${String(run.unitsTotal)} units (see mephisto watch ${run.id})\n`)
    }))
}

async function askFirst(streams: CliStreams): Promise<void> {
  const answer = await confirmed(streams, 'Launch it?')
  if (answer === null) throw new MephistoError('invalid_options', 'Nobody can be asked here. Give --yes when the plan is what you want.')
  if (!answer) throw new MephistoError('invalid_options', 'Nothing was launched.')
}

async function planned(operator: Operator, path: string, definition: RunDefinition): Promise<RunPlan> {
  return operator.plan(definition.implementation.blueprint, { ...await optionsOf(path, definition), ...definition.plan })
}

function moduleCommand(program: Command, name: string): Command {
  return withDatabaseOptions(program.command(name)).argument('<file>', 'JavaScript whose default export is defineRun(…)').option('--json', 'one JSON object a line')
}

/** An operator that knows the run's blueprint and providers, for the time of `work`. */
async function withRun(path: string, choice: DatabaseChoice, work: (operator: Operator, definition: RunDefinition) => Promise<void>): Promise<void> {
  const definition = await loadRunModule(path)
  const { implementation, providers } = definition
  return withOperator(choice, operator => work(operator, definition), { blueprints: [implementation], providers: [inhouse(), ...providers] })
}
