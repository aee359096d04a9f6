import { ERASED_TEXT } from '../../sdk/data-model/erasure.js'
import { REMARK_KINDS, REMARK_STATUSES, type RemarkKind, type RemarkStatus } from '../../sdk/data-model/remark.js'
import type { RemarkFilter, RemarkOperations, RemarkRow } from '../../sdk/ports/remark-operations.js'
import { explained } from './entities/explained.js'
import { among, equal, matching, ofRun } from './filters.js'
import { reading, type Finder } from './find.js'
import { sql, verbatim } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** What workers say about their work. */
export function remarkOperations(db: Statements): RemarkOperations {
  const { grammar } = db
  const remark = db.table('remark')
  const { select } = finder(db)
  return {
    ...reading(db, finder),

    async add({ id, taskId, runId, agentId, workerId, clientId, kind, body, at }) {
      await explained(
        db.run(
          sql`INSERT INTO ${remark} (id, task_id, run_id, agent_id, worker_id, client_id, kind, status, body, created_at)
              VALUES (${id}, ${taskId}, ${runId}, ${agentId}, ${workerId}, ${clientId}, ${kind}, 'new', ${body}, ${at})`),
        { already_exists: `There is a remark ${clientId} of this attempt already.`, not_found: `There is no task run ${runId}.` })
    },

    async byClientId(agentId, clientId) {
      const [row] = await db.rows(sql`${select} WHERE m.agent_id = ${agentId} AND m.client_id = ${clientId}`)
      return row ? remarkRow(row) : null
    },

    async count(agentId, kind) {
      const [row] = await db.rows(sql`SELECT count(*) AS remarks FROM ${remark} m WHERE m.agent_id = ${agentId} AND ${grammar.unindexed('m.kind')} = ${kind}`)
      return row ? integer(row, 'remarks') : 0
    },

    async decide({ id, status, shown, at }) {
      // Where it is erased at this moment, this waits and finds the mark.
      const isThere = shown === null ? verbatim('') : sql` AND body <> ${ERASED_TEXT}`
      return (await db.change({ table: 'remark', as: 'm', set: sql`status = ${status}, shown = ${shown}, decided_at = ${at}`, where: sql`id = ${id}${isThere}` })).length > 0
    },

    async tips(taskId, limit) {
      return (await db.rows(
        sql`${select} WHERE m.task_id = ${taskId} AND m.kind = 'tip' AND m.status = 'approved' AND m.shown IS NOT NULL ORDER BY m.created_at DESC ${grammar.limit(limit)}`)).map(remarkRow)
    },

    async erase(whose) {
      if ('agentIds' in whose && whose.agentIds.length === 0) return 0
      const these = 'runId' in whose ? sql`run_id = ${whose.runId}` : 'workerId' in whose ? sql`worker_id = ${whose.workerId}` : grammar.among('agent_id', whose.agentIds)
      return db.run(sql`UPDATE ${remark} SET body = ${ERASED_TEXT}, shown = NULL WHERE ${these} AND body <> ${ERASED_TEXT}`)
    },
  }
}

function finder(db: Statements): Finder<RemarkRow, RemarkFilter, 'createdAt'> {
  const agent = db.table('agent')
  return {
    of: 'remark', id: sql`m.id`, made: sql`m.created_at`,
    select: sql`SELECT m.id, m.task_id, m.run_id, m.agent_id, m.worker_id, (SELECT a.unit_id FROM ${agent} a WHERE a.id = m.agent_id) AS unit_id,
        m.client_id, m.kind, m.status, m.body, m.shown, m.created_at, m.decided_at FROM ${db.table('remark')} m`,
    filters: {
      ...ofRun(db, sql`m.run_id`),
      taskId: equal(sql`m.task_id`),
      projectId: matching(id => sql`m.task_id IN (SELECT t.id FROM ${db.table('task')} t WHERE t.project_id = ${id})`),
      unitId: matching(id => sql`m.agent_id IN (SELECT a.id FROM ${agent} a WHERE a.unit_id = ${id})`),
      agentId: equal(sql`m.agent_id`),
      workerId: equal(sql`m.worker_id`),
      kinds: among(db, sql`m.kind`, REMARK_KINDS),
      statuses: among(db, sql`m.status`, REMARK_STATUSES),
    },
    sorts: { createdAt: { column: sql`m.created_at`, holds: 'integer' } },
    row: remarkRow,
  }
}

function remarkRow(row: Row): RemarkRow {
  return {
    id: text(row, 'id'), taskId: text(row, 'task_id'), runId: text(row, 'run_id'), agentId: text(row, 'agent_id'), workerId: text(row, 'worker_id'), unitId: textOrNull(row, 'unit_id'),
    clientId: text(row, 'client_id'), kind: text(row, 'kind') as RemarkKind, status: text(row, 'status') as RemarkStatus, body: text(row, 'body'), shown: textOrNull(row, 'shown'),
    createdAt: integer(row, 'created_at'), decidedAt: integerOrNull(row, 'decided_at'),
  }
}
