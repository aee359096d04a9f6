import { basename } from 'node:path'
import { isMephistoError, type MephistoErrorCode } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { OriginalRow, OriginalSource } from '../../ports/original-source.js'
import type { Runtime } from '../../ports/runtime.js'
import type { DumpRow } from '../transfer/dump-format.js'
import { importPart } from '../transfer/import-part.js'
import type { RowsToImport } from '../transfer/import-rows.js'
import { newPseudonym } from '../workers.js'
import { fittingRows, soundRows } from './fitting-rows.js'
import { idFor, instantIn, textIn } from './original-values.js'
import { originalBlockRows, originalGrantRows } from './people-rows.js'
import { originalRunRows, originalRuns, type OriginalGround } from './run-rows.js'

/** What to import, and for whom. */
export interface OriginalOptions {
  /** The data folder of the original Mephisto. */
  readonly folder: string
  /** Its `database.db`, opened. */
  readonly source: OriginalSource
  readonly actorId: string
  /** What amounts were in; the original did not say. ISO 4217. */
  readonly currency: string
  /** Called when a run came in, with how many have. @default nobody is told */
  readonly onRun?: (runs: number) => void
}

/** What was imported, and what could not be brought along as it was. */
export interface OriginalReport {
  readonly runs: number
  /** Runs that were here before. */
  readonly known: number
  readonly rows: number
  /** In words, with how often. */
  readonly notes: Readonly<Record<string, number>>
}

/**
 * Brings the data of the original Mephisto in, one transaction a run: its runs have ended here, with their answers,
 * decisions and money, under the blueprint `original`. What is here under the same name is the same, as for a dump.
 * Importing again adds nothing. What cannot be brought in is noted, and the rest is brought in.
 */
export async function importOriginal(db: MephistoDb, runtime: Runtime, { folder, source, actorId, currency, onRun }: OriginalOptions): Promise<OriginalReport> {
  const notes = new Map<string, number>()
  const note = (what: string): void => { notes.set(what, (notes.get(what) ?? 0) + 1) }
  const ground: OriginalGround = { source, folder, currency, newPseudonym: () => newPseudonym(runtime), workerIdOf: workerFinder(source) }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(folder)}` }
  let [runs, known, rows] = [0, 0, 0]
  /** Brings a part in with its notes, or notes why it stays away: what comes after it is brought in all the same. */
  async function bring(part: Pick<RowsToImport, 'kind' | 'id' | 'provenance'>, read: (note: (what: string) => void) => AsyncIterable<DumpRow>): Promise<void> {
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
      if (part.kind === 'run') {
        runs += 1
        onRun?.(runs)
      }
    }
  }
  for (const run of originalRuns(ground, note)) {
    const provenance = { folder: basename(folder), originalRun: textIn(run.run, 'task_run_id'), taskType: textIn(run.run, 'task_type'), sandbox: Number(run.run['sandbox'] ?? 0) !== 0 }
    await bring({ kind: 'run', id: run.id, provenance }, noteOfRun => soundRows(run.id, originalRunRows(ground, run, noteOfRun)))
  }
  // Blocks by themselves, and first: whoever was blocked stays so, whatever becomes of the rest.
  for (const read of [originalBlockRows, originalGrantRows]) {
    await bring({ kind: 'people', id: 'people', provenance: { folder: basename(folder) } }, noteOfPeople => fittingRows(read(ground, noteOfPeople), noteOfPeople))
  }
  const onboarding = await unlessRefused(() => Promise.resolve({ attempts: source.rows('onboarding_agents').length }))
  if (typeof onboarding === 'string') note(`attempts at onboarding that were not counted: ${onboarding}`)
  else if (onboarding.attempts > 0) notes.set('attempts at onboarding (not imported)', onboarding.attempts)
  return { runs, known, rows, notes: Object.fromEntries(notes) }
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
