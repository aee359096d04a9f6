import { CALL_STATUSES, type CallStatus } from '../../sdk/data-model/call-status.js'
import type { CallFilter, CallRow, DueQuery, OutboxOperations } from '../../sdk/ports/outbox-operations.js'
import { checkedId, checkedKey, checkedName } from './entities/checked.js'
import { among, equal } from './filters.js'
import { reading, type Finder } from './find.js'
import { inParts } from './in-parts.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** Calls to the outside world. */
export function outboxOperations(db: Statements): OutboxOperations {
  const { grammar } = db
  const outbox = db.table('outbox')
  const about = (topic: string, subjectId: string): Sql => sql`subject_id = ${subjectId} AND topic = ${topic}`
  return {
    ...reading(db, finder),

    async enqueue(calls, at) {
      if (calls.length === 0) return
      const rows = calls.map(call => ({
        i: checkedId(call.id, 'id'), k: checkedName(call.callKey, 'callKey'), x: checkedKey(call.topic, 'topic'), b: call.body, s: call.subjectId, l: call.lane?.id, p: call.lane?.position, u: call.leaseUntil ?? undefined, d: call.dueAt,
      }))
      await inParts(rows, part => db.run(
        sql`INSERT INTO ${outbox} (id, call_key, topic, body, status, next_at, created_at, subject_id, lane, lane_position, lease_until, tries, fence)
            SELECT j.i, j.k, j.x, j.b, 'pending', coalesce(j.u, j.d, ${at}), ${at}, j.s, j.l, j.p, j.u, CASE WHEN j.u IS NULL THEN 0 ELSE 1 END, CASE WHEN j.u IS NULL THEN 0 ELSE 1 END
              FROM ${db.list(part, { i: 'id', k: 'name', x: 'key', b: 'text', s: 'id', l: 'id', p: 'int', u: 'int', d: 'int' })} WHERE true ${grammar.orIgnore('call_key')}`))
    },

    async take({ perSubject, limit, ...query }) {
      const shares = new Map(query.underWay)
      const taken: CallRow[] = []
      for (let isMore = true; isMore;) {
        const full = [...shares].filter(([, calls]) => calls >= perSubject).map(([subject]) => subject)
        const found = await firstDue(db, query, { exceptSubjects: full, limit: limit - taken.length })
        const due = withinShares(found, perSubject, shares)
        taken.push(...await lease(db, due, query))
        // Calls of a subject that has its share by now stood before those of others.
        isMore = due.length < found.length && taken.length < limit
      }
      return taken
    },

    async finish({ id, fence }, { status, nextAt, result, at }) {
      const moved = status === 'pending' ? verbatim('') : sql`status = ${status}, `
      const changed = await db.run(
        sql`UPDATE ${outbox} SET ${moved}lease_until = NULL, next_at = ${nextAt}, result = ${result}, changed_at = ${at}
             WHERE id = ${id} AND fence = ${fence} AND lease_until IS NOT NULL AND status IN ('pending', 'held')`)
      return changed > 0
    },

    async hold(topic, subjectId) {
      await db.run(sql`UPDATE ${outbox} SET status = 'held' WHERE ${about(topic, subjectId)} AND status = 'pending'`)
    },

    async release(topic, subjectId, at) {
      // One that is still under way is due when its lease ends.
      await db.run(
        sql`UPDATE ${outbox} SET status = 'pending', tries = 0, next_at = CASE WHEN lease_until IS NULL THEN ${at} ELSE lease_until END, changed_at = ${at}
             WHERE ${about(topic, subjectId)} AND status = 'held'`)
    },

    async again(ids, at) {
      if (ids.length === 0) return new Set()
      return new Set(await db.change({
        table: 'outbox', as: 'o', from: db.list(ids.map(i => ({ i })), { i: 'id' }), on: sql`o.id = j.i${grammar.narrowed('o.id', ids)}`,
        set: sql`status = 'pending', tries = 0, next_at = ${at}, changed_at = ${at}`, where: sql`${grammar.unindexed('o.status')} IN ('done', 'failed')`,
      }))
    },

    async remove({ topic, subjectId, lane, fromPosition, at }) {
      const which = [
        about(topic, subjectId),
        ...(lane === undefined ? [] : [sql`lane = ${lane} AND (lease_until IS NULL OR lease_until <= ${at})`]),
        ...(fromPosition === undefined ? [] : [sql`lane_position >= ${fromPosition}`]),
      ]
      await db.run(sql`DELETE FROM ${outbox} WHERE ${joined(which, ' AND ')}`)
    },
  }
}

