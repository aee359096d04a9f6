import { join } from 'node:path'
import { Option, type Command } from 'commander'
import { openOriginal } from '../../prisma/open-original.js'
import { isCurrency } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import { diskFiles } from '../files/disk-files.js'
import { importOriginal, planOriginal } from '../operations/original/import-original.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { withBusyLine } from './busy-line.js'
import { conflictChoice, conflictOption } from './conflict-choice.js'
import { conflictText, renamingText } from './conflict-text.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface OriginalWords extends DatabaseChoice {
  readonly currency: string
  readonly store?: string
  readonly onConflict: string[]
  readonly label?: string
  readonly dryRun?: true
  readonly json?: true
}

/** `import-original`: what the original Mephisto collected. */
export function addOriginalCommand(program: Command, { stdout, stderr }: CliStreams, setExitCode: (code: number) => void): void {
  withDatabaseOptions(program.command('import-original')).description('Bring the data of the original Mephisto in: runs, which have ended here, with answers, what workers said besides, decisions, pay and bonuses, and people. What has no place here is counted.')
    .argument('<folder>', 'its data folder, the one that holds database.db')
    .option('--currency <code>', 'what amounts were in', 'USD')
    .option('--store <folder>', 'the folder of diskFiles, where the app keeps files: files of answers come in there; without it they are counted, and it can be run again with it')
    .addOption(conflictOption())
    .option('--label <text>', 'what to call where it comes from: for the audit trail, and behind what gets another name (default: the name of the folder)')
    .addOption(new Option('--dry-run', 'say what would come in and what stands in the way, and write nothing; ends with 1 if it would be refused').conflicts('store'))
    .option('--json', 'one JSON object')
    .action((folder: string, options: OriginalWords) => withDatabase(options, async db => {
      const { currency, store, label, dryRun, json } = options
      if (!isCurrency(currency)) throw new MephistoError('invalid_options', `--currency: "${currency}" is not an ISO 4217 currency; write a code such as USD.`)
      const onConflict = conflictChoice(options.onConflict)
      const source = openOriginal(join(folder, 'database.db'))
      const choice = { folder, source, onConflict, ...(label === undefined ? {} : { label }) }
      try {
        if (dryRun) {
          const plan = await withBusyLine(stderr, { text: 'looking', isQuiet: json === true }, () => planOriginal(db, choice))
          stdout.write(json ? `${JSON.stringify(plan)}\n` : `Would import ${String(plan.runs)} runs; ${String(plan.known)} runs are here. Nothing was written.\n${conflictText(plan)}`)
          if (plan.refusal !== null) setExitCode(1)
          return
        }
        const report = await withBusyLine(stderr, { text: 'importing', isQuiet: json === true }, tell => importOriginal(db, systemRuntime(), {
          ...choice, ...(store === undefined ? {} : { store: diskFiles({ folder: store }) }), actorId: terminalUser().id, currency, onRun: runs => { tell(`${String(runs)} runs imported`) },
        }))
        const { runs, rows, known, files, renamed } = report
        const notes = Object.entries(report.notes).map(([what, times]) => `  ${String(times)}  ${what}\n`)
        const withFiles = store === undefined ? '' : `, ${String(files)} files`
        stdout.write(json ? `${JSON.stringify(report)}\n` : `Imported ${String(runs)} runs, ${String(rows)} rows${withFiles}; ${String(known)} runs were here before.\n${renamingText(renamed)}${notes.join('')}`)
      } finally {
        source.close()
      }
    }))
}
