import { basename } from 'node:path'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { importRows } from './import-rows.js'
import { checkDump, rowsOf } from './read-dump.js'

/** What to import, and for whom the audit trail says it was. */
export interface ImportOptions {
  readonly file: string
  readonly actorId: string
}

/** What was imported. */
export interface ImportReport {
  readonly runs: number
  /** Runs that were here before. */
  readonly known: number
  /** Rows that were added or changed. */
  readonly rows: number
}

/**
 * Merges a dump into an installation. Runs, with their event log, come in as they are, one transaction each, and only when
 * rows and log agree; a run that is here stays as it is. Projects, tasks, requesters, qualifications and workers that are
 * here under the same name are the same. Grants keep the smaller value and the earlier end; whoever is blocked on either
 * side is blocked. Importing again adds nothing.
 * @throws MephistoError `invalid_input` for a file that is no whole dump, before anything is imported; `conflict` for a run
 * that is not what its log says, with nothing of that run imported
 */
export async function importDump(db: MephistoDb, runtime: Pick<Runtime, 'newId'>, { file, actorId }: ImportOptions): Promise<ImportReport> {
  const dump = await checkDump(file)
  const { header: { label, madeAt }, sha256 } = dump
  const provenance = { file: basename(file), label, madeAt, sha256 }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(file)}` }
  let [runs, known, rows] = [0, 0, 0]
  for (const part of dump.parts) {
    if (part.kind === 'run' && await db.runs.get(part.id)) {
      known += 1
      continue
    }
    rows += await importRows(db, { ...common, kind: part.kind, id: part.id, provenance, rows: () => rowsOf(file, part) })
    if (part.kind === 'run') runs += 1
  }
  return { runs, known, rows }
}
