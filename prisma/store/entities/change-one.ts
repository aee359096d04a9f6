import { MephistoError } from '../../../sdk/errors.js'
import { lookedUp } from '../filters.js'
import { sql, type Sql } from '../sql.js'
import type { Statements, TableName } from '../statements.js'

/** Changes the row with this id. @throws MephistoError `not_found` */
export async function changeOne(db: Statements, table: TableName, { id, set }: { readonly id: string; readonly set: Sql }): Promise<void> {
  const wanted = lookedUp(id, 'id')
  const changed = await db.run(sql`UPDATE ${db.table(table)} SET ${set} WHERE id = ${wanted}`)
  // Some drivers of MySQL do not count a row that already was as it shall be.
  if (changed === 0 && (await db.rows(sql`SELECT id FROM ${db.table(table)} WHERE id = ${wanted}`)).length === 0) {
    throw new MephistoError('not_found', `There is no ${table} ${wanted}.`)
  }
}
