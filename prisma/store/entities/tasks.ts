import { MephistoError } from '../../../sdk/errors.js'
import type { TaskEntities, TaskFilter } from '../../../sdk/ports/entity-operations.js'
import type { TaskRow } from '../../../sdk/ports/entity-rows.js'
import { either, equal, lookedUp } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { joined, sql } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'
import { changeOne } from './change-one.js'
import { checkedId, checkedInstant, checkedKey, checkedName } from './checked.js'
import { explained, type Explanations } from './explained.js'

/** Tasks. */
export function taskEntities(db: Statements): TaskEntities {
  const [task, run] = [db.table('task'), db.table('task_run')]
  return {
    ...reading(db, finder),
    async create({ id, name, blueprintType, projectId = null, at }) {
      const [kept, project] = [checkedName(name, 'name'), projectId === null ? null : lookedUp(projectId, 'projectId')]
      await explained(
        db.run(
          sql`INSERT INTO ${task} (id, project_id, name, blueprint_type, created_at)
              VALUES (${checkedId(id, 'id')}, ${project}, ${kept}, ${checkedKey(blueprintType, 'blueprintType')}, ${checkedInstant(at, 'at')})`),
        refusals(kept, project))
    },
    async update(id, { name, projectId }) {
      const wanted = lookedUp(id, 'id')
      const kept = name === undefined ? undefined : checkedName(name, 'name')
      const project = typeof projectId === 'string' ? lookedUp(projectId, 'projectId') : projectId
      const changes = [...(kept === undefined ? [] : [sql`name = ${kept}`]), ...(project === undefined ? [] : [sql`project_id = ${project}`])]
      await db.atomically(async tx => {
        // Held, so that no run is added before the change.
        const [row] = await tx.rows(sql`SELECT id FROM ${task} WHERE id = ${wanted} ${db.grammar.forUpdate}`)
        if (!row) throw new MephistoError('not_found', `There is no task ${wanted}.`)
        const [begun] = await tx.rows(sql`SELECT r.id FROM ${run} r WHERE r.task_id = ${wanted} ${db.grammar.limit(1)}`)
        if (begun) throw new MephistoError('conflict', `Task ${wanted} has runs, so its name and project stay; make another task.`)
        if (changes.length > 0) await explained(changeOne(tx, 'task', { id: wanted, set: joined(changes, ', ') }), refusals(kept, project))
      })
    },
    async move(id, projectId) {
      const [wanted, project] = [lookedUp(id, 'id'), projectId === null ? null : lookedUp(projectId, 'projectId')]
      return db.atomically(async tx => {
        // Held, so that of two moves the later one says where the earlier one had put it.
        const [row] = await tx.rows(sql`SELECT project_id FROM ${task} WHERE id = ${wanted} ${db.grammar.forUpdate}`)
        if (!row) throw new MephistoError('not_found', `There is no task ${wanted}.`)
        await explained(changeOne(tx, 'task', { id: wanted, set: sql`project_id = ${project}` }), refusals(undefined, project))
        return textOrNull(row, 'project_id')
      })
    },
    async attach(id, projectId) {
      const [wanted, project] = [lookedUp(id, 'id'), lookedUp(projectId, 'projectId')]
      await explained(db.run(sql`UPDATE ${task} SET project_id = ${project} WHERE id = ${wanted} AND project_id IS NULL`), refusals(undefined, project))
      const [row] = await db.rows(sql`SELECT project_id FROM ${task} WHERE id = ${wanted}`)
      if (!row) throw new MephistoError('not_found', `There is no task ${wanted}.`)
      const now = textOrNull(row, 'project_id')
      if (now === null) throw new MephistoError('conflict', `Task ${wanted} was taken out of its project while it was being put into one; try again.`)
      return now
    },
    retain: async (id, days) => changeOne(db, 'task', { id, set: sql`retention_days = ${days}` }),
    archive: async (id, at) => changeOne(db, 'task', { id, set: sql`archived_at = ${at === null ? null : checkedInstant(at, 'at')}` }),
  }
}

function refusals(name: string | undefined, projectId: string | null | undefined): Explanations {
  return {
    already_exists: `There is a task "${name ?? ''}" already, or one with this id; choose another name.`,
    not_found: `There is no project ${projectId ?? ''}.`,
  }
}

function finder(db: Statements): Finder<TaskRow, TaskFilter, 'createdAt' | 'name'> {
  return {
    of: 'task', id: sql`t.id`, made: sql`t.created_at`,
    select: sql`SELECT t.id, t.project_id, t.name, t.blueprint_type, t.retention_days, t.archived_at, t.created_at FROM ${db.table('task')} t`,
    filters: {
      name: equal(sql`t.name`), projectId: equal(sql`t.project_id`), blueprintType: equal(sql`t.blueprint_type`),
      isInProject: either(sql`t.project_id IS NOT NULL`, sql`t.project_id IS NULL`), isArchived: either(sql`t.archived_at IS NOT NULL`, sql`t.archived_at IS NULL`),
    },
    sorts: { createdAt: { column: sql`t.created_at`, holds: 'integer' }, name: { column: sql`t.name`, holds: 'text' } },
    row: taskRow,
  }
}

function taskRow(row: Row): TaskRow {
  return {
    id: text(row, 'id'), projectId: textOrNull(row, 'project_id'), name: text(row, 'name'), blueprintType: text(row, 'blueprint_type'),
    retentionDays: integerOrNull(row, 'retention_days'), archivedAt: integerOrNull(row, 'archived_at'), createdAt: integer(row, 'created_at'),
  }
}
