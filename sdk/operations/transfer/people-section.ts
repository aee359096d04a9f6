import type { BlockScope } from '../../data-model/block-scope.js'
import type { GrantedQualificationRow, WorkerRow } from '../../ports/entity-rows.js'
import type { Page } from '../../ports/find-query.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { TransferRow } from '../../ports/transfer-operations.js'
import type { DumpRow } from './dump-format.js'
import { plain, projectRows, qualificationRows, taskRows, workerRows } from './run-section.js'

const PAGE = 500

/** Qualifications with who has them and how that came. Constant memory. */
export async function* grantRows(db: MephistoDb, qualificationIds: readonly string[]): AsyncGenerator<DumpRow> {
  for (const qualificationId of qualificationIds) {
    yield* qualificationRows(db, [qualificationId])
    for (let after: string | null | undefined; after !== null;) {
      const page: Page<GrantedQualificationRow> = await db.grants.find({ filter: { qualificationId }, limit: PAGE, ...(after === undefined ? {} : { after }) })
      const workerIds = page.rows.map(({ workerId }) => workerId)
      yield* workerRows(db, workerIds)
      for (const { workerId, value, expiresAt, updatedAt } of page.rows) yield { table: 'granted_qualification', row: { qualification_id: qualificationId, worker_id: workerId, value, expires_at: expiresAt, updated_at: updatedAt } }
      for (const row of await db.transfer.rows('qualification_event', { column: 'worker_id', ids: workerIds })) {
        if (row['qualification_id'] === qualificationId) yield { table: 'qualification_event', row }
      }
      after = page.nextCursor
    }
  }
}

/** Everybody who was ever blocked, with their blocks. Constant memory. */
export async function* blockRows(db: MephistoDb): AsyncGenerator<DumpRow> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<WorkerRow> = await db.workers.find({ limit: PAGE, ...(after === undefined ? {} : { after }) })
    const blocks = await db.transfer.rows('block', { column: 'worker_id', ids: page.rows.map(({ id }) => id) })
    const blocked = [...new Set(blocks.map(block => String(block['worker_id'])))]
    yield* workerRows(db, blocked)
    yield* scopeRows(db, blocks)
    yield* plain(db, 'block', { column: 'worker_id', ids: blocked })
    after = page.nextCursor
  }
}

/** What blocks are about, as far as it may have another id elsewhere; a run has the same everywhere. */
async function* scopeRows(db: MephistoDb, blocks: readonly TransferRow[]): AsyncGenerator<DumpRow> {
  const idsOf = (scope: BlockScope): ReadonlySet<string> => new Set(blocks.filter(block => block['scope'] === scope).map(block => String(block['scope_id'])))
  for (const id of idsOf('project')) yield* projectRows(db, id)
  for (const id of idsOf('task')) yield* taskRows(db, id)
}
