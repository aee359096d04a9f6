import { MephistoError } from '../../sdk/errors.js'
import type { TaskOperations } from '../../sdk/ports/mephisto-db.js'
import { text, type Statements } from './statements.js'

/** Tasks, requesters and blueprint versions: found by name or made, whichever process comes first. */
export function taskOperations(db: Statements): TaskOperations {
  const task = db.table('task')
  const requester = db.table('requester')
  const version = db.table('blueprint_version')
  return {
    async ensureTask({ id, name, blueprintType, at }) {
      await db.run(`INSERT INTO ${task} (id, name, blueprint_type, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, id, name, blueprintType, at)
      const [row] = await db.rows(`SELECT id, blueprint_type FROM ${task} WHERE name = ?`, name)
      if (!row) throw new MephistoError('conflict', `Task "${name}" was removed while it was being launched; try again.`)
      const existing = text(row, 'blueprint_type')
      if (existing !== blueprintType) {
        throw new MephistoError('conflict', `Task "${name}" belongs to blueprint "${existing}", not "${blueprintType}"; launch under another task name.`)
      }
      return text(row, 'id')
    },
    async ensureRequester({ id, provider, name, at }) {
      await db.run(`INSERT INTO ${requester} (id, provider, name, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, id, provider, name, at)
      const [row] = await db.rows(`SELECT id FROM ${requester} WHERE provider = ? AND name = ?`, provider, name)
      if (!row) throw new MephistoError('conflict', `Requester "${name}" was removed while it was being used; try again.`)
      return text(row, 'id')
    },
    async blueprintVersion(type, schemaHash) {
      const [row] = await db.rows(`SELECT input_schema, output_schema FROM ${version} WHERE type = ? AND schema_hash = ?`, type, schemaHash)
      return row ? { inputSchema: text(row, 'input_schema'), outputSchema: text(row, 'output_schema') } : null
    },
    async ensureBlueprintVersion(row) {
      await db.run(
        `INSERT INTO ${version} (id, type, schema_hash, input_schema, output_schema, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        row.id, row.type, row.schemaHash, row.inputSchema, row.outputSchema, row.at)
    },
  }
}
