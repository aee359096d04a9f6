import type { Command } from 'commander'
import { MephistoError } from '../errors.js'
import { runCommand, withRequestId, type ActChoice } from './act-options.js'
import { confirmed } from './confirm.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface RemoveDataChoice extends ActChoice {
  readonly yes?: true
}

/** `remove-data`: what is in a run that is over goes; that it was stays. */
export function addRemoveDataCommand(program: Command, streams: CliStreams): void {
  withRequestId(runCommand(program, 'remove-data')).description('Remove the inputs, answers, conversations and files of an archived run, for good. Its counts, money and who worked in it stay.')
    .option('--yes', 'do not ask')
    .action((run: string, { yes, ...options }: RemoveDataChoice) => withDesks(options, async ({ runs, privacy }) => {
      const { run: { task, unitsAnswered } } = await runs.progress(run)
      const question = `Remove the data of task run ${run} of "${task}" with ${String(unitsAnswered)} answers? It does not come back; "mephisto export --run ${run}" saves it first.`
      if (!yes && await confirmed(streams, question) !== true) throw new MephistoError('invalid_options', `Nothing was removed. Export what you need ("mephisto export --run ${run}"), and give --yes where nobody can be asked.`)
      const reply = await privacy.removeData(terminalUser(), { requestId: options.requestId, run, isForGood: true })
      streams.stdout.write(options.json ? `${JSON.stringify(reply)}\n`
        : `Removed the data of task run ${reply.run} of "${reply.task}": ${String(reply.answers)} answers and ${String(reply.files)} files. Upkeep removes what is in the file store.\n`)
    }))
}
