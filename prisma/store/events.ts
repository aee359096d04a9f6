import type { AgentStatus, UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { SubmissionOutcome } from '../../sdk/data-model/entities.js'
import type { EventType } from '../../sdk/data-model/event-types.js'
import type { EventOperations, EventRow, RecordedAgent, RecordedAnswer, RecordedUnit, StreamHead } from '../../sdk/ports/event-operations.js'
import { inParts } from './in-parts.js'
import { sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** The append-only log. */
export function eventOperations(db: Statements): EventOperations {
  const event = db.table('event')
  const columns = sql`stream_id, ${db.column('number')} AS event_number, run_id, feed, type, body, hash, at FROM ${event}`
  return {
    async append(events) {
      const rows = events.map(row => ({ s: row.streamId, n: row.number, r: row.runId, f: row.feed, x: row.type, b: row.body, h: row.hash, t: row.at }))
      await inParts(rows, part => db.run(
        sql`INSERT INTO ${event} (stream_id, ${db.column('number')}, run_id, feed, type, body, hash, at)
            SELECT j.s, j.n, j.r, j.f, j.x, j.b, j.h, j.t FROM ${db.list(part, { s: 'id', n: 'int', r: 'id', f: 'int', x: 'key', b: 'text', h: 'key', t: 'int' })}`))
    },
    async feed(runId, afterFeed, limit) {
      return (await db.rows(sql`SELECT ${columns} WHERE run_id = ${runId} AND feed > ${afterFeed} ORDER BY feed ${db.grammar.limit(limit)}`)).map(eventRow)
    },
    async ofStreams(streamIds) {
      if (streamIds.length === 0) return []
      return (await db.rows(sql`SELECT ${columns} WHERE ${db.grammar.among('stream_id', streamIds)} ORDER BY stream_id, ${db.column('number')}`)).map(eventRow)
    },
    async ofType(streamId, type) {
      return (await db.rows(sql`SELECT ${columns} WHERE stream_id = ${streamId} AND type = ${type} ORDER BY ${db.column('number')}`)).map(eventRow)
    },
    async feedBounds(runId) {
      const [row] = await db.rows(sql`SELECT count(*) AS events, coalesce(min(feed), 0) AS first_feed, coalesce(max(feed), 0) AS last_feed FROM ${event} WHERE run_id = ${runId}`)
      return row ? { count: integer(row, 'events'), first: integer(row, 'first_feed'), last: integer(row, 'last_feed') } : { count: 0, first: 0, last: 0 }
    },
    async recorded(runId, from, to) {
      const items = sql`FROM ${db.table('assignment')} s JOIN ${db.table('unit')} u ON u.assignment_id = s.id`
      const within = sql`s.run_id = ${runId} AND s.position >= ${from} AND s.position < ${to}`
      const units = await db.rows(
        sql`SELECT u.id, u.status, u.holder, u.worker_id, u.agent_id, u.fence, u.lease_until, u.completed_at ${items} WHERE ${within} ORDER BY s.position, u.unit_index`)
      const agents = await db.rows(
        sql`SELECT a.id, a.unit_id, a.worker_id, a.status, a.fence, a.accepted_at, a.event_count, a.event_hash
              ${items} JOIN ${db.table('agent')} a ON a.unit_id = u.id WHERE ${within} ORDER BY a.unit_id, a.fence`)
      const answers = await db.rows(
        sql`SELECT b.id, b.unit_id, b.agent_id, b.outcome, b.answer ${items} JOIN ${db.table('submission')} b ON b.unit_id = u.id WHERE ${within} ORDER BY b.id`)
      return { units: units.map(recordedUnit), agents: agents.map(recordedAgent), answers: answers.map(recordedAnswer) }
    },
  }
}

function recordedUnit(row: Row): RecordedUnit {
  return {
    id: text(row, 'id'), status: text(row, 'status') as UnitStatus, holder: text(row, 'holder'), workerId: textOrNull(row, 'worker_id'),
    agentId: textOrNull(row, 'agent_id'), fence: integer(row, 'fence'), leaseUntil: integerOrNull(row, 'lease_until'), completedAt: integerOrNull(row, 'completed_at'),
  }
}

function recordedAgent(row: Row): RecordedAgent {
  return {
    id: text(row, 'id'), unitId: text(row, 'unit_id'), workerId: text(row, 'worker_id'), status: text(row, 'status') as AgentStatus,
    fence: integer(row, 'fence'), acceptedAt: integer(row, 'accepted_at'), head: headOf(row, 'id'),
  }
}

function recordedAnswer(row: Row): RecordedAnswer {
  return { id: text(row, 'id'), unitId: text(row, 'unit_id'), agentId: text(row, 'agent_id'), outcome: text(row, 'outcome') as SubmissionOutcome, answer: text(row, 'answer') }
}

/** The head of a stream, from a row of its agent or run. */
export function headOf(row: Row, idColumn: string): StreamHead {
  return { streamId: text(row, idColumn), count: integer(row, 'event_count'), hash: text(row, 'event_hash') }
}

function eventRow(row: Row): EventRow {
  return {
    streamId: text(row, 'stream_id'), number: integer(row, 'event_number'), runId: text(row, 'run_id'), feed: integer(row, 'feed'),
    type: text(row, 'type') as EventType, body: text(row, 'body'), hash: text(row, 'hash'), at: integer(row, 'at'),
  }
}
