import { join } from 'node:path'
import type { Command } from 'commander'
import { openOriginal } from '../../prisma/open-original.js'
import { isCurrency } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import { importOriginal } from '../operations/original/import-original.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { withBusyLine } from './busy-line.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

/** `import-original`: what the original Mephisto collected. */
export function addOriginalCommand(program: Command, { stdout, stderr }: CliStreams): void {
  withDatabaseOptions(program.command('import-original')).description('Bring the data of the original Mephisto in: runs, which have ended here, with answers and decisions, and people.')
    .argument('<folder>', 'its data folder, the one that holds database.db')
    .option('--currency <code>', 'what amounts were in', 'USD').option('--json', 'one JSON object')
    .action((folder: string, { currency, ...options }: DatabaseChoice & { currency: string; json?: true }) => withDatabase(options, async db => {
      if (!isCurrency(currency)) throw new MephistoError('invalid_options', `--currency: "${currency}" is not an ISO 4217 currency; write a code such as USD.`)
      const source = openOriginal(join(folder, 'database.db'))
      try {
        const report = await withBusyLine(stderr, { text: 'importing', isQuiet: options.json === true }, tell => importOriginal(db, systemRuntime(), {
          folder, source, actorId: terminalUser().id, currency, onRun: runs => { tell(`${String(runs)} runs imported`) },
        }))
        const notes = Object.entries(report.notes).map(([what, times]) => `  ${String(times)}  ${what}\n`)
        stdout.write(options.json ? `${JSON.stringify(report)}\n` : `Imported ${String(report.runs)} runs, ${String(report.rows)} rows; ${String(report.known)} runs were here before.\n${notes.join('')}`)
      } finally {
        source.close()
      }
    }))
}
