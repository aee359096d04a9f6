import type { Command } from 'commander'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'

/** `runs`: what there is. */
export function addRunsCommand(program: Command, { stdout }: CliStreams): void {
  withDatabaseOptions(program.command('runs')).description('List the task runs, newest first.')
    .option('--json', 'one JSON object a line')
    .action((options: DatabaseChoice & { json?: true }) => withDatabase(options, async db => {
      for (const run of await db.runs.list({ limit: 100 })) {
        const { id, taskName, status, unitsTotal, unitsAnswered } = run
        const launched = new Date(run.createdAt).toISOString()
        stdout.write(options.json
          ? `${JSON.stringify({ id, task: taskName, status, unitsTotal, unitsAnswered, launched })}\n`
          : `${id}  ${launched.slice(0, 16).replace('T', ' ')}  ${status.padEnd(9)}  ${String(unitsAnswered)}/${String(unitsTotal)} answered  ${taskName}\n`)
      }
    }))
}
