import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { DownloadFilter } from '../client/create-mephisto-client.js'
import { given } from '../data-model/given.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { createAnswerReader } from '../review/answer-reader.js'
import { CARD_MARK, checkedLicense } from '../review/exports/dataset-card.js'
import { exportCard } from '../review/exports/export-card.js'
import { exportContent, type ExportFormat } from '../review/exports/export-content.js'
import { REMOVED_HEADER } from '../review/exports/removed-data.js'
import { selectAnswers, type ShowingOf } from '../review/exports/selected-answers.js'
import { newTally, tallied } from '../review/exports/export-tally.js'
import { personOf, type PeopleChoice } from './act-options.js'
import { openDownload, type AppAddress } from './app-client.js'
import type { Tell } from './busy-line.js'
import type { Place } from './desks.js'
import { byteCounter, NO_COUNTER, type ExportCounts } from './export-counts.js'
import type { PlaceChoice } from './place-choice.js'
import { loadRunModule } from './run-module.js'
import { told, whole, type Export, type OutChoice } from './written-export.js'

/** The options of `export`. */
export interface ExportChoice extends PlaceChoice, PeopleChoice, OutChoice {
  readonly run?: string
  readonly task?: string
  readonly project?: string
  readonly worker?: string
  readonly since?: string
  readonly until?: string
  readonly format: ExportFormat
  readonly setAside: boolean
  readonly card: boolean
  readonly license?: string
  readonly with?: string
  readonly migrated: boolean
}

/** The file of a dataset card. */
export const CARD_NAME = 'README.md'

/** What was exported. */
export interface Exported {
  /** Files that were written beside it. */
  readonly files: readonly string[]
  /** Null where it cannot be told. */
  readonly counts: ExportCounts | null
}

/** The answers in a database. */
export async function fromDatabase(db: MephistoDb, options: ExportChoice, tell: Tell): Promise<Export<Exported>> {
  const { format, setAside: includeSetAside, migrated } = options
  const filter = filterOf(options)
  const card = cardFile(options)
  const tally = newTally()
  const selected = await selectAnswers(db, { ...filter, includeSetAside, migrated }, await showingsOf(options))
  const of = selected.count === null ? '' : ` of ${String(selected.count)}`
  const pages = told(tallied(selected.pages, tally), () => { tell(`${String(tally.answers + tally.setAside)}${of} answers exported`) })
  return {
    content: Readable.from(exportContent(db, pages, { format, ...selected.shape })), removed: selected.removed.size,
    async finish() {
      if (card !== null) writeFileSync(card.path, await exportCard(db, selected, { ...card, tally }))
      return { files: card === null ? [] : [card.path], counts: { answers: tally.answers, setAside: tally.setAside, people: tally.workers.size } }
    },
  }
}

/** How the answers are shown. @throws MephistoError `invalid_options` for --migrated alone; as {@link loadRunModule}; later `conflict` for a file of another blueprint */
async function showingsOf({ with: file, migrated }: ExportChoice): Promise<ShowingOf> {
  if (file === undefined) {
    if (migrated) throw new MephistoError('invalid_options', 'What migrates answers is in the run file of the blueprint: name it with --with.')
    return () => ({})
  }
  const { implementation } = await loadRunModule(file)
  const reader = createAnswerReader(implementation, systemRuntime())
  const { type } = implementation.blueprint
  return (blueprintType, isMigrated) => {
    if (type !== blueprintType) throw new MephistoError('conflict', `A task run here is of the blueprint "${blueprintType}", and ${file} is of "${type}".`)
    return { isMigrated, reader }
  }
}

/** The answers of an app, as it gives them. */
export async function fromApp({ app, client }: Extract<Place, { readonly app: AppAddress }>, options: ExportChoice, tell: Tell): Promise<Export<Exported>> {
  if (options.with !== undefined) throw new MephistoError('invalid_options', 'The app has its own blueprints; leave --with out, or export with --db.')
  const filter = filterOf(options)
  const card = cardFile(options)
  const shown = { includeSetAside: options.setAside, migrated: options.migrated }
  const { body, headers } = await openDownload(app, client.downloadUrl(filter, options.format, shown))
  let bytes = 0
  // What goes to the terminal or into a pipe is not spoken about.
  const counter = options.out === undefined ? NO_COUNTER : byteCounter(options.format)
  const pieces = told(counter.read(body), piece => { tell(`${((bytes += piece.byteLength) / 1_000_000).toFixed(1)} MB exported`) })
  return {
    content: Readable.from(whole(app.url, pieces)), removed: Number(headers.get(REMOVED_HEADER) ?? 0),
    async finish() {
      if (card === null) return { files: [], counts: counter.counts() }
      const { path, ...named } = card
      writeFileSync(path, (await client.data.exportCard.mutate({ of: { ...filter, ...shown }, ...named })).card)
      return { files: [path], counts: counter.counts() }
    },
  }
}

/** Whose answers were chosen. @throws MephistoError `invalid_options` for nobody's, and for a time that is none */
function filterOf({ run, task, project, worker, since, until, ...people }: ExportChoice): DownloadFilter {
  if ([run, task, project, worker].every(one => one === undefined)) throw new MephistoError('invalid_options', 'Whose answers? Give --run, --task, --project or --worker, or several of them.')
  return given({
    run, task, project, worker: worker === undefined ? undefined : personOf(worker, people),
    from: since === undefined ? undefined : instantOf('--since', since), before: until === undefined ? undefined : instantOf('--until', until),
  })
}

/** A day alone begins at midnight in UTC. */
function instantOf(option: string, text: string): string {
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(Date.parse(text))
  if (isInstant) return new Date(text).toISOString()
  throw new MephistoError('invalid_options', `${option}: "${text}" is no instant; write a day such as 2027-01-31, which is its beginning in UTC, or 2027-01-31T12:00:00Z.`)
}

/** Where a card goes, the name of the file that it is of, and its licence. */
interface Card {
  readonly path: string
  readonly file: string
  readonly license: string | null
}

/**
 * The card that is asked for; null when none is. @throws MephistoError `invalid_options` when there is no file that it could
 * be beside or no card that a licence could be in, `invalid_input` for a licence that is none, `already_exists` rather than
 * writing over a file that is no card
 */
function cardFile({ card, out, license }: ExportChoice): Card | null {
  if (license !== undefined && !card) throw new MephistoError('invalid_options', 'A licence is named by the dataset card: add --card, or leave --license out.')
  if (!card) return null
  if (license !== undefined) checkedLicense(license)
  if (out === undefined) throw new MephistoError('invalid_options', 'A card is written beside the file: name that with --out.')
  // Some file systems take capitals and small letters for the same.
  if (basename(out).toLowerCase() === CARD_NAME.toLowerCase()) throw new MephistoError('invalid_options', `${out} is where the dataset card goes; give the export another name with --out.`)
  const path = join(dirname(out), CARD_NAME)
  if (!existsSync(path) || readFileSync(path, 'utf8').includes(CARD_MARK)) return { path, file: basename(out), license: license ?? null }
  throw new MephistoError('already_exists', `${path} is no dataset card of ours and stays as it is. Give the export a folder of its own.`)
}
