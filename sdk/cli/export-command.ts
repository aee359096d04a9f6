import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { CARD_MARK, checkedLicense, datasetCard } from '../review/dataset-card.js'
import { EXPORT_FORMATS, exportFile, type ExportFormat } from '../review/export-file.js'
import { parquetColumns } from '../review/export-parquet.js'
import { newTally, tallied, type ExportTally } from '../review/export-tally.js'
import { exportRows } from '../review/export.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { writeWholeFile } from './whole-file.js'

interface ExportChoice extends DatabaseChoice {
  readonly run: string
  readonly format: ExportFormat
  readonly setAside: boolean
  readonly out?: string
  readonly card: boolean
  readonly license?: string
}

const CARD_NAME = 'README.md'

/** `export`: what came of a run, with a dataset card beside it where one is asked for. */
export function addExportCommand(program: Command, { stdout }: CliStreams): void {
  withDatabaseOptions(program.command('export')).description('Write the answers of a run with their provenance.')
    .requiredOption('--run <id>', 'the task run (see mephisto runs)')
    .addOption(new Option('--format <format>', 'how to write them').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--set-aside', 'also answers that were kept without counting', false)
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--card', `also write a dataset card, ${CARD_NAME}, beside the file`, false)
    .option('--license <identifier>', 'the licence that the card names, such as cc-by-4.0; with --card (default: none)')
    .action((options: ExportChoice) => withDatabase(options, async db => {
      const { run: runId, format, setAside: includeSetAside, out } = options
      if (!(await db.runs.get(runId))) throw new MephistoError('not_found', `There is no task run ${runId}; "mephisto runs" lists them.`)
      const card = cardFile(options)
      const tally = newTally()
      const content = Readable.from(exportFile(db, tallied(exportRows(db, runId, { includeSetAside }), tally), { runId, format }))
      if (out === undefined) await pipeline(content, stdout, { end: false })
      else await writeWholeFile(out, content)
      if (card !== null) writeFileSync(card, await cardText(db, options, tally))
    }))
}

/**
 * Where the card goes; null when none is wanted. @throws MephistoError `invalid_options` when there is no file that it could
 * be beside or no card that a licence could be in, `invalid_input` for a licence that is none, `already_exists` rather than
 * writing over a file that is no card
 */
function cardFile({ card, out, license }: ExportChoice): string | null {
  if (license !== undefined && !card) throw new MephistoError('invalid_options', 'A licence is named by the dataset card: add --card, or leave --license out.')
  if (!card) return null
  if (license !== undefined) checkedLicense(license)
  if (out === undefined) throw new MephistoError('invalid_options', 'A card is written beside the file: name that with --out.')
  // Some file systems take capitals and small letters for the same.
  if (basename(out).toLowerCase() === CARD_NAME.toLowerCase()) throw new MephistoError('invalid_options', `${out} is where the dataset card goes; give the export another name with --out.`)
  const file = join(dirname(out), CARD_NAME)
  if (!existsSync(file) || readFileSync(file, 'utf8').includes(CARD_MARK)) return file
  throw new MephistoError('already_exists', `${file} is no dataset card of ours and stays as it is. Give the export a folder of its own.`)
}

async function cardText(db: MephistoDb, { run: runId, out = '', license }: ExportChoice, tally: ExportTally): Promise<string> {
  const run = await db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `Task run ${runId} was removed while it was exported.`)
  const { units, workers } = await db.data.ordinaryWork(runId)
  return datasetCard({ run, file: basename(out), license: license ?? null, columns: await parquetColumns(db, runId), tally, units, workers })
}
