import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { createAnswerReader, type Showing } from '../review/answer-reader.js'
import { CARD_MARK, checkedLicense, datasetCard } from '../review/dataset-card.js'
import { exportFile, type ExportFormat } from '../review/export-file.js'
import { parquetColumns } from '../review/export-parquet.js'
import { newTally, tallied, type ExportTally } from '../review/export-tally.js'
import { exportRows } from '../review/export.js'
import { openDownload, type AppAddress } from './app-client.js'
import type { Tell } from './busy-line.js'
import type { Place } from './desks.js'
import type { PlaceChoice } from './place-choice.js'
import { loadRunModule } from './run-module.js'

/** The options of `export`. */
export interface ExportChoice extends PlaceChoice {
  readonly run: string
  readonly format: ExportFormat
  readonly setAside: boolean
  readonly out?: string
  readonly card: boolean
  readonly license?: string
  readonly with?: string
  readonly migrated: boolean
}

/** The file of a dataset card. */
export const CARD_NAME = 'README.md'

/** What is written, and what is done when it was. */
export interface Export {
  readonly content: Readable
  finish(): Promise<void>
}

/** The answers of a run in a database. */
export async function fromDatabase(db: MephistoDb, options: ExportChoice, tell: Tell): Promise<Export> {
  const { run: runId, format, setAside: includeSetAside } = options
  const run = await db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `There is no task run ${runId}; "mephisto runs" lists them.`)
  const card = cardFile(options)
  const tally = newTally()
  const showing = await showingOf(options, run)
  const rows = told(tallied(exportRows(db, runId, { includeSetAside, ...showing }), tally), () => { tell(`${String(tally.answers + tally.setAside)} of ${String(run.unitsAnswered)} answers exported`) })
  return {
    content: Readable.from(exportFile(db, rows, { runId, format, ...showing })),
    async finish() {
      if (card !== null) writeFileSync(card, await cardText(db, { ...options, showing }, tally))
    },
  }
}

/** How the answers are shown. @throws MephistoError `invalid_options` for --migrated alone; `conflict` for a file of another blueprint; as {@link loadRunModule} */
async function showingOf({ with: file, migrated: isMigrated }: ExportChoice, { id, blueprintType }: TaskRun): Promise<Showing> {
  if (file === undefined) {
    if (isMigrated) throw new MephistoError('invalid_options', 'What migrates answers is in the run file of the blueprint: name it with --with.')
    return {}
  }
  const { implementation } = await loadRunModule(file)
  const { type } = implementation.blueprint
  if (type !== blueprintType) throw new MephistoError('conflict', `Task run ${id} is of the blueprint "${blueprintType}", and ${file} is of "${type}".`)
  return { isMigrated, reader: createAnswerReader(implementation, systemRuntime()) }
}

/** The answers of a run through an app, as it gives them. */
export async function fromApp({ app, client }: Extract<Place, { readonly app: AppAddress }>, options: ExportChoice, tell: Tell): Promise<Export> {
  if (options.card) throw new MephistoError('invalid_options', 'A dataset card is made from the database; leave --card out, or export with --db.')
  if (options.with !== undefined) throw new MephistoError('invalid_options', 'The app has its own blueprints; leave --with out, or export with --db.')
  cardFile(options)
  const body = await openDownload(app, client.downloadUrl(options.run, options.format, { includeSetAside: options.setAside, migrated: options.migrated }))
  let bytes = 0
  const pieces = told(body, piece => { tell(`${((bytes += piece.byteLength) / 1_000_000).toFixed(1)} MB exported`) })
  return { content: Readable.from(whole(app.url, pieces)), finish: () => Promise.resolve() }
}

async function* told<T>(rows: AsyncIterable<T>, tell: (row: T) => void): AsyncGenerator<T> {
  for await (const row of rows) {
    yield row
    tell(row)
  }
}

/** A download to its end. @throws MephistoError `unavailable` for one that breaks off */
async function* whole(url: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (cause) {
    throw new MephistoError('unavailable', `The answer of ${url} broke off, so the export is not whole.`, { cause })
  }
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

async function cardText(db: MephistoDb, { run: runId, out = '', license, showing }: ExportChoice & { readonly showing: Showing }, tally: ExportTally): Promise<string> {
  const run = await db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `Task run ${runId} was removed while it was exported.`)
  const { units, workers } = await db.data.ordinaryWork(runId)
  return datasetCard({ run, migratedTo: showing.isMigrated ? showing.reader?.implementation.schemaHash ?? null : null, file: basename(out), license: license ?? null, columns: await parquetColumns(db, { runId, ...showing }), tally, units, workers })
}
