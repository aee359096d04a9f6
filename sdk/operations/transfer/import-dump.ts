import { basename } from 'node:path'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { importPart } from './import-part.js'
import { checkDump, RUN_STATE, rowsOf, type DumpPart } from './read-dump.js'

/** What to import, and for whom the audit trail says it was. */
export interface ImportOptions {
  readonly file: string
  readonly actorId: string
  /** Called when a run, or the people, came in or were known. @default nobody is told */
  readonly onProgress?: (progress: { readonly parts: number; readonly of: number }) => void
}

/** What was imported. */
export interface ImportReport {
  readonly runs: number
  /** Runs that were here before. */
  readonly known: number
  /** Ids of those that are here in another state than in the dump: they were changed here or there since one came from the other, and stay as they are. */
  readonly differing: readonly string[]
  /** Rows that were added or changed. */
  readonly rows: number
}

/**
 * Merges a dump into an installation. Runs, with their event log, come in as they are, one transaction each, and only when
 * rows and log agree; a run that is here stays as it is, and is told when it differs. Projects, tasks, requesters,
 * qualifications and workers that are here under the same name are the same, workers also under the same id. Grants keep the
 * smaller value and the earlier end, and one that was revoked here stays so; whoever is blocked on either side is blocked.
 * Importing again adds nothing.
 * @throws MephistoError `invalid_input` for a file that is no whole dump, before anything is imported; `conflict` for a run
 * that is not what its log says, with nothing of that run imported
 */
export async function importDump(db: MephistoDb, runtime: Pick<Runtime, 'newId'>, { file, actorId, onProgress }: ImportOptions): Promise<ImportReport> {
  const dump = await checkDump(file)
  const { header: { label, madeAt }, sha256 } = dump
  const provenance = { file: basename(file), label, madeAt, sha256 }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(file)}` }
  const differing: string[] = []
  let [runs, known, rows] = [0, 0, 0]
  for (const [index, part] of dump.parts.entries()) {
    const outcome = await importPart(db, { ...common, kind: part.kind, id: part.id, provenance, rows: () => rowsOf(file, part) })
    if (outcome === 'known') {
      known += 1
      if (await isDifferent(db, part)) differing.push(part.id)
    } else {
      rows += outcome.rows
      if (part.kind === 'run') runs += 1
    }
    onProgress?.({ parts: index + 1, of: dump.parts.length })
  }
  return { runs, known, differing, rows }
}

/** Whether a run that is here stands at another point of its log than in the dump. */
async function isDifferent(db: MephistoDb, { id, state }: DumpPart): Promise<boolean> {
  const [local] = await db.transfer.rows('task_run', { column: 'id', ids: [id] })
  return local !== undefined && state !== null && RUN_STATE.some(column => local[column] !== state[column])
}
