import { Option, type Command } from 'commander'
import { REQUEUEABLE_STATUSES } from '../operations/requeue.js'
import type { RunView } from '../protocol/run-views.js'
import { runCommand, type DeskChoice } from './act-options.js'
import { painterFor } from './colours.js'
import { withDesks } from './desks.js'
import { progressLine, progressLines } from './progress-text.js'
import { createScreen } from './screen.js'
import type { CliStreams } from './streams.js'
import { countingNumber } from './whole-number.js'

interface RequeueChoice extends DeskChoice {
  readonly status: (typeof REQUEUEABLE_STATUSES)[number][]
  readonly limit?: number
}

const MOVES = [
  ['pause', 'Stop handing out units; work under way can be finished.'],
  ['resume', 'Hand units out again.'],
  ['drain', 'Let a run come to its end: nothing new is handed out, work under way can be finished.'],
  ['expire', 'End a run now; answers that come later are set aside.'],
  ['archive', 'Leave a run that has ended out of lists.'],
  ['unarchive', 'Take an archived run into lists again.'],
] as const

/** `pause`, `resume`, `drain`, `expire`, `archive`, `unarchive`, `requeue`, `progress` and `watch`: keeping runs moving, and seeing how they stand. */
export function addRunCommands(program: Command, { stdout }: CliStreams): void {
  const writeRun = (view: RunView, isJson: boolean): void => { stdout.write(isJson ? `${JSON.stringify(view)}\n` : `${view.id} is ${view.status}: ${String(view.unitsAnswered)}/${String(view.unitsTotal)} answered\n`) }

  for (const [verb, description] of MOVES) {
    runCommand(program, verb).description(description)
      .action((run: string, options: DeskChoice) => withDesks(options, async ({ runs }) => { writeRun(await runs.move(verb, run), options.json === true) }))
  }

  runCommand(program, 'requeue').description('Let rejected and expired work be done again, or have units published again whose publishing was given up.')
    .addOption(new Option('--status <status...>', 'units in one of these; publish_failed: publishing was given up').choices(REQUEUEABLE_STATUSES).default(['rejected', 'expired']))
    .option('--limit <number>', 'add or publish at most so many units', countingNumber)
    .action((run: string, { status, limit, ...options }: RequeueChoice) => withDesks(options, async ({ runs }) => {
      const view = await runs.requeue(run, { statuses: status, ...(limit === undefined ? {} : { limit }) })
      if (options.json) stdout.write(`${JSON.stringify(view)}\n`)
      else {
        const republished = status.includes('publish_failed') ? `; ${String(view.republished)} that were given up are published again` : ''
        const atLimit = view.assignmentsAtLimit === 0 ? '' : `; ${String(view.assignmentsAtLimit)} items have been done again as often as may be`
        stdout.write(`added ${String(view.added)} units to ${run}${republished}${atLimit}\n`)
      }
    }))

  runCommand(program, 'progress').description('Show how a run stands.')
    .action((run: string, options: DeskChoice) => withDesks(options, async ({ runs }) => {
      const view = await runs.progress(run)
      stdout.write(options.json ? `${JSON.stringify(view)}\n` : `${progressLines(view).join('\n')}\n`)
    }))

  runCommand(program, 'watch').description('Show how a run stands until it is over: a live screen on a terminal, else one line for each change.')
    .action((run: string, options: DeskChoice) => withDesks(options, async ({ runs }) => {
      const [screen, paint] = [options.json ? null : createScreen(stdout), painterFor(stdout)]
      for await (const view of runs.watch(run)) {
        if (options.json) stdout.write(`${JSON.stringify(view)}\n`)
        else if (screen) screen.show(progressLines(view), (line, index) => (index === 0 ? paint('bold', line) : line))
        else stdout.write(`${progressLine(view)}\n`)
      }
    }))
}
