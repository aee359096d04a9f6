import { basename, resolve } from 'node:path'
import { isMephistoError, MephistoError, type MephistoErrorCode } from '../../errors.js'
import type { FileStore } from '../../ports/file-store.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { OriginalRow, OriginalSource } from '../../ports/original-source.js'
import type { Runtime } from '../../ports/runtime.js'
import { areDefault } from '../transfer/conflict-rules.js'
import type { DumpRow } from '../transfer/dump-format.js'
import { importPart } from '../transfer/import-part.js'
import type { RowsToImport } from '../transfer/import-rows.js'
import type { Renaming } from '../transfer/merge-rows.js'
import { checkedChoice, mustKnow, type ImportChoice } from '../transfer/plan-import.js'
import { planRows, type FoundConflicts } from '../transfer/plan-rows.js'
import { newPseudonym } from '../workers.js'
import { fittingRows, soundRows } from './fitting-rows.js'
import { noteUnread } from './left-out.js'
import { idFor, instantIn, textIn } from './original-values.js'
import { originalBlockRows, originalGrantRows } from './people-rows.js'
import { mergedRows } from './merged-rows.js'
import { originalRunRows, originalRuns, type OriginalGround } from './run-rows.js'
import { bringUploads } from './run-uploads.js'

/** What to import, and what is done about what is here already: as for a dump, whose label is the folder's name where nothing is said. */
export interface OriginalChoice extends Omit<ImportChoice, 'file'> {
  /** The data folder of the original Mephisto. */
  readonly folder: string
  /** Its `database.db`, opened. */
  readonly source: OriginalSource
}

/** What to import, and for whom. */
export interface OriginalOptions extends OriginalChoice {
  readonly actorId: string
  /** What amounts were in; the original did not say. ISO 4217. */
  readonly currency: string
  /** Where files of answers go. @default they are counted, and stay where they are */
  readonly store?: FileStore
  /** Called when a run came in, with how many have. @default nobody is told */
  readonly onRun?: (runs: number) => void
}

/** What was imported, and what could not be brought along as it was. */
export interface OriginalReport {
  readonly runs: number
  /** Runs that were here before. */
  readonly known: number
  readonly rows: number
  /** Files of answers that came in. */
  readonly files: number
  /** What was made under another name than it has there. */
  readonly renamed: readonly Renaming[]
  /** In words, with how often. */
  readonly notes: Readonly<Record<string, number>>
}

/**
 * Brings the data of the original Mephisto in, one transaction a run: its runs have ended here, with their answers,
 * decisions and money, under the blueprint `original`. What is here under the same name is the same, as for a dump.
 * Importing again adds nothing, but files that were missing. What cannot be brought in is noted, and the rest is brought in.
 * @throws MephistoError before anything is imported: `invalid_input` for a wrong option, `conflict` for what the rules refuse
 */
