import { Option, type Command } from 'commander'
import { dump } from '../operations/transfer/dump.js'
import { importDump } from '../operations/transfer/import-dump.js'
import { planImport } from '../operations/transfer/plan-import.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { bar, withBusyLine } from './busy-line.js'
import { conflictChoice, conflictOption } from './conflict-choice.js'
import { conflictText, renamingText } from './conflict-text.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface DumpChoice extends DatabaseChoice {
  readonly out: string
  readonly label?: string
  readonly task?: string[]
  readonly run?: string[]
  readonly importedAs?: string[]
  readonly from?: string
  readonly before?: string
  readonly qualification?: string[]
  readonly json?: true
}

interface ImportWords extends DatabaseChoice {
  readonly onConflict: string[]
  readonly label?: string
  readonly backup?: string
  readonly dryRun?: true
  readonly json?: true
}

/** `dump` and `import`: taking runs and people to another installation. */
export function addTransferCommands(program: Command, { stdout, stderr }: CliStreams, setExitCode: (code: number) => void): void {
  withDatabaseOptions(program.command('dump')).description('Write runs that have ended, with their event log, and who is qualified or blocked, into a file for another installation.')
    .requiredOption('--out <file>', 'the file to make; one that is there stays as it is')
    .option('--task <names...>', 'only runs of these tasks').option('--run <ids...>', 'only these runs')
    .option('--imported-as <labels...>', 'only runs that were imported under one of these labels (see mephisto import --label)')
    .option('--from <instant>', 'only runs launched from then on, such as 2027-01-31T12:00:00Z').option('--before <instant>', 'only runs launched before then')
    .option('--qualification <names...>', 'these qualifications with who has them; without a choice of runs, nothing else')
    .option('--label <text>', 'what to call it, for the audit trail where it is imported').option('--json', 'one JSON object')
    .action((options: DumpChoice) => withDatabase(options, async db => {
      const { out, label, task, run, importedAs, from, before, qualification, json } = options
      const report = await withBusyLine(stderr, { text: 'writing the dump', isQuiet: json === true }, tell =>
        dump(db, { file: out, label, tasks: task, runs: run, importedAs, launchedFrom: from, launchedBefore: before, qualifications: qualification }, runs => { tell(`${String(runs)} runs written`) }))
      const leftOut = report.leftOut === 0 ? '' : ` Left out ${String(report.leftOut)} that have not ended.`
      const files = report.files === 0 ? '' : ` Their ${String(report.files)} files are not in it: save them with "mephisto files".`
      const withoutData = report.withoutData === 0 ? '' : ` Of ${String(report.withoutData)} of them the data was removed: they are in it without inputs and answers.`
      stdout.write(json ? `${JSON.stringify(report)}\n` : `Wrote ${String(report.runs)} runs, ${String(report.rows)} rows, to ${out}.${leftOut}${withoutData}${files}\n`)
    }))

  withDatabaseOptions(program.command('import')).description('Merge a dump of another installation into this one. What is here stays; importing again adds nothing. A run comes in as one: on SQLite nobody else writes meanwhile, and beyond some 70,000 rows other writers are refused until it is in.')
    .argument('<file>', 'what mephisto dump wrote')
    .addOption(conflictOption())
    .option('--label <text>', 'what to call where it comes from: for the audit trail, and behind what gets another name (default: what the dump calls itself)')
    .option('--backup <file>', 'before anything is imported, dump what is here into this new file: runs that have ended, and people')
    .addOption(new Option('--dry-run', 'say what would come in and what stands in the way, and write nothing; ends with 1 if it would be refused').conflicts('backup'))
    .option('--json', 'one JSON object')
    .action((file: string, options: ImportWords) => withDatabase(options, async db => {
      const { label, backup, json, dryRun } = options
      const choice = { file, onConflict: conflictChoice(options.onConflict), ...(label === undefined ? {} : { label }) }
      if (dryRun) {
        const plan = await withBusyLine(stderr, { text: 'checking the dump', isQuiet: json === true }, () => planImport(db, choice))
        stdout.write(json ? `${JSON.stringify(plan)}\n` : `Would import ${String(plan.runs)} runs; ${String(plan.known)} runs are here. Nothing was written.\n${differing(plan.differing)}${conflictText(plan)}`)
        if (plan.refusal !== null) setExitCode(1)
        return
      }
      const report = await withBusyLine(stderr, { text: 'checking the dump', isQuiet: json === true }, tell => importDump(db, systemRuntime(), {
        ...choice, ...(backup === undefined ? {} : { backup }), actorId: terminalUser().id, onProgress: ({ parts, of }) => { tell(`${bar(parts, of)} ${String(parts)} of ${String(of)} parts`) },
      }))
      stdout.write(json ? `${JSON.stringify(report)}\n` : `Imported ${String(report.runs)} runs, ${String(report.rows)} rows; ${String(report.known)} runs were here before.\n${differing(report.differing)}${renamingText(report.renamed)}`)
    }))
}

function differing(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `Of these, ${String(ids.length)} differ from the dump; what is here stays as it is, and what is newer in the dump is not taken over:\n${ids.map(id => `  ${id}\n`).join('')}`
}
