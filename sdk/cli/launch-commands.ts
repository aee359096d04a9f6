import type { Command } from 'commander'
import { MephistoError } from '../errors.js'
import type { RunView } from '../protocol/run-views.js'
import { withDeskOptions, type DeskChoice } from './act-options.js'
import { bar, withBusyLine } from './busy-line.js'
import { painterFor } from './colours.js'
import { confirmed } from './confirm.js'
import { atPlace } from './desks.js'
import { appLaunchDesk, databaseLaunchDesk, type LaunchDesk } from './launch-desk.js'
import { planLines } from './plan-text.js'
import { loadRunModule } from './run-module.js'
import { createScreen } from './screen.js'
import type { CliStreams } from './streams.js'

interface RunChoice extends DeskChoice {
  readonly profile?: string
}

interface LaunchChoice extends RunChoice {
  readonly yes?: true
}

/** `plan` and `launch`: a run that a file defines. */
export function addLaunchCommands(program: Command, streams: CliStreams): void {
  const { stdout, stderr } = streams
  const planned = (desk: LaunchDesk, { json }: DeskChoice) => withBusyLine(stderr, { text: 'reading the data', isQuiet: json === true }, () => desk.plan())
  const shown = (plan: Awaited<ReturnType<LaunchDesk['plan']>>): string => {
    const paint = painterFor(stdout)
    return planLines(plan).map(line => `${line.startsWith('!') ? paint('yellow', line) : line}\n`).join('')
  }

  moduleCommand(program, 'plan').description('Check a run that a file defines, with all of its data, and say what it would cost. Writes nothing.')
    .action((path: string, choice: RunChoice) => withRun(path, choice, async desk => {
      const plan = await planned(desk, choice)
      stdout.write(choice.json ? `${JSON.stringify(plan)}\n` : shown(plan))
    }))

  moduleCommand(program, 'launch').description('Launch a run that a file defines, after its plan was shown and confirmed.')
    .option('--yes', 'do not ask')
    .action((path: string, choice: LaunchChoice) => withRun(path, choice, async desk => {
      const plan = await planned(desk, choice)
      if (!choice.json) stdout.write(shown(plan))
      if (!choice.yes) await askFirst(streams)
      const screen = choice.json ? null : createScreen(stdout)
      const run = await desk.launch(rows => { screen?.show([`${bar(rows, plan.items)} ${String(rows)} of ${String(plan.items)} items written`]) })
      stdout.write(choice.json ? `${JSON.stringify(run)}\n` : `launched ${run.id}: ${unitsOf(run)} (see mephisto watch ${run.id})\n`)
    }))
}

/** Who does what is left to be done outside: no command makes calls. */
function unitsOf({ dataFeed, unitsTotal, isPublished, provider }: RunView): string {
  const units = dataFeed ? `fed from ${dataFeed.name} by the processes that have this feed and were started` : `${String(unitsTotal)} units`
  return isPublished ? `${units}, published by a started server that has the provider "${provider}"` : units
}

async function askFirst(streams: CliStreams): Promise<void> {
  const answer = await confirmed(streams, 'Launch it?')
  if (answer === null) throw new MephistoError('invalid_options', 'Nobody can be asked here. Give --yes when the plan is what you want.')
  if (!answer) throw new MephistoError('invalid_options', 'Nothing was launched.')
}

function moduleCommand(program: Command, name: string): Command {
  return withDeskOptions(program.command(name)).argument('<file>', 'JavaScript whose default export is defineRun(…)').option('--profile <name>', 'one of the "profiles" of the file, whose options go before its others (default: none)')
}

/** The launch desk of the place that was chosen, for the run of a file. */
async function withRun(path: string, choice: RunChoice, work: (desk: LaunchDesk) => Promise<void>): Promise<void> {
  const file = { path, definition: await loadRunModule(path), profile: choice.profile }
  return atPlace(choice, place => work('db' in place ? databaseLaunchDesk(place.db, file) : appLaunchDesk(place.client, file)))
}
