import { createWriteStream, existsSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, CommanderError, Option } from 'commander'
import { embeddedDb } from '../../prisma/embedded.js'
import { isMephistoError, MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { EXPORT_FORMATS, exportRows, exportText, type ExportFormat } from '../review/export.js'

/** Where a command reads settings and writes to. */
export interface CliStreams {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: Writable
  readonly stderr: Writable
}

/** Runs the `mephisto` command. Returns the exit code: 0 done, 1 it could not be done, 2 wrong words. */
export async function runCli(words: readonly string[], streams: CliStreams): Promise<number> {
  const program = createProgram(streams)
  try {
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (isBrokenPipe(error)) return 0
    if (!isMephistoError(error) && !isFileTrouble(error)) throw error
    streams.stderr.write(`mephisto: ${error.message}\n`)
    return 1
  }
}

/** The reader of our output, such as `head`, has seen enough. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
}

/** A file that cannot be written: the system's own sentence names it. */
function isFileTrouble(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

interface DbChoice { readonly db?: string }

function createProgram({ environment, stdout, stderr }: CliStreams): Command {
  const program = new Command('mephisto').description('Work with the data of a Mephisto SDK installation.')
    .exitOverride().configureOutput({ writeOut: text => stdout.write(text), writeErr: text => stderr.write(text) })
    .showHelpAfterError('(run mephisto --help, or mephisto <command> --help)')

  const withDb = async (choice: DbChoice, work: (db: MephistoDb) => Promise<void>): Promise<void> => {
    const db = await openDb(choice.db ?? environment['MEPHISTO_DB'])
    try {
      await work(db)
    } finally {
      await db.close()
    }
  }

  program.command('runs').description('List the task runs, newest first.')
    .option('--db <file>', 'the embedded database file (default: $MEPHISTO_DB)').option('--json', 'one JSON object a line')
    .action((options: DbChoice & { json?: true }) => withDb(options, async db => {
      for (const run of await db.runs.list({ limit: 100 })) {
        const { id, taskName, status, unitsTotal, unitsAnswered } = run
        const launched = new Date(run.createdAt).toISOString()
        stdout.write(options.json
          ? `${JSON.stringify({ id, task: taskName, status, unitsTotal, unitsAnswered, launched })}\n`
          : `${id}  ${launched.slice(0, 16).replace('T', ' ')}  ${status.padEnd(9)}  ${String(unitsAnswered)}/${String(unitsTotal)} answered  ${taskName}\n`)
      }
    }))

  program.command('export').description('Write the answers of a run with their provenance.')
    .requiredOption('--run <id>', 'the task run (see mephisto runs)')
    .addOption(new Option('--format <format>', 'how to write them').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--set-aside', 'also answers that were kept without counting', false)
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--db <file>', 'the embedded database file (default: $MEPHISTO_DB)')
    .action((options: DbChoice & { run: string; format: ExportFormat; setAside: boolean; out?: string }) => withDb(options, async db => {
      if (!(await db.runs.get(options.run))) throw new MephistoError('not_found', `There is no task run ${options.run}; "mephisto runs" lists them.`)
      const rows = exportRows(db, options.run, { includeSetAside: options.setAside })
      const text = Readable.from(exportText(db, rows, { runId: options.run, format: options.format }))
      if (options.out === undefined) await pipeline(text, stdout, { end: false })
      else await pipeline(text, createWriteStream(options.out))
    }))

  return program
}

async function openDb(file: string | undefined): Promise<MephistoDb> {
  if (file === undefined) throw new MephistoError('invalid_options', 'Which database? Give --db <file> or set MEPHISTO_DB.')
  if (!existsSync(file)) throw new MephistoError('not_found', `There is no database file ${file}. Check --db or MEPHISTO_DB.`)
  return embeddedDb({ file })
}
