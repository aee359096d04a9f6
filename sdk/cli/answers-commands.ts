import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { MephistoError } from '../errors.js'
import { EXPORT_FORMATS, exportRows, exportText, type ExportFormat } from '../review/export.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'

/** `runs` and `export`: what there is, and what came of it. */
export function addAnswersCommands(program: Command, { stdout }: CliStreams): void {
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

  withDatabaseOptions(program.command('export')).description('Write the answers of a run with their provenance.')
    .requiredOption('--run <id>', 'the task run (see mephisto runs)')
    .addOption(new Option('--format <format>', 'how to write them').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--set-aside', 'also answers that were kept without counting', false)
    .option('--out <file>', 'write to this file instead of standard output')
    .action((options: DatabaseChoice & { run: string; format: ExportFormat; setAside: boolean; out?: string }) => withDatabase(options, async db => {
      if (!(await db.runs.get(options.run))) throw new MephistoError('not_found', `There is no task run ${options.run}; "mephisto runs" lists them.`)
      const rows = exportRows(db, options.run, { includeSetAside: options.setAside })
      const text = Readable.from(exportText(db, rows, { runId: options.run, format: options.format }))
      if (options.out === undefined) await pipeline(text, stdout, { end: false })
      else await pipeline(text, createWriteStream(options.out))
    }))
}
