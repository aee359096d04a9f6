import { MephistoError } from '../../errors.js'
import type { AuditRow } from '../../ports/answer-operations.js'
import type { Page } from '../../ports/find-query.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { listed, LOOKED_FOR } from './what-there-is.js'

/**
 * Ids of the runs that came in under one of these labels, as the audit trail of imports says: the import's own, or else what the dump
 * called itself. @throws MephistoError `not_found` for a label that no run came in under, naming those that there are
 */
export async function runsImportedAs(db: MephistoDb, labels: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Set(labels)
  const [found, known] = [new Set<string>(), new Set<string>()]
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<AuditRow> = await db.audit.find({ filter: { action: 'import', subject: 'run' }, limit: 500, ...(after === undefined ? {} : { after }) })
    for (const { subjectId, body } of page.rows) {
      const { label } = JSON.parse(body) as { readonly label?: string | null }
      if (typeof label !== 'string') continue
      known.add(label)
      if (wanted.has(label)) found.add(subjectId)
    }
    after = page.nextCursor
  }
  const unknown = labels.find(label => !known.has(label))
  if (unknown === undefined) return found
  throw new MephistoError('not_found', `No task run was imported as "${unknown}". There are: ${listed([...known].sort().slice(0, LOOKED_FOR))}.`)
}
