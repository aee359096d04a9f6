import { Option, type Command } from 'commander'
import { MephistoError } from '../errors.js'
import { EXPORT_FORMATS } from '../review/exports/export-content.js'
import { withPeopleOptions } from './act-options.js'
import { atPlace } from './desks.js'
import { CARD_NAME, fromApp, fromDatabase, type ExportChoice } from './export-content.js'
import type { ExportCounts } from './export-counts.js'
import { withPlaceOptions } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { writeExport } from './written-export.js'

/** `export`: what came of a run, or of several, with a dataset card beside it where one is asked for. */
export function addExportCommand(program: Command, streams: CliStreams): void {
  withPeopleOptions(withPlaceOptions(program.command('export'))).description('Write answers with their provenance: of a run, a task, a project or somebody, or of all that is given together.')
    .option('--run <id>', 'the task run (see mephisto runs)')
    .option('--task <name>', 'the task, by name or id')
    .option('--project <name>', 'the project, by name or id')
    .option('--worker <name>', 'the worker: the external id, or what --by says')
    .option('--since <instant>', 'answers received from then on, such as 2027-01-31 (UTC) or 2027-01-31T12:00:00Z')
    .option('--until <instant>', 'answers received before then')
    .addOption(new Option('--format <format>', 'how to write them').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--set-aside', 'also answers that were kept without counting', false)
    .option('--with <file>', 'the run file of the blueprint (see mephisto launch): adds what it derives from answers')
    .option('--migrated', 'answers of earlier versions in the present shape of the blueprint; needs --with, or an app', false)
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--card', `also write a dataset card, ${CARD_NAME}, beside the file`, false)
    .option('--license <identifier>', 'the licence that the card names, such as cc-by-4.0; with --card (default: none)')
    .option('--json', 'with --out: what was written, as one JSON object')
    .action(async (options: ExportChoice) => {
      const { out, json } = options
      if (json && out === undefined) throw new MephistoError('invalid_options', '--json says what was written to a file: name it with --out. Without a file the answers themselves are written, as JSON with --format jsonl.')
      return atPlace(options, async place => {
        const { exported: { files, counts }, removed } = await writeExport(streams, options, tell => ('db' in place ? fromDatabase(place.db, options, tell) : fromApp(place, options, tell)))
        if (out === undefined) return
        const written = [out, ...files]
        streams.stdout.write(json ? `${JSON.stringify({ files: written, format: options.format, answers: counts?.answers ?? null, setAside: counts?.setAside ?? null, people: counts?.people ?? null, runsWithoutData: removed })}\n` : `wrote ${written.join(' and ')}: ${counts ? countsText(counts) : NOT_COUNTED}\n`)
      })
    })
}

/** An app sends the file as it is. */
const NOT_COUNTED = 'how many answers are in it cannot be told from its bytes (mephisto export --db counts them)'

function countsText({ answers, setAside, people }: ExportCounts): string {
  const besides = setAside === 0 ? '' : `, and ${String(setAside)} that ${setAside === 1 ? 'was' : 'were'} set aside`
  return `${String(answers)} ${answers === 1 ? 'answer' : 'answers'} of ${String(people)} ${people === 1 ? 'person' : 'people'}${besides}`
}
