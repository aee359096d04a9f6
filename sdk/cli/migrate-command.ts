import { Option, type Command } from 'commander'
import { collationStatements, migrate, pendingMigrations } from '../../prisma/migrate.js'
import { openClient } from '../../prisma/open-database.js'
import { withBusyLine } from './busy-line.js'
import { addressOf, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'

/** `migrate`: the tables. Ends with 1 when some are missing that it was not to make. */
export function addMigrateCommand(program: Command, { stdout, stderr }: CliStreams, setExitCode: (code: number) => void): void {
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
}
