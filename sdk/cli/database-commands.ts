import { Option, type Command } from 'commander'
import { collationStatements, migrate, pendingMigrations } from '../../prisma/migrate.js'
import { openClient } from '../../prisma/open-database.js'
import { verifyRun } from '../operations/verify-run.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { withBusyLine } from './busy-line.js'
import { addressOf, withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'

/** `migrate` and `verify`: the tables, and whether what is in them is what was done. Both end with 1 when something is amiss. */
export function addDatabaseCommands(program: Command, { stdout, stderr }: CliStreams, setExitCode: (code: number) => void): void {
  withDatabaseOptions(program.command('migrate')).description('Make or upgrade the tables. Safe to run from several places at once.')
    .option('--check', 'write nothing; list what is missing and end with 1 if anything is')
    .addOption(new Option('--baseline', 'record what your own migrations made (Prisma Migrate, prisma db push) instead of making it; end with 1 if they did not make all').conflicts('check'))
    .addOption(new Option('--collation', 'write nothing; print the statements that give tables which Prisma made on MySQL the right collation').conflicts(['check', 'baseline', 'json']))
    .option('--json', 'one JSON object')
    .action(async (options: DatabaseChoice & { check?: true; baseline?: true; collation?: true; json?: true }) => {
      const { client, dialect, names, close } = await openClient(addressOf(options))
      const baseline = options.baseline === true
      try {
        if (options.collation) {
          for (const statement of await collationStatements(client, { dialect, names })) stdout.write(`${statement};\n`)
          return
        }
        const applied = options.check ? [] : await withBusyLine(stderr, { text: 'migrating', isQuiet: options.json === true }, () => migrate(client, { dialect, names, baseline }))
        const pending = options.check || baseline ? await pendingMigrations(client, { dialect, names }) : []
        if (pending.length > 0) setExitCode(1)
        if (options.json) {
          stdout.write(`${JSON.stringify({ missing: pending, ...(baseline ? { recorded: applied } : { applied }) })}\n`)
          return
        }
        for (const name of applied) stdout.write(`${baseline ? 'recorded' : 'applied'} ${name}\n`)
        for (const name of pending) stdout.write(`missing ${name}\n`)
        if (pending.length === 0 && applied.length === 0) stdout.write('The tables are up to date.\n')
      } finally {
        await close()
      }
    })

  withDatabaseOptions(program.command('verify')).description('Rebuild units, agents and answers from the log and compare them with the tables.')
    .option('--run <id>', 'only this task run (default: all)')
    .option('--json', 'one JSON object a line')
    .action((options: DatabaseChoice & { run?: string; json?: true }) => withDatabase(options, async db => {
      for await (const runId of options.run === undefined ? allRuns(db) : [options.run]) {
        const { difference, ...counts } = await withBusyLine(stderr, { text: `reading ${runId}`, isQuiet: options.json === true }, () => verifyRun(db, runId))
        if (difference) setExitCode(1)
        const { events, units, agents, answers } = counts
        stdout.write(options.json ? `${JSON.stringify({ ...counts, difference })}\n` : difference
          ? `${runId}  differs: ${difference.subject} ${difference.id}: ${difference.what}\n`
          : `${runId}  agrees with its log: ${String(units)} units, ${String(agents)} agents, ${String(answers)} answers, ${String(events)} events\n`)
      }
    }))
}

async function* allRuns(db: MephistoDb): AsyncGenerator<string> {
  for (let after: string | undefined; ;) {
    const page = await db.runs.list({ limit: 100, ...(after === undefined ? {} : { after }) })
    for (const { id } of page) yield id
    after = page.at(-1)?.id
    if (after === undefined || page.length < 100) return
  }
}
