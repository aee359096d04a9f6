import { UNDER_WAY_STATUSES } from '../../sdk/data-model/lifecycle.js'
import type { FileStatus } from '../../sdk/data-model/file.js'
import type { FileOperations, FileRow } from '../../sdk/ports/file-operations.js'
import { explained } from './entities/explained.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Files of attempts. */
export function fileOperations(db: Statements): FileOperations {
  const { grammar } = db
  const [file, agent] = [db.table('file'), db.table('agent')]
  const underWay = verbatim(UNDER_WAY_STATUSES.map(status => `'${status}'`).join(', '))
  /** Neither the name nor what the content was is kept. */
  const discarded = (at: number): Sql => sql`status = 'discarded', name = '', sha256 = '', changed_at = ${at}`
  const forAttempt = async (agentId: string, ids: readonly string[]): Promise<readonly FileRow[]> => {
    if (ids.length === 0) return []
    return (await db.rows(
      sql`SELECT f.* FROM ${file} f JOIN ${agent} a ON a.id = f.agent_id JOIN ${agent} b ON b.id = ${agentId}
           WHERE ${grammar.among('f.id', ids)} AND ${grammar.unindexed('f.status')} IN ('stored', 'handed_in')
             AND (a.id = b.id OR (a.worker_id = b.worker_id AND a.run_id = b.run_id AND (a.unit_id = b.unit_id OR (a.unit_id IS NULL AND b.unit_id IS NULL))))`)).map(fileRow)
  }
  return {
    forAttempt,

    async get(ids) {
      return ids.length === 0 ? [] : (await db.rows(sql`SELECT f.* FROM ${file} f WHERE ${grammar.among('f.id', ids)}`)).map(fileRow)
    },

    async byClientId(agentId, clientId) {
      const [row] = await db.rows(sql`SELECT f.* FROM ${file} f WHERE f.agent_id = ${agentId} AND f.client_id = ${clientId}`)
      return row ? fileRow(row) : null
    },

    async ofRun(runId, { after, limit }) {
      return (await db.rows(
        sql`SELECT f.* FROM ${file} f WHERE f.run_id = ${runId} AND ${grammar.unindexed('f.status')} = 'handed_in' AND f.id > ${after} ORDER BY f.id ${grammar.limit(limit)}`)).map(fileRow)
    },

    async count(agentId) {
      const [row] = await db.rows(sql`SELECT count(*) AS files FROM ${file} f WHERE f.agent_id = ${agentId} AND ${grammar.unindexed('f.status')} NOT IN ('discarded', 'removed')`)
      return row ? integer(row, 'files') : 0
    },

    async add({ id, runId, agentId, clientId, name, mediaType, at }) {
      await explained(
        db.run(
          sql`INSERT INTO ${file} (id, run_id, agent_id, client_id, status, attempt, name, media_type, bytes, sha256, created_at, changed_at)
              VALUES (${id}, ${runId}, ${agentId}, ${clientId}, 'arriving', 1, ${name}, ${mediaType}, 0, '', ${at}, ${at})`),
        { already_exists: `There is a file ${clientId} of this attempt already.`, not_found: `There is no task run ${runId}.` })
    },

    async tryAgain(id, at) {
      const changed = await db.run(sql`UPDATE ${file} SET attempt = attempt + 1, changed_at = ${at} WHERE id = ${id} AND ${grammar.unindexed('status')} = 'arriving'`)
      const [row] = changed === 0 ? [] : await db.rows(sql`SELECT f.attempt FROM ${file} f WHERE f.id = ${id}`)
      return row ? integer(row, 'attempt') : null
    },

    async finish({ id, attempt, bytes, sha256, at }) {
      return await db.run(
        sql`UPDATE ${file} SET status = 'stored', bytes = ${bytes}, sha256 = ${sha256}, changed_at = ${at}
             WHERE id = ${id} AND attempt = ${attempt} AND ${grammar.unindexed('status')} = 'arriving'`) > 0
    },

    async handIn(agentId, ids, at) {
      const usable = await forAttempt(agentId, ids)
      if (usable.length < ids.length) return 0
      const these = grammar.among('id', usable.map(({ id }) => id))
      await db.run(sql`UPDATE ${file} SET status = 'handed_in', changed_at = ${at} WHERE ${these} AND ${grammar.unindexed('status')} = 'stored'`)
      const [row] = await db.rows(sql`SELECT count(*) AS files FROM ${file} WHERE ${these} AND ${grammar.unindexed('status')} = 'handed_in'`)
      return row ? integer(row, 'files') : 0
    },

    async takeOut({ id, attempt, at }) {
      const which = attempt === undefined ? sql`${grammar.unindexed('status')} IN ('arriving', 'stored')` : sql`${grammar.unindexed('status')} = 'arriving' AND attempt = ${attempt}`
      return await db.run(sql`UPDATE ${file} SET ${discarded(at)} WHERE id = ${id} AND ${which}`) > 0
    },

    async discardOf(whose, at) {
      if ('agentIds' in whose && whose.agentIds.length === 0) return 0
      const these = 'workerId' in whose
        ? sql`agent_id IN (SELECT a.id FROM ${agent} a WHERE a.worker_id = ${whose.workerId})`
        : 'projectId' in whose ? sql`run_id IN (SELECT r.id FROM ${db.table('task_run')} r JOIN ${db.table('task')} t ON t.id = r.task_id WHERE t.project_id = ${whose.projectId})`
        : 'runId' in whose ? sql`run_id = ${whose.runId}` : grammar.among('agent_id', whose.agentIds)
      return db.run(sql`UPDATE ${file} SET ${discarded(at)} WHERE ${these} AND ${grammar.unindexed('status')} IN ('arriving', 'stored', 'handed_in')`)
    },

    async discardUnnamed({ before, at }, limit) {
      const rows = await db.rows(
        sql`SELECT f.id FROM ${file} f JOIN ${agent} a ON a.id = f.agent_id JOIN ${db.table('task_run')} r ON r.id = f.run_id
             WHERE f.status IN ('arriving', 'stored') AND f.changed_at < ${before} AND ${grammar.unindexed('a.status')} NOT IN (${underWay})
               AND a.ended_at < ${before} AND a.ended_at + 2 * r.lease_ms < ${at} ORDER BY f.changed_at ${grammar.limit(limit)}`)
      if (rows.length === 0) return 0
      // What was handed in meanwhile stays.
      return db.run(sql`UPDATE ${file} SET ${discarded(at)} WHERE ${grammar.among('id', rows.map(row => text(row, 'id')))} AND ${grammar.unindexed('status')} IN ('arriving', 'stored')`)
    },

    async inStatus(status, { after, changedBefore, limit }) {
      return (await db.rows(sql`SELECT f.* FROM ${file} f WHERE f.status = ${status} AND f.id > ${after} AND f.changed_at < ${changedBefore} ORDER BY f.id ${grammar.limit(limit)}`)).map(fileRow)
    },

    async noteRemoved(ids, at) {
      if (ids.length > 0) await db.run(sql`UPDATE ${file} SET status = 'removed', changed_at = ${at} WHERE ${grammar.among('id', ids)} AND ${grammar.unindexed('status')} = 'discarded'`)
    },

    async forget(ids) {
      if (ids.length > 0) await db.run(sql`DELETE FROM ${file} WHERE ${grammar.among('id', ids)} AND ${grammar.unindexed('status')} = 'removed'`)
    },
  }
}

function fileRow(row: Row): FileRow {
  return {
    id: text(row, 'id'), runId: text(row, 'run_id'), agentId: text(row, 'agent_id'), clientId: text(row, 'client_id'), status: text(row, 'status') as FileStatus,
    attempt: integer(row, 'attempt'), name: text(row, 'name'), mediaType: text(row, 'media_type'), bytes: integer(row, 'bytes'), sha256: text(row, 'sha256'), createdAt: integer(row, 'created_at'),
  }
}
