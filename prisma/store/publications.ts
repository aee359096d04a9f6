import { SPECIAL_RANK } from '../../sdk/data-model/features.js'
import { PUBLICATION_STATUSES, TO_PUBLISH, type PublicationStatus } from '../../sdk/data-model/publication.js'
import type { PublicationCounts, PublicationOperations, PublicationRow } from '../../sdk/ports/publication-operations.js'
import { sql, verbatim } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** What is shown at providers. */
export function publicationOperations(db: Statements): PublicationOperations {
  const { grammar } = db
  const [publication, unit] = [db.table('publication'), db.table('unit')]
  const [rank, number] = [db.column('rank'), db.column('number')]
  return {
    async get(id) {
      const [row] = await db.rows(sql`SELECT p.* FROM ${publication} p WHERE p.id = ${id}`)
      return row ? publicationRow(row) : null
    },

    async unpublished(runId, limit) {
      const rows = await db.rows(
        sql`SELECT u.id FROM ${unit} u WHERE u.run_id = ${runId} AND u.status = 'created' AND (SELECT 1 FROM ${publication} p WHERE p.id = u.id) IS NULL
            ORDER BY u.${rank} ${grammar.limit(limit)}`)
      return rows.map(row => text(row, 'id'))
    },

    async add(runId, ids, { number: first, at }) {
      if (ids.length === 0) return
      await db.run(
        sql`INSERT INTO ${publication} (id, run_id, status, ${number}, created_at, changed_at)
            SELECT j.i, ${runId}, 'publishing', ${first}, ${at}, ${at} FROM ${db.list(ids.map(i => ({ i })), { i: 'id' })}`)
    },

    async move(ids, { from, to, number: next, at }) {
      if (ids.length === 0) return new Set()
      const numbered = next === undefined ? verbatim('') : sql`, ${number} = ${next}`
      return new Set(await db.change({
        table: 'publication', as: 'p', from: db.list(ids.map(i => ({ i })), { i: 'id' }), on: sql`p.id = j.i${grammar.narrowed('p.id', ids)}`,
        set: sql`status = ${to}, changed_at = ${at}${numbered}`, where: sql`${grammar.unindexed('p.status')} IN (${listed(from)})`,
      }))
    },

    async keepRef(id, ref) {
      await db.run(sql`UPDATE ${publication} SET ref = ${ref} WHERE id = ${id}`)
    },

    async upTo(runId, last) {
      const rows = await db.rows(sql`SELECT p.id FROM ${publication} p WHERE p.run_id = ${runId} AND p.status IN (${listed(TO_PUBLISH)}) AND p.${number} <= ${last} AND p.id <> ${runId}`)
      return rows.map(row => text(row, 'id'))
    },

    async countPlaces(runId, last) {
      const [row] = await db.rows(
        sql`SELECT count(*) AS places FROM ${publication} p JOIN ${unit} u ON u.id = p.id
             WHERE p.run_id = ${runId} AND (p.status = 'published' OR (p.status = 'withdrawn' AND u.status <> 'expired') OR (p.status IN (${listed(TO_PUBLISH)}) AND p.${number} <= ${last}))`)
      return row ? integer(row, 'places') : 0
    },

    async launch(unitIds) {
      if (unitIds.length === 0) return 0
      return db.run(sql`UPDATE ${unit} SET status = 'launched' WHERE ${grammar.among('id', unitIds)} AND ${grammar.unindexed('status')} = 'created'`)
    },

    async countLive(runId) {
      const [row] = await db.rows(
        sql`SELECT (SELECT count(*) FROM ${unit} u WHERE u.run_id = ${runId} AND u.status = 'launched') AS launched,
                   (SELECT count(*) FROM ${unit} u WHERE u.run_id = ${runId} AND u.status = 'assigned' AND u.${rank} <> ${SPECIAL_RANK}) AS assigned`)
      return row ? integer(row, 'launched') + integer(row, 'assigned') : 0
    },

    async countUnits(runId, statuses, atMost) {
      const these = sql`FROM ${publication} p WHERE p.run_id = ${runId} AND p.status IN (${listed(statuses)}) AND p.id <> ${runId}`
      const [row] = await db.rows(atMost === undefined ? sql`SELECT count(*) AS units ${these}` : sql`SELECT count(*) AS units FROM (SELECT p.id ${these} ${grammar.limit(atMost)}) x`)
      return row ? integer(row, 'units') : 0
    },

    async counts(runId) {
      const rows = await db.rows(sql`SELECT p.status, count(*) AS units FROM ${publication} p WHERE p.run_id = ${runId} AND p.id <> ${runId} GROUP BY p.status`)
      const found = new Map(rows.map(row => [text(row, 'status'), integer(row, 'units')]))
      return Object.fromEntries(PUBLICATION_STATUSES.map(status => [status, found.get(status) ?? 0])) as PublicationCounts
    },
  }
}

function listed(statuses: readonly PublicationStatus[]): ReturnType<typeof verbatim> {
  return verbatim(statuses.map(status => `'${status}'`).join(', '))
}

function publicationRow(row: Row): PublicationRow {
  return {
    id: text(row, 'id'), runId: text(row, 'run_id'), status: text(row, 'status') as PublicationStatus, number: integer(row, 'number'), ref: textOrNull(row, 'ref'),
    createdAt: integer(row, 'created_at'), changedAt: integer(row, 'changed_at'),
  }
}
