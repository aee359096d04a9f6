import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { EXPORT_FORMATS } from '../review/exports/export-content.js'
import { leftOutText } from '../review/exports/removed-data.js'
import { withPeopleOptions } from './act-options.js'
import { withBusyLine } from './busy-line.js'
import { atPlace } from './desks.js'
import { CARD_NAME, fromApp, fromDatabase, type ExportChoice } from './export-content.js'
import { withPlaceOptions } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { writeWholeFile } from './whole-file.js'

/** `export`: what came of a run, or of several, with a dataset card beside it where one is asked for. */
export function addExportCommand(program: Command, { stdout, stderr }: CliStreams): void {
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
    .action((options: ExportChoice) => atPlace(options, async place => {
      const { out } = options
      // Two writers on one terminal would be one too many.
      const isQuiet = out === undefined && stdout.isTTY === true
      await withBusyLine(stderr, { text: 'exporting', isQuiet }, async tell => {
        const { content, removed, finish } = 'db' in place ? await fromDatabase(place.db, options, tell) : await fromApp(place, options, tell)
        if (out === undefined) await pipeline(content, stdout, { end: false })
        else await writeWholeFile(out, content)
        await finish()
        const leftOut = leftOutText(removed)
        if (leftOut !== null) stderr.write(`${leftOut}\n`)
      })
    }))
}
