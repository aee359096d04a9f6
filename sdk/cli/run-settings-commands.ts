import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { formatMoney, money } from '../data-model/money.js'
import { HIGHEST_PRIORITY } from '../data-model/rank.js'
import { MephistoError } from '../errors.js'
import { personOf, runCommand, withPeopleOptions, withRequestId, type DeskChoice, type PeopleChoice } from './act-options.js'
import { dataFile } from './data-file.js'
import { atPlace, withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { toppingUp } from './top-up-desk.js'
import { terminalUser } from './terminal-user.js'
import { priorityNumber, wholeNumber } from './whole-number.js'

interface TopUpChoice extends DeskChoice {
  readonly data?: string
  readonly topUpId?: string
  readonly with?: string
  readonly priority?: number
  readonly unitsPerAssignment?: number
  readonly budget?: string
}

interface ExtendChoice extends DeskChoice {
  readonly leaseMs: number
}

interface CompensateChoice extends DeskChoice, PeopleChoice {
  readonly reason: string
  readonly requestId: string
}

interface ResumeFeedChoice extends DeskChoice {
  readonly skipRow?: true
}

/** `top-up`, `resume-feed`, `extend` and `compensate`: what can be changed of a run that was launched. */
export function addRunSettingsCommands(program: Command, { stdout, stderr }: CliStreams): void {
  runCommand(program, 'top-up').description('Give a run more data, more money, or more people for each item.')
    .option('--data <file>', 'more rows, from .csv, .json or .jsonl, behind those that it has')
    .option('--top-up-id <id>', 'an id of your own: the same top-up under the same id is done once (default with --data: a new one)')
    .option('--with <file>', 'the run file of the blueprint (see mephisto launch), whose blueprint checks the rows, and whose "assignees" say whom they are for, where items of the run are for particular people; its "priority" is not asked, --priority says it. Needed with --data, but not through an app')
    .option('--priority <number>', `how urgent the rows of --data are: 0 to ${String(HIGHEST_PRIORITY)}, the highest first (default: 0)`, priorityNumber)
    .option('--units-per-assignment <number>', 'so many different workers answer each item from now on', wholeNumber)
    .option('--budget <amount>', 'the new cap on spent plus reserved money, in whole units of the currency of the run, such as 400.00')
    .action((run: string, { data, unitsPerAssignment, budget, json, with: file, priority, topUpId = data === undefined ? undefined : randomUUID(), ...choice }: TopUpChoice, command: Command) => atPlace(choice, async place => {
      if (priority !== undefined && data === undefined) throw new MephistoError('invalid_options', 'How urgent are which rows? --priority is about those of --data.')
      const rows = data === undefined ? null : await dataFile(data)
      const runs = await toppingUp(place, run, { file, needsCode: rows !== null })
      // Said before the reply, which may be lost: under another id the rows would be added twice.
      if (rows && command.getOptionValueSource('topUpId') === undefined) stderr.write(`top-up id ${String(topUpId)}; give it with --top-up-id to repeat this safely\n`)
      const view = await runs.topUp(run, {
        ...(rows ? { data: rows } : {}), ...(priority === undefined ? {} : { priority }), ...(topUpId === undefined ? {} : { topUpId }), ...(unitsPerAssignment === undefined ? {} : { unitsPerAssignment }), ...(budget === undefined ? {} : { budget: money((await runs.progress(run)).run.money.pay.currency, budget) }),
      })
      const cap = view.run.money.budget
      stdout.write(json ? `${JSON.stringify(view)}\n` : `added ${String(view.unitsAdded)} units to ${run}, ${cap ? `which may spend ${formatMoney(cap)}` : 'which has no budget'}\n${view.warnings.map(sentence => `! ${sentence}\n`).join('')}`)
    }))

  runCommand(program, 'resume-feed').description('Have the data feed of a run read again after it failed or ended.')
    .option('--skip-row', 'without the row at which it failed')
    .action((run: string, { skipRow, json, ...choice }: ResumeFeedChoice) => withDesks(choice, async ({ runs }) => {
      const view = await runs.resumeFeed(run, skipRow ? { skipRow } : {})
      stdout.write(json ? `${JSON.stringify(view)}\n` : `the feed of ${run} is ${view.dataFeed?.status ?? 'gone'}, ${String(view.dataFeed?.rows ?? 0)} rows taken\n`)
    }))

  runCommand(program, 'extend').description('Change how long leases are that are given or prolonged from now on.')
    .requiredOption('--lease-ms <number>', 'ms, from 5 seconds to 30 days', wholeNumber)
    .action((run: string, { leaseMs, json, ...choice }: ExtendChoice) => withDesks(choice, async ({ runs }) => {
      const view = await runs.extend(run, leaseMs)
      stdout.write(json ? `${JSON.stringify(view)}\n` : `leases of ${run} are ${String(view.leaseMs)} ms from now on\n`)
    }))

  withRequestId(withPeopleOptions(runCommand(program, 'compensate'))).description('Pay somebody outside any unit, within the budget of the run.')
    .argument('<worker>', 'whom').argument('<amount>', 'in whole units of the currency of the run, such as 1.50')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((...[run, worker, amount, { reason, requestId, json, by, provider, ...choice }, command]: [string, string, string, CompensateChoice, Command]) => withDesks(choice, async ({ runs, people }) => {
      const { currency } = (await runs.progress(run)).run.money.pay
      const { worker: { id } } = await people.worker(personOf(worker, { by, provider }))
      // Said before the reply, which may be lost: under another id somebody would be paid twice.
      if (command.getOptionValueSource('requestId') === 'default') stderr.write(`request id ${requestId}; give it with --request-id to repeat this safely\n`)
      const report = await runs.compensate(run, { compensationId: requestId, worker: id, amount: money(currency, amount), reason, by: terminalUser().id })
      stdout.write(json ? `${JSON.stringify(report)}\n` : `${worker} gets ${formatMoney(report.amount)} (${report.compensationId})\n`)
    }))
}
