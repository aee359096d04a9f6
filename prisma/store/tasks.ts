import { MephistoError } from '../../sdk/errors.js'
import type { TaskOperations } from '../../sdk/ports/mephisto-db.js'
import { checkedName } from './entities/checked.js'
import { sql } from './sql.js'
import { text, type Statements } from './statements.js'

/** Tasks, requesters and blueprint versions: found by name or made, whichever process comes first. */
export function taskOperations(db: Statements): TaskOperations {
  const task = db.table('task')
  const requester = db.table('requester')
  const version = db.table('blueprint_version')
  const orIgnore = db.grammar.orIgnore('id')
  return {
    async ensureTask({ id, blueprintType, at, ...rest }) {
      const name = checkedName(rest.name, 'name')
      await db.run(sql`INSERT INTO ${task} (id, name, blueprint_type, created_at) VALUES (${id}, ${name}, ${blueprintType}, ${at}) ${orIgnore}`)
      const [row] = await db.rows(sql`SELECT id, blueprint_type FROM ${task} WHERE name = ${name}`)
      if (!row) throw new MephistoError('not_found', `Task "${name}" was removed while it was being launched; try again.`)
      const existing = text(row, 'blueprint_type')
      if (existing !== blueprintType) {
        throw new MephistoError('conflict', `Task "${name}" belongs to blueprint "${existing}", not "${blueprintType}"; launch under another task name.`)
      }
      return text(row, 'id')
    },
    async ensureRequester({ id, provider, at, ...rest }) {
      const name = checkedName(rest.name, 'name')
      await db.run(sql`INSERT INTO ${requester} (id, provider, name, created_at) VALUES (${id}, ${provider}, ${name}, ${at}) ${orIgnore}`)
      const [row] = await db.rows(sql`SELECT id FROM ${requester} WHERE provider = ${provider} AND name = ${name}`)
      if (!row) throw new MephistoError('not_found', `Requester "${name}" was removed while it was being used; try again.`)
      return text(row, 'id')
    },
    async blueprintVersion(type, schemaHash) {
      const [row] = await db.rows(sql`SELECT input_schema, output_schema FROM ${version} WHERE type = ${type} AND schema_hash = ${schemaHash}`)
      return row ? { inputSchema: text(row, 'input_schema'), outputSchema: text(row, 'output_schema') } : null
    },
    async ensureBlueprintVersion(row) {
      await db.run(
        sql`INSERT INTO ${version} (id, type, schema_hash, input_schema, output_schema, created_at)
            VALUES (${row.id}, ${row.type}, ${row.schemaHash}, ${row.inputSchema}, ${row.outputSchema}, ${row.at}) ${orIgnore}`)
    },
    async removeUnused({ taskId, requesterId, projectId }) {
      const [run, project] = [db.table('task_run'), db.table('project')]
      await db.run(sql`DELETE FROM ${task} WHERE id = ${taskId} AND NOT EXISTS (SELECT 1 FROM ${run} r WHERE r.task_id = ${taskId})`)
      await db.run(sql`DELETE FROM ${project} WHERE id = ${projectId} AND budget_minor IS NULL AND archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM ${task} t WHERE t.project_id = ${projectId})`)
      await db.run(sql`DELETE FROM ${requester} WHERE id = ${requesterId} AND NOT EXISTS (SELECT 1 FROM ${run} r WHERE r.requester_id = ${requesterId})`)
    },
  }
}
