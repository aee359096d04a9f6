import type { SubmissionOperations } from '../../sdk/ports/answer-operations.js'
import { text, type Statements } from './statements.js'

/** Everything that was submitted and acknowledged. */
export function submissionOperations(db: Statements): SubmissionOperations {
  const submission = db.table('submission')
  return {
    async replies(keys) {
      const rows = await db.rows(
        `SELECT b.agent_id, b.client_id, b.reply FROM json_each(?) j
           JOIN ${submission} b ON b.agent_id = j.value->>'a' AND b.client_id = j.value->>'c'`,
        JSON.stringify(keys.map(key => ({ a: key.agentId, c: key.clientId }))))
      return new Map(rows.map(row => [`${text(row, 'agent_id')}/${text(row, 'client_id')}`, text(row, 'reply')]))
    },

    async insert(submissions) {
      const json = JSON.stringify(submissions.map(row => ({ ...row, slot: row.outcome === 'completed' ? row.unitId : row.id })))
      await db.run(
        `INSERT INTO ${submission} (id, run_id, agent_id, unit_id, worker_id, client_id, slot, outcome, reason, answer, schema_hash, page_build, fence, reply, received_at)
         SELECT value->>'id', value->>'runId', value->>'agentId', value->>'unitId', value->>'workerId', value->>'clientId', value->>'slot', value->>'outcome',
                value->>'reason', value->>'answer', value->>'schemaHash', value->>'pageBuild', value->>'fence', value->>'reply', value->>'at'
           FROM json_each(?)`, json)
      const completed = JSON.stringify(submissions.filter(row => row.outcome === 'completed').map(row => ({ a: row.agentId, r: row.runId, w: row.workerId, t: row.at })))
      if (completed === '[]') return
      await db.run(
        `UPDATE ${db.table('agent')} SET status = 'completed', ended_at = j.at
           FROM (SELECT value->>'a' AS agent_id, value->>'t' AS at FROM json_each(?)) j WHERE id = j.agent_id`, completed)
      await db.run(
        `UPDATE ${db.table('run_worker')} SET units_completed = units_completed + j.units
           FROM (SELECT value->>'r' AS run, value->>'w' AS worker, count(*) AS units FROM json_each(?) GROUP BY 1, 2) j
          WHERE run_id = j.run AND worker_id = j.worker`, completed)
    },
  }
}
