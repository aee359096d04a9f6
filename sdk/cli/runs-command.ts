import { Option, type Command } from 'commander'
import { RUN_STATUSES, type RunStatus } from '../data-model/lifecycle.js'
import { withDeskOptions, type DeskChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { painterFor, type Colour } from './colours.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { countingNumber } from './whole-number.js'

interface RunsChoice extends DeskChoice {
  readonly task?: string
  readonly status?: RunStatus[]
  readonly limit: number
  readonly archived?: boolean
}

const COLOURS: Readonly<Partial<Record<RunStatus, Colour>>> = { running: 'green', paused: 'yellow', draining: 'yellow', failed: 'red' }

/** `runs`: what there is. */
export function addRunsCommand(program: Command, { stdout }: CliStreams): void {
  withDeskOptions(program.command('runs')).description('List the task runs, newest first.')
    .option('--task <name>', 'only those of this task').addOption(new Option('--status <status...>', 'only those in one of these').choices(RUN_STATUSES))
    .option('--archived', 'only those that are archived, in place of those that are not')
    .option('--limit <number>', 'at most so many', countingNumber, 100)
    .action(({ task, status, limit, archived = false, ...choice }: RunsChoice) => withDesks(choice, async desks => {
      const paint = painterFor(stdout)
      const read = async (page: { limit: number; cursor?: string }) => {
        const { runs: rows, nextCursor } = await desks.runs.list({ isArchived: archived, ...(task === undefined ? {} : { task }), ...(status === undefined ? {} : { statuses: status }), ...page })
        return { rows, nextCursor }
      }
      for await (const run of allPages(read, limit)) {
        const { id, createdAt, unitsAnswered, unitsTotal } = run
        const colour = COLOURS[run.status]
        const said = run.status.padEnd(9)
        stdout.write(choice.json ? `${JSON.stringify(run)}\n`
          : `${id}  ${createdAt.slice(0, 16).replace('T', ' ')}  ${colour ? paint(colour, said) : said}  ${String(unitsAnswered)}/${String(unitsTotal)} answered  ${run.task}${run.dataRemovedAt === null ? '' : ' (data removed)'}\n`)
      }
    }))
}