/** The calls that have been due longest, the first of each lane alone. */
async function firstDue(db: Statements, { topic, at }: Pick<DueQuery, 'topic' | 'at'>, { exceptSubjects, limit }: { readonly exceptSubjects: readonly string[]; readonly limit: number }): Promise<readonly CallRow[]> {
  const outbox = db.table('outbox')
  const allowed = exceptSubjects.length === 0 ? verbatim('') : sql` AND (o.subject_id IS NULL OR o.subject_id NOT IN ${db.grammar.oneOf(exceptSubjects)})`
  const first = sql`(o.lane IS NULL OR NOT EXISTS (SELECT 1 FROM ${outbox} e
      WHERE e.subject_id = o.subject_id AND e.lane = o.lane AND e.status = 'pending' AND e.lane_position < o.lane_position))`
  const rows = await db.rows(
    sql`SELECT ${COLUMNS} FROM ${outbox} o WHERE o.status = 'pending' AND o.next_at <= ${at} AND o.topic = ${topic}${allowed} AND ${first} ORDER BY o.next_at, o.id ${db.grammar.limit(limit)}`)
  return rows.map(callRow)
}

/** Leases those of the calls that nobody else has leased meanwhile. */
async function lease(db: Statements, due: readonly CallRow[], { at, until }: Pick<DueQuery, 'at' | 'until'>): Promise<readonly CallRow[]> {
  if (due.length === 0) return []
  const won = new Set(await db.change({
    table: 'outbox', as: 'o', from: db.list(due.map(call => ({ i: call.id, n: call.fence })), { i: 'id', n: 'int' }),
    on: sql`o.id = j.i AND o.fence = j.n${db.grammar.narrowed('o.id', due.map(call => call.id))}`,
    set: sql`fence = o.fence + 1, tries = o.tries + 1, lease_until = ${until}, next_at = ${until}, changed_at = ${at}`,
    where: sql`o.status = 'pending' AND o.next_at <= ${at}`,
  }))
  return due.filter(call => won.has(call.id)).map(call => ({ ...call, fence: call.fence + 1, tries: call.tries + 1, leaseUntil: until, nextAt: until, changedAt: at }))
}

/** Calls in their order, without those that are too many of one subject. Counts the others in `shares`. */
function withinShares(calls: readonly CallRow[], perSubject: number, shares: Map<string, number>): readonly CallRow[] {
  return calls.filter(({ subjectId }) => {
    if (subjectId === null) return true
    const count = (shares.get(subjectId) ?? 0) + 1
    if (count <= perSubject) shares.set(subjectId, count)
    return count <= perSubject
  })
}

const COLUMNS = verbatim([
  'id', 'call_key', 'topic', 'body', 'status', 'tries', 'next_at', 'lease_until', 'result', 'created_at', 'fence', 'subject_id', 'lane', 'lane_position', 'changed_at',
].map(column => `o.${column}`).join(', '))

function finder(db: Statements): Finder<CallRow, CallFilter, 'createdAt'> {
  return {
    of: 'outbox', id: sql`o.id`, made: sql`o.created_at`,
    select: sql`SELECT ${COLUMNS} FROM ${db.table('outbox')} o`,
    filters: { topic: equal(sql`o.topic`), subjectId: equal(sql`o.subject_id`), lane: equal(sql`o.lane`), statuses: among(db, sql`o.status`, CALL_STATUSES) },
    sorts: { createdAt: { column: sql`o.created_at`, holds: 'integer' } },
    row: callRow,
  }
}

function callRow(row: Row): CallRow {
  const [lane, position] = [textOrNull(row, 'lane'), integerOrNull(row, 'lane_position')]
  return {
    id: text(row, 'id'), callKey: text(row, 'call_key'), topic: text(row, 'topic'), body: text(row, 'body'), status: text(row, 'status') as CallStatus, tries: integer(row, 'tries'),
    fence: integer(row, 'fence'), nextAt: integer(row, 'next_at'), leaseUntil: integerOrNull(row, 'lease_until'), result: textOrNull(row, 'result'), createdAt: integer(row, 'created_at'),
    subjectId: textOrNull(row, 'subject_id'), lane: lane === null ? null : { id: lane, position: position ?? 0 }, changedAt: integerOrNull(row, 'changed_at'),
  }
}
