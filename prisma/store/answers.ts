import type { SubmissionOperations } from '../../sdk/ports/answer-operations.js'
import { inParts } from './in-parts.js'
import { sql, verbatim } from './sql.js'
import { text, type Statements } from './statements.js'

/** Everything that was submitted and acknowledged. */
export function submissionOperations(db: Statements): SubmissionOperations {
  const submission = db.table('submission')
  const runWorker = db.table('run_worker')
  return {
    async replies(keys) {
      const rows = await db.rows(
        sql`SELECT b.agent_id, b.client_id, b.reply FROM ${db.list(keys.map(key => ({ a: key.agentId, c: key.clientId })), { a: 'id', c: 'key' })}
              ${db.grammar.lookUp} ${submission} b ON b.agent_id = j.a AND b.client_id = j.c${db.grammar.narrowed('b.agent_id', keys.map(key => key.agentId))}`)
      return new Map(rows.map(row => [`${text(row, 'agent_id')}/${text(row, 'client_id')}`, text(row, 'reply')]))
    },

    async insert(submissions) {
      if (submissions.length === 0) return
      const rows = submissions.map(row => ({
        i: row.id, r: row.runId, a: row.agentId, u: row.unitId, w: row.workerId, c: row.clientId, s: row.outcome === 'completed' ? row.unitId : row.id,
        o: row.outcome, x: row.reason, t: row.answer, h: row.schemaHash, p: row.pageBuild, f: row.fence, y: row.reply, e: row.at,
      }))
      await inParts(rows, part => db.run(
        sql`INSERT INTO ${submission} (id, run_id, agent_id, unit_id, worker_id, client_id, slot, outcome, reason, answer, schema_hash, page_build, fence, reply, received_at)
            SELECT j.i, j.r, j.a, j.u, j.w, j.c, j.s, j.o, j.x, j.t, j.h, j.p, j.f, j.y, j.e FROM ${db.list(part, {
              i: 'id', r: 'id', a: 'id', u: 'id', w: 'id', c: 'key', s: 'id', o: 'key', x: 'key', t: 'text', h: 'key', p: 'key', f: 'int', y: 'text', e: 'int',
            })}`))
      const completed = new Map<string, { r: string; w: string; n: number }>()
      for (const { outcome, runId, workerId } of submissions) {
        if (outcome === 'completed') completed.set(`${runId}/${workerId}`, { r: runId, w: workerId, n: (completed.get(`${runId}/${workerId}`)?.n ?? 0) + 1 })
      }
      if (completed.size === 0) return
      await db.run(
        sql`INSERT INTO ${runWorker} (run_id, worker_id, ${db.column('cursor')}, units_taken, units_completed, created_at)
            SELECT j.r, j.w, -1, 0, j.n, 0 FROM ${db.list([...completed.values()], { r: 'id', w: 'id', n: 'int' })} WHERE true
            ${db.grammar.orUpdate('run_id, worker_id', fresh => sql`units_completed = ${runWorker}.units_completed + ${fresh(verbatim('units_completed'))}`)}`)
    },
  }
}
