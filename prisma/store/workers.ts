import { MephistoError } from '../../sdk/errors.js'
import type { WorkerOperations } from '../../sdk/ports/mephisto-db.js'
import { text, type Statements } from './statements.js'

/** Workers, unique per provider and external id. */
export function workerOperations(db: Statements): WorkerOperations {
  const worker = db.table('worker')
  return {
    async ensure({ id, provider, externalId, pseudonym, at }) {
      const find = async () => (await db.rows(`SELECT id, pseudonym FROM ${worker} WHERE provider = ? AND external_id = ?`, provider, externalId))[0]
      let row = await find()
      if (!row) {
        await db.run(`INSERT INTO ${worker} (id, provider, external_id, pseudonym, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, id, provider, externalId, pseudonym, at)
        row = await find()
      }
      if (!row) throw new MephistoError('conflict', 'This worker could not be written; try again.')
      return { id: text(row, 'id'), provider, externalId, pseudonym: text(row, 'pseudonym') }
    },
  }
}
