import type { ClaimOperations } from '../../sdk/ports/claim-operations.js'
import { explained } from './entities/explained.js'
import { sql, verbatim } from './sql.js'
import { integer, text, type Statements } from './statements.js'

/** Who reviews what. */
export function claimOperations(db: Statements): ClaimOperations {
  const { grammar } = db
  const claims = db.table('review_claim')
  return {
    async claim({ unitId, runId, actorId, actorName, until, at, takesOver }) {
      // Where columns are set one after the other, whether it can be had is asked before what says so is changed.
      const canHave = sql`(${claims}.actor_id = ${actorId} OR ${claims}.claim_until <= ${at} OR ${takesOver ? 1 : 0} = 1)`
      await explained(
        db.run(
          sql`INSERT INTO ${claims} (id, run_id, actor_id, actor_name, claim_until) VALUES (${unitId}, ${runId}, ${actorId}, ${actorName}, ${until})
              ${grammar.orUpdate('id', fresh => sql`actor_name = CASE WHEN ${canHave} THEN ${fresh(verbatim('actor_name'))} ELSE ${claims}.actor_name END,
                actor_id = CASE WHEN ${canHave} THEN ${fresh(verbatim('actor_id'))} ELSE ${claims}.actor_id END,
                claim_until = CASE WHEN ${canHave} THEN ${fresh(verbatim('claim_until'))} ELSE ${claims}.claim_until END`)}`),
        { not_found: `There is no task run ${runId}.` })
      const [held] = await db.rows(sql`SELECT c.actor_id FROM ${claims} c WHERE c.id = ${unitId}`)
      return held !== undefined && text(held, 'actor_id') === actorId
    },

    async of(unitIds, at) {
      if (unitIds.length === 0) return []
      const rows = await db.rows(sql`SELECT c.id, c.actor_id, c.actor_name, c.claim_until FROM ${claims} c WHERE ${grammar.among('c.id', unitIds)} AND c.claim_until > ${at}`)
      return rows.map(row => ({ unitId: text(row, 'id'), actorId: text(row, 'actor_id'), actorName: text(row, 'actor_name'), until: integer(row, 'claim_until') }))
    },

    async release(unitIds, actorId) {
      if (unitIds.length > 0) await db.run(sql`DELETE FROM ${claims} WHERE ${grammar.among('id', unitIds)} AND actor_id = ${actorId}`)
    },

    async remove(which) {
      await db.run('runId' in which ? sql`DELETE FROM ${claims} WHERE run_id = ${which.runId} AND claim_until <= ${which.at}` : sql`DELETE FROM ${claims} WHERE actor_id = ${which.actorId}`)
    },
  }
}
