import { ERASED_TEXT } from '../../sdk/data-model/erasure.js'
import { isEnded, RUN_STATUSES } from '../../sdk/data-model/lifecycle.js'
import { BLUEPRINT_TOPICS } from '../../sdk/data-model/outbox-topics.js'
import type { PrivacyOperations } from '../../sdk/ports/privacy-operations.js'
import { changeOne } from './entities/change-one.js'
import { checkedName } from './entities/checked.js'
import { explained } from './entities/explained.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Statements } from './statements.js'
import { rewriteWritten, writtenRows, writtenRowsSince } from './written.js'

const DAY_MS = 86_400_000

/** Taking names and texts away. */
export function privacyOperations(db: Statements): PrivacyOperations {
  const { grammar } = db
  const [agent, submission, run, event] = [db.table('agent'), db.table('submission'), db.table('task_run'), db.table('event')]
  const outbox = db.table('outbox')
  const ofBlueprint = (column: string, topics: readonly string[]): Sql => sql`(${joined(topics.map(topic => sql`${verbatim(column)} LIKE ${`${topic}%`}`), ' OR ')})`
  // Anything that happened in the run since its own stream last said that nothing is left may have brought an answer. By its
  // place in the feed: a clock may have been set back meanwhile.
  const closed = sql`(SELECT coalesce(max(e.feed), 0) FROM ${event} e WHERE e.stream_id = r.id AND ${grammar.unindexed('e.type')} = 'erase' AND e.body LIKE '{"agents":null%')`
  const ended = verbatim(RUN_STATUSES.filter(isEnded).map(status => `'${status}'`).join(', '))
  const goingOn = verbatim(RUN_STATUSES.filter(status => !isEnded(status)).map(status => `'${status}'`).join(', '))
  return {
    async runsOf(workerId) {
      return (await db.rows(sql`SELECT DISTINCT a.run_id FROM ${agent} a WHERE a.worker_id = ${workerId} ORDER BY a.run_id`)).map(row => text(row, 'run_id'))
    },

    async answeredBy(workerId, runId, limit) {
      const rows = await db.rows(
        sql`SELECT DISTINCT a.id FROM ${agent} a ${grammar.lookUp} ${submission} b ON b.agent_id = a.id
             WHERE a.worker_id = ${workerId} AND ${grammar.unindexed('a.run_id')} = ${runId} AND (b.answer <> ${ERASED_TEXT} OR b.reply <> ${ERASED_TEXT}) ORDER BY a.id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async countAnswers(workerId) {
      const [row] = await db.rows(sql`SELECT count(*) AS answers FROM ${agent} a ${grammar.lookUp} ${submission} b ON b.agent_id = a.id WHERE a.worker_id = ${workerId}`)
      return row ? integer(row, 'answers') : 0
    },

    async standingAnswers({ runId, outcome, from, limit }) {
      const rows = await db.rows(
        sql`SELECT b.agent_id, b.received_at FROM ${submission} b
             WHERE b.run_id = ${runId} AND b.outcome = ${outcome} AND b.received_at >= ${from} AND b.answer <> ${ERASED_TEXT} ORDER BY b.received_at ${grammar.limit(limit)}`)
      return rows.map(row => ({ agentId: text(row, 'agent_id'), receivedAt: integer(row, 'received_at') }))
    },

    async eraseAnswers({ agentIds, isWhole }) {
      if (agentIds.length === 0) return 0
      const rows = await db.rows(sql`SELECT b.id, b.client_id, b.reply FROM ${submission} b WHERE ${grammar.among('b.agent_id', agentIds)} AND (b.answer <> ${ERASED_TEXT}${isWhole ? sql` OR b.reply <> ${ERASED_TEXT}` : verbatim('')})`)
      const erased = rows.map(row => {
        const id = text(row, 'id')
        return isWhole ? { i: id, c: id, y: ERASED_TEXT } : { i: id, c: text(row, 'client_id'), y: withoutFeedback(text(row, 'reply')) }
      })
      if (erased.length === 0) return 0
      await db.change({
        table: 'submission', as: 'b', from: db.list(erased, { i: 'id', c: 'key', y: 'text' }), on: sql`b.id = j.i${grammar.narrowed('b.id', erased.map(row => row.i))}`,
        set: sql`answer = ${ERASED_TEXT}, reply = j.y, client_id = j.c${verbatim(isWhole ? ', page_build = NULL' : '')}`, where: verbatim('1 = 1'),
      })
      return erased.length
    },

    async eraseItems(assignmentIds) {
      if (assignmentIds.length === 0) return 0
      return db.run(
        sql`UPDATE ${db.table('assignment')} SET input = ${ERASED_TEXT}, expected = CASE WHEN expected IS NULL THEN NULL ELSE ${ERASED_TEXT} END
             WHERE ${grammar.among('id', assignmentIds)} AND (input <> ${ERASED_TEXT} OR expected <> ${ERASED_TEXT})`)
    },

    async eraseReports(subjectIds) {
      if (subjectIds.length === 0) return 0
      return db.run(
        sql`UPDATE ${outbox} SET result = ${ERASED_TEXT} WHERE ${grammar.among('subject_id', subjectIds)} AND status = 'failed' AND ${ofBlueprint('topic', Object.values(BLUEPRINT_TOPICS))} AND result <> ${ERASED_TEXT}`)
    },

    async callThatReads(runId) {
      const [row] = await db.rows(
        sql`SELECT x.topic FROM ${outbox} x LEFT JOIN ${db.table('assignment')} s ON s.id = x.subject_id
             WHERE x.status IN ('pending', 'held') AND (x.subject_id = ${runId} OR s.run_id = ${runId}) AND ${ofBlueprint('x.topic', [BLUEPRINT_TOPICS.submitted, BLUEPRINT_TOPICS.effect])} ${grammar.limit(1)}`)
      return row ? text(row, 'topic') : null
    },

    async feedThatReads(runId) {
      const [row] = await db.rows(
        sql`SELECT r.id FROM ${run} r WHERE r.status IN (${goingOn}) AND ${grammar.unindexed('r.data_feed_status')} = 'open' AND r.config LIKE ${`%${runId}%`} ORDER BY r.id ${grammar.limit(1)}`)
      return row ? text(row, 'id') : null
    },

    async isErased(runId) {
      return (await db.rows(sql`SELECT r.id FROM ${run} r WHERE r.id = ${runId} AND r.feed > ${closed}`)).length === 0
    },

    written: (table, stretch) => writtenRows(db, table, stretch),
    writtenSince: (table, lately) => writtenRowsSince(db, table, lately),
    rewrite: (table, rewritings) => rewriteWritten(db, table, rewritings),

    async callThatNames(name) {
      const inJson = JSON.stringify(name).slice(1, -1)
      const [row] = await db.rows(
        sql`SELECT x.id FROM ${outbox} x WHERE x.status IN ('pending', 'held') AND (${grammar.contains(verbatim('x.body'), inJson)} OR ${grammar.contains(verbatim('x.call_key'), name)}) ${grammar.limit(1)}`)
      return row ? text(row, 'id') : null
    },

    removeBlocks: workerId => db.run(sql`DELETE FROM ${db.table('block')} WHERE worker_id = ${workerId}`),

    async rename(workerId, externalId) {
      const kept = checkedName(externalId, 'externalId')
      await explained(changeOne(db, 'worker', { id: workerId, set: sql`external_id = ${kept}` }), { already_exists: `There is a worker "${kept}" of this provider already.` })
    },

    async overdue(at, limit) {
      // Looked for as text first: most runs keep their answers for good, and theirs need not be parsed.
      const days = sql`CASE WHEN r.config LIKE '%"retentionDays"%' THEN ${grammar.numberIn(sql`r.config`, 'retentionDays')} END`
      const rows = await db.rows(
        sql`SELECT r.id FROM ${run} r JOIN ${db.table('task')} t ON t.id = r.task_id WHERE r.status IN (${ended})
              AND (r.data_removed_at IS NOT NULL OR (r.ended_at <= ${at - DAY_MS} AND (r.ended_at + ${days} * ${DAY_MS} <= ${at} OR r.ended_at + t.retention_days * ${DAY_MS} <= ${at})))
              AND r.feed > ${closed} ORDER BY r.id ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },
  }
}

/** A reply as a repeat of its answer gets it from now on: whether it counts and what it pays, without whether it was right. */
function withoutFeedback(reply: string): string {
  return JSON.stringify({ ...JSON.parse(reply) as object, feedback: null })
}
