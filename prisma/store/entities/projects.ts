import { NO_PROJECT } from '../../../sdk/data-model/project-name.js'
import { MephistoError } from '../../../sdk/errors.js'
import type { ProjectFilter, ProjectOperations } from '../../../sdk/ports/entity-operations.js'
import type { ProjectRow } from '../../../sdk/ports/entity-rows.js'
import { either, equal } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant, checkedName } from './checked.js'
import { explained } from './explained.js'
import { changeOne } from './change-one.js'

/** Projects. */
export function projectOperations(db: Statements): ProjectOperations {
  const project = db.table('project')
  return {
    ...reading(db, finder),
    async create({ id, name, at }) {
      const kept = checkedProjectName(name)
      await explained(
        db.run(sql`INSERT INTO ${project} (id, name, created_at) VALUES (${checkedId(id, 'id')}, ${kept}, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is a project "${kept}" already, or one with the id ${id}; choose another name.` })
    },
    async ensure({ id, name, at }) {
      const kept = checkedProjectName(name)
      await db.run(sql`INSERT INTO ${project} (id, name, created_at) VALUES (${checkedId(id, 'id')}, ${kept}, ${checkedInstant(at, 'at')}) ${db.grammar.orIgnore('id')}`)
      const [row] = await db.rows(sql`SELECT id FROM ${project} WHERE name = ${kept}`)
      if (!row) throw new MephistoError('not_found', `Project "${kept}" was renamed or removed while it was being used; try again.`)
      return text(row, 'id')
    },
    async rename(id, name) {
      const kept = checkedProjectName(name)
      await explained(changeOne(db, 'project', { id, set: sql`name = ${kept}` }), { already_exists: `There is a project "${kept}" already; choose another name.` })
    },
    archive: async (id, at) => changeOne(db, 'project', { id, set: sql`archived_at = ${at === null ? null : checkedInstant(at, 'at')}` }),
    setBudget: async (id, budget) => changeOne(db, 'project', { id, set: sql`budget_minor = ${budget?.minor ?? null}, budget_currency = ${budget?.currency ?? null}` }),
  }
}

function checkedProjectName(name: string): string {
  const kept = checkedName(name, 'name')
  if (kept === NO_PROJECT) throw new MephistoError('invalid_input', `name: ${NO_PROJECT} stands for no project; choose another name.`)
  return kept
}

function finder(db: Statements): Finder<ProjectRow, ProjectFilter, 'createdAt' | 'name'> {
  return {
    of: 'project', id: sql`p.id`, made: sql`p.created_at`,
    select: sql`SELECT p.id, p.name, p.archived_at, p.created_at, p.budget_minor, p.budget_currency FROM ${db.table('project')} p`,
    filters: { name: equal(sql`p.name`), isArchived: either(sql`p.archived_at IS NOT NULL`, sql`p.archived_at IS NULL`) },
    sorts: { createdAt: { column: sql`p.created_at`, holds: 'integer' }, name: { column: sql`p.name`, holds: 'text' } },
    row: projectRow,
  }
}

function projectRow(row: Row): ProjectRow {
  const [minor, currency] = [integerOrNull(row, 'budget_minor'), textOrNull(row, 'budget_currency')]
  return {
    id: text(row, 'id'), name: text(row, 'name'), archivedAt: integerOrNull(row, 'archived_at'), createdAt: integer(row, 'created_at'),
    budget: minor === null || currency === null ? null : { minor, currency },
  }
}
