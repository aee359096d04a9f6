import { LIKE_ERASED_NAME } from '../../sdk/data-model/erasure.js'
import type { Assignee, AssigneeOperations, AssigneePair } from '../../sdk/ports/assignee-operations.js'
import { attemptPieces } from './attempts-at-items.js'
import { blockOf } from './block-of.js'
import { inParts } from './in-parts.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** Whom items are for. Everything is found by the key, or by the index that has a worker's items of a run in the order of their ranks. */
export function assigneeOperations(db: Statements): AssigneeOperations {
  const { grammar } = db
  const [assignee, unit, worker, assignment] = [db.table('assignee'), db.table('unit'), db.table('worker'), db.table('assignment')]
  const rank = db.column('rank')
  const { closed, anAttempt } = attemptPieces(db)
  /** 1 where the worker has no more to do at the item; NULL where they may have. */
  const isClosed = (workerId: Sql, assignmentId: Sql): Sql => sql`(${anAttempt(workerId, assignmentId, sql` AND ${closed}`)})`
  const pairColumns = { s: 'id', w: 'id' } as const
  const pairList = (pairs: readonly AssigneePair[]) => pairs.map(({ assignmentId, workerId }) => ({ s: assignmentId, w: workerId }))
  /** Found by its item, of which there are few: a person may have had thousands. */
  const isPair = sql`x.assignment_id = j.s AND ${grammar.unindexed('x.worker_id')} = j.w`
  const narrowedTo = (assignmentIds: readonly string[]): Sql => grammar.narrowed('x.assignment_id', [...new Set(assignmentIds)])

  return {
    async items({ runId, workerId, status, afterRank, limit }) {
      const own = grammar.ranked(
        [{ column: verbatim('x.worker_id'), value: workerId }, { column: verbatim('x.run_id'), value: runId }, { column: verbatim('x.status'), value: status }],
        { column: sql`x.${rank}`, from: afterRank + 1 })
      // Of the few units of an item. Its rank plus 0 is in no index: PostgreSQL would look through all that is free for the smallest one.
      const free = sql`SELECT u.id FROM ${unit} u WHERE u.assignment_id = o.assignment_id AND ${grammar.unindexed('u.status')} = 'launched' ORDER BY u.${rank} + 0 ${grammar.limit(1)}`
      const search =
        sql`SELECT o.assignment_id, o.own_rank, (${free}) AS unit_id, ${isClosed(sql`${workerId}`, verbatim('o.assignment_id'))} AS closed
              FROM (SELECT x.assignment_id, x.${rank} AS own_rank FROM ${assignee} x WHERE ${own.where} ORDER BY ${own.order} ${grammar.limit(limit)}) o`
      const rows = await (grammar.ordersInTransactions ? db.atomically(tx => tx.rows(search)) : db.rows(search))
      return rows.map(row => ({ assignmentId: text(row, 'assignment_id'), rank: integer(row, 'own_rank'), unitId: textOrNull(row, 'unit_id'), isClosed: row['closed'] !== null }))
        .sort((a, b) => a.rank - b.rank)
    },

    async among(pairs) {
      if (pairs.length === 0) return new Set()
      const rows = await db.rows(
        sql`SELECT x.assignment_id, x.worker_id FROM ${db.list(pairList(pairs), pairColumns)} ${grammar.lookUp} ${assignee} x
              ON ${isPair}${narrowedTo(pairs.map(pair => pair.assignmentId))}`)
      return new Set(rows.map(row => `${text(row, 'worker_id')}/${text(row, 'assignment_id')}`))
    },

    async of(assignmentIds) {
      if (assignmentIds.length === 0) return []
      const rows = await db.rows(
        sql`SELECT x.assignment_id, x.worker_id, (SELECT w.external_id FROM ${worker} w WHERE w.id = x.worker_id) AS external_id, ${isClosed(verbatim('x.worker_id'), verbatim('x.assignment_id'))} AS closed
              FROM ${assignee} x WHERE ${grammar.among('x.assignment_id', assignmentIds)} ORDER BY x.assignment_id, x.worker_id`)
      return rows.map(assigneeOf)
    },

    async add(runId, notes) {
      const rows = notes.map(note => ({ s: note.assignmentId, w: note.workerId, x: note.status, r: note.rank }))
      if (rows.length === 0) return
      await inParts(rows, part => db.run(
        sql`INSERT INTO ${assignee} (assignment_id, worker_id, run_id, status, ${rank})
            SELECT j.s, j.w, ${runId}, j.x, j.r FROM ${db.list(part, { ...pairColumns, x: 'key', r: 'int' })} WHERE true ${grammar.orIgnore('run_id')}`))
    },

    async remove(assignmentId, workerIds) {
      if (workerIds.length > 0) await db.run(sql`DELETE FROM ${assignee} WHERE assignment_id = ${assignmentId} AND ${grammar.unindexed('worker_id')} IN ${grammar.oneOf(workerIds)}`)
    },

    async note(notes) {
      if (notes.length === 0) return
      await db.change({
        table: 'assignee', as: 'x', returned: 'assignment_id', from: db.list(notes.map(note => ({ s: note.assignmentId, w: note.workerId, x: note.status, r: note.rank })), { ...pairColumns, x: 'key', r: 'int' }),
        on: sql`${isPair}${narrowedTo(notes.map(note => note.assignmentId))}`, set: sql`status = j.x, ${rank} = j.r`, where: verbatim('1 = 1'),
      })
    },

    async freed(unitIds) {
      if (unitIds.length === 0) return
      const items = (await db.rows(sql`SELECT u.assignment_id, min(u.${rank}) AS lowest_rank FROM ${unit} u WHERE ${grammar.among('u.id', unitIds)} GROUP BY u.assignment_id`))
        .map(row => ({ s: text(row, 'assignment_id'), r: integer(row, 'lowest_rank') }))
      if (items.length === 0) return
      await db.change({
        table: 'assignee', as: 'x', returned: 'assignment_id', from: db.list(items, { s: 'id', r: 'int' }), on: sql`x.assignment_id = j.s${narrowedTo(items.map(item => item.s))}`,
        set: sql`status = CASE WHEN x.status IN ('open', 'waiting') THEN 'open' ELSE 'again' END, ${rank} = CASE WHEN j.r < x.${rank} THEN j.r ELSE x.${rank} END`, where: verbatim('1 = 1'),
      })
    },

    async fewest(runId) {
      const [row] = await db.rows(
        sql`SELECT min(c.people) AS fewest FROM (SELECT (SELECT count(*) FROM ${assignee} x WHERE x.assignment_id = s.id) AS people FROM ${assignment} s WHERE s.run_id = ${runId} AND s.position >= 0) c`)
      return row && row['fewest'] !== null ? integer(row, 'fewest') : 0
    },

    async stranded(runId, at, limit) {
      const people = await db.rows(
        sql`SELECT rw.worker_id, CASE WHEN ${blockOf(db, verbatim('rw.worker_id'), { runId, at })} IS NOT NULL OR (SELECT w.external_id FROM ${worker} w WHERE w.id = rw.worker_id) LIKE ${LIKE_ERASED_NAME} THEN 1 ELSE 0 END AS is_gone
              FROM ${db.table('run_worker')} rw WHERE rw.run_id = ${runId}`)
      const [gone, present] = [1, 0].map(is => people.filter(row => integer(row, 'is_gone') === is).map(row => text(row, 'worker_id'))) as [string[], string[]]
      const suspects = new Set<string>()
      // A unit came back that somebody had had: nothing else leaves one to those who can have no more of its item.
      for (const [workerIds, statuses] of [[gone, ['open', 'again', 'waiting', 'done']], [present, ['again', 'done']]] as const) {
        if (workerIds.length === 0 || suspects.size >= limit) continue
        const rows = await db.rows(
          sql`SELECT DISTINCT x.assignment_id FROM ${assignee} x WHERE ${grammar.among('x.worker_id', workerIds)} AND x.run_id = ${runId} AND x.status IN (${verbatim(statuses.map(status => `'${status}'`).join(', '))}) ${grammar.limit(limit)}`)
        for (const row of rows) suspects.add(text(row, 'assignment_id'))
      }
      if (suspects.size === 0) return []
      const isGone = gone.length === 0 ? verbatim('') : sql` AND x.worker_id NOT IN ${grammar.oneOf(gone)}`
      const rows = await db.rows(
        sql`SELECT s.id, (SELECT count(*) FROM ${unit} u WHERE u.assignment_id = s.id AND ${grammar.unindexed('u.status')} IN ('created', 'launched')) AS units,
                   (SELECT count(*) FROM ${assignee} x WHERE x.assignment_id = s.id${isGone} AND ${isClosed(verbatim('x.worker_id'), verbatim('s.id'))} IS NULL) AS people
              FROM ${assignment} s WHERE ${grammar.among('s.id', [...suspects])} ORDER BY s.position`)
      return rows.flatMap(row => {
        const units = integer(row, 'units') - integer(row, 'people')
        return units > 0 ? [{ assignmentId: text(row, 'id'), units }] : []
      })
    },
  }
}

function assigneeOf(row: Row): Assignee {
  return { assignmentId: text(row, 'assignment_id'), workerId: text(row, 'worker_id'), externalId: text(row, 'external_id'), isClosed: row['closed'] !== null }
}
