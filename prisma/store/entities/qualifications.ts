import { MephistoError } from '../../../sdk/errors.js'
import type { QualificationOperations } from '../../../sdk/ports/entity-operations.js'
import type { QualificationRow } from '../../../sdk/ports/entity-rows.js'
import { equal, lookedUp } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { joined, sql } from '../sql.js'
import { integer, text, textOrNull, type Row, type Statements } from '../statements.js'
import { changeOne } from './change-one.js'
import { checkedId, checkedInstant, checkedName, checkedText } from './checked.js'
import { explained } from './explained.js'

/** Qualifications. */
export function qualificationOperations(db: Statements): QualificationOperations {
  const qualification = db.table('qualification')
  const read = reading(db, finder)
  return {
    ...read,
    byName: async name => (await read.find({ filter: { name }, limit: 1 })).rows[0] ?? null,
    async create({ id, name, description, at }) {
      const kept = checkedName(name, 'name')
      await explained(
        db.run(
          sql`INSERT INTO ${qualification} (id, name, description, created_at)
              VALUES (${checkedId(id, 'id')}, ${kept}, ${checkedText(description, 'description')}, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is a qualification "${kept}" already, or one with the id ${id}; choose another name.` })
    },
    async ensure({ id, at, ...rest }) {
      const name = checkedName(rest.name, 'name')
      await db.run(sql`INSERT INTO ${qualification} (id, name, created_at) VALUES (${checkedId(id, 'id')}, ${name}, ${checkedInstant(at, 'at')}) ${db.grammar.orIgnore('id')}`)
      const [row] = await db.rows(sql`SELECT id FROM ${qualification} WHERE name = ${name}`)
      if (!row) throw new MephistoError('not_found', `Qualification "${name}" was removed while it was being made; try again.`)
      return text(row, 'id')
    },
    async update(id, { name, description }) {
      const kept = name === undefined ? undefined : checkedName(name, 'name')
      const changes = [
        ...(kept === undefined ? [] : [sql`name = ${kept}`]),
        ...(description === undefined ? [] : [sql`description = ${checkedText(description, 'description')}`]),
      ]
      const set = changes.length === 0 ? sql`id = id` : joined(changes, ', ')
      await explained(changeOne(db, 'qualification', { id, set }), { already_exists: `There is a qualification "${kept ?? ''}" already; choose another name.` })
    },
    async delete(id) {
      const wanted = lookedUp(id, 'id')
      return db.atomically(async tx => {
        // Held, so that nobody is granted it before it is gone.
        const [row] = await tx.rows(sql`SELECT id FROM ${qualification} WHERE id = ${wanted} ${db.grammar.forUpdate}`)
        if (!row) return false
        await tx.run(sql`DELETE FROM ${db.table('granted_qualification')} WHERE qualification_id = ${wanted}`)
        await tx.run(sql`DELETE FROM ${qualification} WHERE id = ${wanted}`)
        return true
      })
    },
  }
}

function finder(db: Statements): Finder<QualificationRow, { readonly name?: string }, 'createdAt' | 'name'> {
  return {
    of: 'qualification', id: sql`q.id`, made: sql`q.created_at`,
    select: sql`SELECT q.id, q.name, q.description, q.created_at FROM ${db.table('qualification')} q`,
    filters: { name: equal(sql`q.name`) },
    sorts: { createdAt: { column: sql`q.created_at`, holds: 'integer' }, name: { column: sql`q.name`, holds: 'text' } },
    row: qualificationRow,
  }
}

function qualificationRow(row: Row): QualificationRow {
  return { id: text(row, 'id'), name: text(row, 'name'), description: textOrNull(row, 'description'), createdAt: integer(row, 'created_at') }
}
