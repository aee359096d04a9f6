import type { WrittenQuery, WrittenRow, WrittenTable } from '../../sdk/ports/privacy-operations.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** The column that people write into. */
const TEXTS = { block: 'reason', qualification_event: 'reason', decision: 'note', audit: 'body' } as const satisfies Record<WrittenTable, string>

/** What was written about a worker, by somebody of a name, or with the name in it: one portion, by id. */
export async function writtenRows(db: Statements, table: WrittenTable, { workerId, name, after, limit }: WrittenQuery): Promise<readonly WrittenRow[]> {
  const { grammar } = db
  const column = verbatim(`x.${TEXTS[table]}`)
  const isAbout = aboutWorker(db, table, workerId)
  // A decision that did not do has no row of its own: whose unit it was about, only its body says.
  const mayBeAbout = table === 'audit'
    ? sql`(${grammar.contains(column, workerId)} OR ${grammar.contains(column, JSON.stringify(name).slice(1, -1))} OR (x.subject = 'decision' AND ${grammar.contains(column, '"note":"')}))`
    : sql`(${isAbout} OR ${grammar.contains(column, name)})`
  const rows = await db.rows(
    sql`SELECT x.id, ${column} AS written, x.actor_id, ${table === 'decision' ? verbatim('x.actor_name') : verbatim('NULL')} AS actor_name, CASE WHEN ${isAbout} THEN 1 ELSE 0 END AS is_about
          FROM ${db.table(table)} x WHERE x.id > ${after} AND (x.actor_id = ${name} OR ${mayBeAbout}) ORDER BY x.id ${grammar.limit(limit)}`)
  return rows.map(writtenRow)
}

/** Puts other words in place of what was written. */
export async function rewriteWritten(db: Statements, table: WrittenTable, rows: readonly WrittenRow[]): Promise<void> {
  if (rows.length === 0) return
  const changes = rows.map(row => ({ i: row.id, t: row.text, a: row.actorId, n: row.actorName }))
  await db.change({
    table, as: 'x', from: db.list(changes, { i: 'id', t: 'text', a: 'name', n: 'name' }), on: sql`x.id = j.i${db.grammar.narrowed('x.id', rows.map(row => row.id))}`,
    set: sql`${verbatim(TEXTS[table])} = j.t, actor_id = j.a${verbatim(table === 'decision' ? ', actor_name = j.n' : '')}`, where: verbatim('1 = 1'),
  })
}

/** Whether row `x` is about the worker, or of the same act as one that is: then it has the same words. */
function aboutWorker(db: Statements, table: WrittenTable, workerId: string): Sql {
  switch (table) {
    case 'audit': return verbatim('1 = 0')
    case 'decision': return sql`(x.worker_id = ${workerId} OR x.batch_id IN (SELECT y.batch_id FROM ${db.table('decision')} y WHERE y.worker_id = ${workerId}))`
    case 'block': case 'qualification_event': return sql`(x.worker_id = ${workerId} OR EXISTS (SELECT 1 FROM ${db.table(table)} y
        WHERE y.worker_id = ${workerId} AND y.actor_id = x.actor_id AND y.created_at = x.created_at AND y.reason = x.reason))`
  }
}

function writtenRow(row: Row): WrittenRow {
  return { id: text(row, 'id'), isAbout: integer(row, 'is_about') === 1, text: textOrNull(row, 'written'), actorId: text(row, 'actor_id'), actorName: textOrNull(row, 'actor_name') }
}
