import { basename } from 'node:path'
import { isMephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { OriginalRow, OriginalSource } from '../../ports/original-source.js'
import type { Runtime } from '../../ports/runtime.js'
import { importRows } from '../transfer/import-rows.js'
import { newPseudonym } from '../workers.js'
import { idFor, instantIn, textIn } from './original-values.js'
import { originalPeopleRows } from './people-rows.js'
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
 * Importing again adds nothing. A run that cannot be brought in is noted, and the others are.
 */
export async function importOriginal(db: MephistoDb, runtime: Runtime, { folder, source, actorId, currency }: OriginalOptions): Promise<OriginalReport> {
  const notes = new Map<string, number>()
  const note = (what: string): void => { notes.set(what, (notes.get(what) ?? 0) + 1) }
  const ground: OriginalGround = { source, folder, currency, newPseudonym: () => newPseudonym(runtime), workerIdOf: workerFinder(source) }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(folder)}` }
  let [runs, known, rows] = [0, 0, 0]
  for (const run of originalRuns(ground, note)) {
    if (await db.runs.get(run.id)) {
      known += 1
      continue
    }
    const provenance = { folder: basename(folder), originalRun: textIn(run.run, 'task_run_id'), taskType: textIn(run.run, 'task_type'), sandbox: Number(run.run['sandbox'] ?? 0) !== 0 }
    const noted: string[] = []
    try {
      rows += await importRows(db, { ...common, kind: 'run', id: run.id, provenance, rows: () => {
        noted.length = 0
        return originalRunRows(ground, run, what => noted.push(what))
      } })
      noted.forEach(note)
      runs += 1
    } catch (error) {
      if (!isMephistoError(error) || (error.code !== 'conflict' && error.code !== 'invalid_input' && error.code !== 'already_exists' && error.code !== 'not_found')) throw error
      note(`runs that were not imported: ${error.message}`)
    }
  }
  rows += await importRows(db, { ...common, kind: 'people', id: 'people', provenance: { folder: basename(folder) }, rows: () => originalPeopleRows(ground, note) })
  const onboarding = source.rows('onboarding_agents').length
  if (onboarding > 0) notes.set('attempts at onboarding (not imported)', onboarding)
  return { runs, known, rows, notes: Object.fromEntries(notes) }
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
