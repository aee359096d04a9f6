import type { Command } from 'commander'
import type { AssigneesView } from '../protocol/people-views.js'
import { withActOptions, withDeskOptions, type ActChoice, type DeskChoice } from './act-options.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

/** `assignees` and `reassign`: whom an item is for, where items are for particular people. */
export function addAssigneesCommands(program: Command, { stdout }: CliStreams): void {
  withDeskOptions(program.command('assignees')).description('Show whom an item is for, in a run whose items are for particular people.')
    .argument('<assignment>', 'the id of the item')
    .action((assignment: string, options: DeskChoice) => withDesks(options, async ({ people }) => {
      const view = await people.assignees({ assignment })
      stdout.write(options.json ? `${JSON.stringify(view)}\n` : described(view))
    }))

  withActOptions(program.command('reassign')).description('Say anew whom an item is for; who is at it may finish it.')
    .argument('<assignment>', 'the id of the item').argument('<people...>', 'external ids at the provider of the run: all whom it is for from now on')
    .action((assignment: string, workers: string[], { json, requestId, ...choice }: ActChoice) => withDesks(choice, async ({ people }) => {
      const reply = await people.reassign(terminalUser(), { requestId, assignment, workers })
      stdout.write(json ? `${JSON.stringify(reply)}\n` : `${assignment} is for ${workers.join(', ')} now\n`)
    }))
}

function described({ run, assignment, assignees }: AssigneesView): string {
  return [`${assignment} of run ${run} is for`, ...assignees.map(({ worker, isDone }) => `${worker.externalId} (${worker.id})${isDone ? ', who can have no more of it' : ''}`), ''].join('\n')
}
