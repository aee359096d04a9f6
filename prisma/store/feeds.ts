import { BLUEPRINT_TOPICS } from '../../sdk/data-model/outbox-topics.js'
import type { FeedOperations, ItemSource } from '../../sdk/ports/feed-operations.js'
import { selectRuns, taskRun } from './runs.js'
import { sql, verbatim } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Runs whose data comes from feeds while they go on. */
export function feedOperations(db: Statements): FeedOperations {
  const { grammar } = db
  const [unit, source, event, outbox] = [db.table('unit'), db.table('item_source'), db.table('event'), db.table('outbox')]
  return {
    async underWay({ blueprintType, runIds, after, limit }) {
      const among = runIds === undefined ? verbatim('') : sql` AND ${grammar.among('r.id', runIds)}`
      const rows = await db.rows(
        sql`${selectRuns(db)} WHERE r.status IN ('running', 'paused') AND r.data_feed_status IN ('open', 'failed') AND r.blueprint_type = ${blueprintType} AND ${grammar.unindexed('r.id')} > ${after}${among} ORDER BY r.id ${grammar.limit(limit)}`)
      const calls = new Map((rows.length === 0 ? [] : await db.rows(
        sql`SELECT o.id, o.subject_id, o.status, o.next_at FROM ${outbox} o WHERE ${grammar.among('o.subject_id', rows.map(row => text(row, 'id')))} AND o.topic = ${BLUEPRINT_TOPICS.feed + blueprintType}`)).map(row => [text(row, 'subject_id'), row]))
      return rows.flatMap(row => {
        const call = calls.get(text(row, 'id'))
        return call ? [{ run: taskRun(row), callId: text(call, 'id'), isIdle: text(call, 'status') === 'done', restUntil: integer(call, 'next_at') }] : []
      })
    },

    async countFree(runId, atMost) {
      const count = async (status: 'created' | 'launched'): Promise<number> => {
        const [row] = await db.rows(sql`SELECT count(*) AS units FROM (SELECT u.id FROM ${unit} u WHERE u.run_id = ${runId} AND u.status = ${status} ${grammar.limit(atMost)}) x`)
        return row ? integer(row, 'units') : 0
      }
      return Math.min(atMost, await count('launched') + await count('created'))
    },

    async addSources(sources) {
      if (sources.length === 0) return
      const rows = sources.map(row => ({ a: row.assignmentId, r: row.runId, s: row.sourceRunId, u: row.sourceUnitId, g: row.sourceAgentId }))
      await db.run(
        sql`INSERT INTO ${source} (assignment_id, run_id, source_run_id, source_unit_id, source_agent_id)
            SELECT j.a, j.r, j.s, j.u, j.g FROM ${db.list(rows, { a: 'id', r: 'id', s: 'id', u: 'id', g: 'id' })}`)
    },

    async taken(runId, unitIds) {
      if (unitIds.length === 0) return new Set()
      const rows = await db.rows(sql`SELECT x.source_unit_id FROM ${source} x WHERE x.run_id = ${runId} AND ${grammar.among('x.source_unit_id', unitIds)}`)
      return new Set(rows.map(row => text(row, 'source_unit_id')))
    },

    async acceptedAmong(unitIds) {
      if (unitIds.length === 0) return new Set()
      const rows = await db.rows(sql`SELECT u.id FROM ${unit} u WHERE ${grammar.among('u.id', unitIds)} AND ${grammar.unindexed('u.status')} = 'accepted'`)
      return new Set(rows.map(row => text(row, 'id')))
    },

    async acceptances(runId, afterFeed, limit) {
      const rows = await db.rows(
        sql`SELECT e.feed, e.stream_id, e.at FROM ${event} e WHERE e.run_id = ${runId} AND e.feed > ${afterFeed} AND e.type IN ('approve', 'overturn') ORDER BY e.feed ${grammar.limit(limit)}`)
      return rows.map(row => ({ feed: integer(row, 'feed'), agentId: text(row, 'stream_id'), at: integer(row, 'at') }))
    },

    async sourcesOf(assignmentIds) {
      if (assignmentIds.length === 0) return []
      return (await db.rows(sql`SELECT x.* FROM ${source} x WHERE ${grammar.among('x.assignment_id', assignmentIds)}`)).map(itemSource)
    },
  }
}

function itemSource(row: Row): ItemSource {
  return {
    assignmentId: text(row, 'assignment_id'), runId: text(row, 'run_id'), sourceRunId: text(row, 'source_run_id'), sourceUnitId: text(row, 'source_unit_id'), sourceAgentId: text(row, 'source_agent_id'),
  }
}
