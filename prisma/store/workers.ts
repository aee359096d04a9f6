import { MephistoError } from '../../sdk/errors.js'
import type { WorkerOperations } from '../../sdk/ports/mephisto-db.js'
import { checkedName } from './entities/checked.js'
import { sql } from './sql.js'
import { text, type Statements } from './statements.js'

/** Workers, unique per provider and external id. */
export function workerOperations(db: Statements): WorkerOperations {
  const worker = db.table('worker')
  return {
    async ensure({ id, provider, pseudonym, at, ...rest }) {
      const externalId = checkedName(rest.externalId, 'externalId')
      const find = async () => (await db.rows(sql`SELECT id, pseudonym FROM ${worker} WHERE provider = ${provider} AND external_id = ${externalId}`))[0]
      let row = await find()
      if (!row) {
        await db.run(
          sql`INSERT INTO ${worker} (id, provider, external_id, pseudonym, created_at) VALUES (${id}, ${provider}, ${externalId}, ${pseudonym}, ${at}) ${db.grammar.orIgnore('id')}`)
        row = await find()
      }
      if (!row) throw new MephistoError('conflict', 'This worker could not be written; try again.')
      return { id: text(row, 'id'), provider, externalId, pseudonym: text(row, 'pseudonym') }
    },
  }
}
