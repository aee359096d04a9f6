import type { RequesterFilter, RequesterOperations } from '../../../sdk/ports/entity-operations.js'
import type { RequesterRow } from '../../../sdk/ports/entity-rows.js'
import { equal } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, text, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant, checkedKey, checkedName } from './checked.js'
import { explained } from './explained.js'

/** Requesters, unique per provider and name. */
export function requesterOperations(db: Statements): RequesterOperations {
  return {
    ...reading(db, finder),
    async create({ id, provider, name, at }) {
      const [keptProvider, keptName] = [checkedKey(provider, 'provider'), checkedName(name, 'name')]
      await explained(
        db.run(
          sql`INSERT INTO ${db.table('requester')} (id, provider, name, created_at)
              VALUES (${checkedId(id, 'id')}, ${keptProvider}, ${keptName}, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is a requester "${keptName}" of ${keptProvider} already, or one with the id ${id}; choose another name.` })
    },
  }
}

function finder(db: Statements): Finder<RequesterRow, RequesterFilter, 'createdAt' | 'name'> {
  return {
    of: 'requester', id: sql`q.id`, made: sql`q.created_at`,
    select: sql`SELECT q.id, q.provider, q.name, q.created_at FROM ${db.table('requester')} q`,
    filters: { name: equal(sql`q.name`), provider: equal(sql`q.provider`) },
    sorts: { createdAt: { column: sql`q.created_at`, holds: 'integer' }, name: { column: sql`q.name`, holds: 'text' } },
    row: requesterRow,
  }
}

function requesterRow(row: Row): RequesterRow {
  return { id: text(row, 'id'), provider: text(row, 'provider'), name: text(row, 'name'), createdAt: integer(row, 'created_at') }
}
