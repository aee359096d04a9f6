import type { WorkerEntities, WorkerFilter } from '../../../sdk/ports/entity-operations.js'
import type { WorkerRow } from '../../../sdk/ports/entity-rows.js'
import { equal } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, text, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant, checkedKey, checkedName } from './checked.js'
import { explained } from './explained.js'

/** Workers, unique per provider and external id. */
export function workerEntities(db: Statements): WorkerEntities {
  return {
    ...reading(db, finder),
    async create({ id, provider, externalId, pseudonym, at }) {
      const [keptProvider, keptExternalId] = [checkedKey(provider, 'provider'), checkedName(externalId, 'externalId')]
      await explained(
        db.run(
          sql`INSERT INTO ${db.table('worker')} (id, provider, external_id, pseudonym, created_at)
              VALUES (${checkedId(id, 'id')}, ${keptProvider}, ${keptExternalId}, ${checkedKey(pseudonym, 'pseudonym')}, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is a worker "${keptExternalId}" of ${keptProvider} already, or one with this id or pseudonym.` })
    },
  }
}

function finder(db: Statements): Finder<WorkerRow, WorkerFilter, 'createdAt' | 'externalId'> {
  return {
    of: 'worker', id: sql`w.id`, made: sql`w.created_at`,
    select: sql`SELECT w.id, w.provider, w.external_id, w.pseudonym, w.created_at FROM ${db.table('worker')} w`,
    filters: { externalId: equal(sql`w.external_id`), provider: equal(sql`w.provider`), pseudonym: equal(sql`w.pseudonym`) },
    sorts: { createdAt: { column: sql`w.created_at`, holds: 'integer' }, externalId: { column: sql`w.external_id`, holds: 'text', uniqueWithin: 'provider' } },
    row: workerRow,
  }
}

function workerRow(row: Row): WorkerRow {
  return {
    id: text(row, 'id'), provider: text(row, 'provider'), externalId: text(row, 'external_id'), pseudonym: text(row, 'pseudonym'), createdAt: integer(row, 'created_at'),
  }
}
