import type { Command } from 'commander'
import { dump } from '../operations/transfer/dump.js'
import { importDump } from '../operations/transfer/import-dump.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { bar, withBusyLine } from './busy-line.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface DumpChoice extends DatabaseChoice {
  readonly out: string
  readonly label?: string
  readonly task?: string[]
  readonly run?: string[]
  readonly from?: string
  readonly before?: string
  readonly qualification?: string[]
  readonly json?: true
}

/** `dump` and `import`: taking runs and people to another installation. */
export function addTransferCommands(program: Command, { stdout, stderr }: CliStreams): void {
  withDatabaseOptions(program.command('dump')).description('Write runs that have ended, with their event log, and who is qualified or blocked, into a file for another installation.')
    .requiredOption('--out <file>', 'the file to make; one that is there stays as it is')
    .option('--task <names...>', 'only runs of these tasks').option('--run <ids...>', 'only these runs')
    .option('--from <instant>', 'only runs launched from then on, such as 2027-01-31T12:00:00Z').option('--before <instant>', 'only runs launched before then')
    .option('--qualification <names...>', 'these qualifications with who has them; without a choice of runs, nothing else')
    .option('--label <text>', 'what to call it, for the audit trail where it is imported').option('--json', 'one JSON object')
    .action((options: DumpChoice) => withDatabase(options, async db => {
      const { out, label, task, run, from, before, qualification, json } = options
      const report = await withBusyLine(stderr, { text: 'writing the dump', isQuiet: json === true }, tell =>
        dump(db, { file: out, label, tasks: task, runs: run, launchedFrom: from, launchedBefore: before, qualifications: qualification }, runs => { tell(`${String(runs)} runs written`) }))
      const leftOut = report.leftOut === 0 ? '' : ` Left out ${String(report.leftOut)} that have not ended.`
      const files = report.files === 0 ? '' : ` Their ${String(report.files)} files are not in it: save them with "mephisto files".`
      stdout.write(json ? `${JSON.stringify(report)}\n` : `Wrote ${String(report.runs)} runs, ${String(report.rows)} rows, to ${out}.${leftOut}${files}\n`)
    }))

  withDatabaseOptions(program.command('import')).description('Merge a dump of another installation into this one. What is here stays; importing again adds nothing. A run comes in as one: on SQLite nobody else writes meanwhile, and beyond some 70,000 rows other writers are refused until it is in.')
    .argument('<file>', 'what mephisto dump wrote').option('--json', 'one JSON object')
    .action((file: string, options: DatabaseChoice & { json?: true }) => withDatabase(options, async db => {
      const report = await withBusyLine(stderr, { text: 'checking the dump', isQuiet: options.json === true }, tell => importDump(db, systemRuntime(), {
        file, actorId: terminalUser().id, onProgress: ({ parts, of }) => { tell(`${bar(parts, of)} ${String(parts)} of ${String(of)} parts`) },
      }))
      stdout.write(options.json ? `${JSON.stringify(report)}\n` : `Imported ${String(report.runs)} runs, ${String(report.rows)} rows; ${String(report.known)} runs were here before.\n${differing(report.differing)}`)
    }))
}

function differing(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `Of these, ${String(ids.length)} differ from the dump; what is here stayed as it is, and what is newer in the dump was not taken over:\n${ids.map(id => `  ${id}\n`).join('')}`
}