export async function importOriginal(db: MephistoDb, runtime: Runtime, { actorId, currency, store, onRun, ...choice }: OriginalOptions): Promise<OriginalReport> {
  const { folder, source } = choice
  const { rules, label } = originalChoice(choice)
  if (!areDefault(rules)) {
    const { refusal } = await planOriginal(db, choice)
    if (refusal !== null) throw new MephistoError('conflict', `${refusal} Nothing was imported.`)
  }
  const notes = new Map<string, number>()
  const note = (what: string): void => { notes.set(what, (notes.get(what) ?? 0) + 1) }
  const ground: OriginalGround = { source, folder, currency, newPseudonym: () => newPseudonym(runtime), workerIdOf: workerFinder(source) }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(folder)}`, rules, label }
  const origin = { folder: basename(folder), label, ...(areDefault(rules) ? {} : { onConflict: rules }) }
  const renamed: Renaming[] = []
  let [runs, known, rows, files] = [0, 0, 0, 0]
  /** Brings a part in with its notes, or notes why it stays away: what comes after it is brought in all the same. True for one that is here now. */
  async function bring(part: Pick<RowsToImport, 'kind' | 'id' | 'provenance'>, read: (note: (what: string) => void) => AsyncIterable<DumpRow>): Promise<boolean> {
    const noted: string[] = []
    const outcome = await unlessRefused(() => importPart(db, { ...common, ...part, rows: () => {
      noted.length = 0
      return read(what => noted.push(what))
    } }))
    if (outcome === 'known') known += 1
    else if (typeof outcome === 'string') note(`${part.kind === 'run' ? 'runs' : 'people'} that were not imported: ${outcome}`)
    else {
      noted.forEach(note)
      rows += outcome.rows
      renamed.push(...outcome.renamed)
      if (part.kind === 'run') {
        runs += 1
        onRun?.(runs)
      }
    }
    return outcome === 'known' || typeof outcome !== 'string'
  }
  for (const run of originalRuns(ground, note)) {
    const provenance = { ...origin, originalRun: textIn(run.run, 'task_run_id'), taskType: textIn(run.run, 'task_type'), sandbox: Number(run.run['sandbox'] ?? 0) !== 0 }
    const isHere = await bring({ kind: 'run', id: run.id, provenance }, noteOfRun => soundRows(run.id, originalRunRows(ground, run, noteOfRun)))
    if (isHere) files += await bringUploads({ db, runtime, store: store ?? null, note }, ground, run)
  }
  // Blocks by themselves, and first: whoever was blocked stays so, whatever becomes of the rest.
  for (const read of [originalBlockRows, originalGrantRows]) {
    await bring({ kind: 'people', id: 'people', provenance: origin }, noteOfPeople => fittingRows(read(ground, noteOfPeople), noteOfPeople))
  }
  const unread = await unlessRefused(async () => { await noteUnread(ground, (what, times) => notes.set(what, times)) })
  if (typeof unread === 'string') note(`what was not imported and could not be counted: ${unread}`)
  return { runs, known, rows, files, renamed, notes: Object.fromEntries(notes) }
}

/** What stands in the way of a folder, as `planImport` says it of a dump. Writes nothing. @throws MephistoError `invalid_input` for a wrong option */
export async function planOriginal(db: MephistoDb, choice: OriginalChoice): Promise<Omit<FoundConflicts, 'unknown'> & { readonly runs: number; readonly known: number }> {
  const { folder, source } = choice
  const { rules, label } = originalChoice(choice)
  // Pseudonyms are made when somebody comes in.
  const ground: OriginalGround = { source, folder, currency: 'USD', newPseudonym: () => 'planned', workerIdOf: workerFinder(source) }
  const all = originalRuns(ground, () => undefined)
  const known = new Set<string>()
  for (const { id } of all) if (await db.runs.get(id)) known.add(id)
  const found = await planRows({ db, rules, label }, mergedRows(ground, all, known))
  mustKnow(found)
  const { unknown: _, ...conflicts } = found
  return { runs: all.length - known.size, known: known.size, ...conflicts }
}

function originalChoice({ folder, onConflict, label }: OriginalChoice): ReturnType<typeof checkedChoice> {
  const { rules, label: given } = checkedChoice({ ...(onConflict === undefined ? {} : { onConflict }), ...(label === undefined ? {} : { label }) })
  return { rules, label: given ?? basename(resolve(folder)) }
}

const OF_ONE_PART: ReadonlySet<string> = new Set<MephistoErrorCode>(['conflict', 'invalid_input', 'already_exists', 'not_found'])

/** What work gives, or why it was refused: by what it is about, and not because a database is away. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work()
  } catch (error) {
    if (isMephistoError(error) && OF_ONE_PART.has(error.code)) return error.message
    throw error
  }
}

/** Ids of workers by what their provider calls them: numbers of the original may mean somebody else in another of its databases. */
function workerFinder(source: OriginalSource): (row: OriginalRow) => string {
  const known = new Map<string, string>()
  return row => {
    const number = textIn(row, 'worker_id')
    const found = known.get(number)
    if (found !== undefined) return found
    const [worker] = source.rows('workers', { column: 'worker_id', value: number })
    const id = worker ? idFor(instantIn(worker), 'worker', textIn(worker, 'provider_type'), textIn(worker, 'worker_name')) : idFor(0, 'no worker', number)
    known.set(number, id)
    return id
  }
}
