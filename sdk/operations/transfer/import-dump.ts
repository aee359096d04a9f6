import { basename } from 'node:path'
import { MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { areDefault } from './conflict-rules.js'
import { dump } from './dump.js'
import { importPart } from './import-part.js'
import type { Renaming } from './merge-rows.js'
import { checkedChoice, planDump, type ImportChoice } from './plan-import.js'
import { checkDump, isDifferent, rowsOf } from './read-dump.js'

/** What to import, how, and for whom the audit trail says it was. */
export interface ImportOptions extends ImportChoice {
  readonly actorId: string
  /** A new file for a dump of what is here, written before anything is imported: runs that have ended, and people. @default none is made */
  readonly backup?: string
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
  /** What was made under another name than it has in the dump. */
  readonly renamed: readonly Renaming[]
}

/**
 * Merges a dump into an installation. Runs, with their event log, come in as they are, one transaction each, and only when
 * rows and log agree; a run that is here stays as it is, and is told when it differs. Projects, tasks, requesters,
 * qualifications and workers that are here under the same id are the same; under the same name too, unless `onConflict` says
 * otherwise. Of two grants the one holds that `onConflict` says; whoever is blocked on either side is blocked.
 * Importing again by the same rules adds nothing. `planImport` says beforehand what would happen.
 * @throws MephistoError before anything is imported: `invalid_input` for a wrong option and for a file that is no whole dump,
 * `conflict` for what the rules refuse, `already_exists` for a backup that is there; and `conflict` for a run that is not
 * what its log says or, where `onConflict` is not given, whose task is of another blueprint here, with nothing of that run imported
 */
export async function importDump(db: MephistoDb, runtime: Pick<Runtime, 'newId'>, { actorId, onProgress, backup, ...choice }: ImportOptions): Promise<ImportReport> {
  const { file } = choice
  const { rules, label: given } = checkedChoice(choice)
  const checked = await checkDump(file)
  const { header: { madeAt, label: own }, sha256 } = checked
  const label = given ?? own
  if (!areDefault(rules)) {
    const { refusal } = await planDump({ db, rules, label }, file, checked)
    if (refusal !== null) throw new MephistoError('conflict', `${refusal} Nothing was imported.`)
  }
  if (backup !== undefined) await dump(db, { file: backup, label: 'before an import' })
  const provenance = { file: basename(file), label, madeAt, sha256, ...(areDefault(rules) ? {} : { onConflict: rules }) }
  const common = { actorId, newId: runtime.newId, reason: `imported from ${basename(file)}`, rules, label }
  const differing: string[] = []
  const renamed: Renaming[] = []
  let [runs, known, rows] = [0, 0, 0]
  for (const [index, part] of checked.parts.entries()) {
    const outcome = await importPart(db, { ...common, kind: part.kind, id: part.id, provenance, rows: () => rowsOf(file, part) })
    if (outcome === 'known') {
      known += 1
      if (await isDifferent(db, part)) differing.push(part.id)
    } else {
      rows += outcome.rows
      renamed.push(...outcome.renamed)
      if (part.kind === 'run') runs += 1
    }
    onProgress?.({ parts: index + 1, of: checked.parts.length })
  }
  return { runs, known, differing, rows, renamed }
}
