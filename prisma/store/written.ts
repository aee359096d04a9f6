import { ERASED_TEXT } from '../../sdk/data-model/erasure.js'
import { WRITTEN_TEXTS, type Rewriting, type WrittenLately, type WrittenPage, type WrittenQuery, type WrittenRow, type WrittenStretch, type WrittenTable } from '../../sdk/ports/privacy-operations.js'
import type { ListColumn } from './grammar.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** Who wrote a row, where that is kept. */
const ACTORS: Readonly<Record<WrittenTable, readonly ('actor_id' | 'actor_name')[]>> = {
  block: ['actor_id'], qualification_event: ['actor_id'], qualification: [], decision: ['actor_id', 'actor_name'], webhook: ['actor_id'], outbox: [], audit: ['actor_id'],
}
/** Columns that hold JSON, in which signs of a name may be escaped. */
const JSON_COLUMNS: ReadonlySet<string> = new Set(['outbox.body', 'outbox.result', 'audit.body'])
/** Of these there are few, and nothing says when they were last changed. */
const SMALL: ReadonlySet<WrittenTable> = new Set(['qualification', 'webhook'])

/** A stretch of a table: what in it was written about a worker, by somebody of a name, or with the name in it. */
export async function writtenRows(db: Statements, table: WrittenTable, { after, rows: count, ...query }: WrittenStretch): Promise<WrittenPage> {
  const [last] = await db.rows(sql`SELECT max(y.id) AS id, count(*) AS looked_at FROM (SELECT x.id FROM ${db.table(table)} x WHERE x.id > ${after} ORDER BY x.id ${db.grammar.limit(count)}) y`)
  const upTo = last ? textOrNull(last, 'id') : null
  if (!last || upTo === null) return { rows: [], next: null }
  const rows = await wanted(db, table, { query, among: sql`x.id > ${after} AND x.id <= ${upTo}` })
  return { rows, next: integer(last, 'looked_at') < count ? null : upTo }
}

/** What of it was written or changed lately. */
export async function writtenRowsSince(db: Statements, table: WrittenTable, { since, ...query }: WrittenLately): Promise<readonly WrittenRow[]> {
  const changed = table === 'outbox' ? sql`(x.created_at >= ${since} OR x.changed_at >= ${since})` : sql`x.created_at >= ${since}`
  return wanted(db, table, { query, among: SMALL.has(table) ? verbatim('1 = 1') : changed })
}

async function wanted(db: Statements, table: WrittenTable, { query: { workerId, name }, among }: { readonly query: WrittenQuery; readonly among: Sql }): Promise<readonly WrittenRow[]> {
  const { grammar } = db
  const isAbout = aboutWorker(db, table, workerId)
  const columns = WRITTEN_TEXTS[table].map(column => verbatim(`x.${column}`))
  const holdsName = WRITTEN_TEXTS[table].map((column, index) => grammar.contains(columns[index] ?? verbatim(''), JSON_COLUMNS.has(`${table}.${column}`) ? JSON.stringify(name).slice(1, -1) : name))
  const why = [
    ...holdsName, ...(isAbout ? [isAbout] : []), ...(ACTORS[table].length > 0 ? [sql`x.actor_id = ${name}`] : []),
    // A decision that did not do has no row of its own: whose unit it was about, only its body says.
    ...(table === 'audit' ? [grammar.contains(verbatim('x.body'), workerId), sql`(x.subject = 'decision' AND ${grammar.contains(verbatim('x.body'), '"note":"')})`] : []),
  ]
  const selected = [...columns.map((column, index) => sql`${column} AS text_${verbatim(String(index))}`), ...ACTORS[table].map(actor => verbatim(`x.${actor}`))]
  const rows = await db.rows(
    sql`SELECT x.id, CASE WHEN ${isAbout ?? verbatim('1 = 0')} THEN 1 ELSE 0 END AS is_about, ${joined(selected, ', ')}
          FROM ${db.table(table)} x WHERE ${among} AND (${joined(why, ' OR ')})`)
  return rows.map(row => writtenRow(row, columns.length))
}

/** Puts other words in place of what was written, unless it was changed meanwhile. */
export async function rewriteWritten(db: Statements, table: WrittenTable, rewritings: readonly Rewriting[]): Promise<boolean> {
  if (rewritings.length === 0) return true
  const texts = WRITTEN_TEXTS[table].map((column, index) => ({ column, index, from: 'abc'.charAt(index), to: 'def'.charAt(index) }))
  const actors = ACTORS[table].map((column, index) => ({ column, key: index === 0 ? 'k' : 'n' }))
  const rows = rewritings.map(({ before, after }) => ({
    i: before.id, x: before.actorId, k: after.actorId, n: after.actorName,
    ...Object.fromEntries(texts.flatMap(({ index, from, to }) => [[from, before.texts[index]], [to, after.texts[index]]])),
  }))
  const columns: Record<string, ListColumn> = { i: 'id', x: 'name', k: 'name', n: 'name', ...Object.fromEntries(texts.flatMap(({ from, to }) => [[from, 'text' as const], [to, 'text' as const]])) }
  const changes = [...texts.map(({ column, to }) => `${column} = j.${to}`), ...actors.map(({ column, key }) => `${column} = j.${key}`)]
  const isSame = [
    ...texts.map(({ column, from }) => `(x.${column} = j.${from} OR (x.${column} IS NULL AND j.${from} IS NULL))`), ...(actors.length > 0 ? ['x.actor_id = j.x'] : []),
  ]
  const changed = await db.change({
    table, as: 'x', from: db.list(rows, columns), on: sql`x.id = j.i${db.grammar.narrowed('x.id', rewritings.map(({ before }) => before.id))}`,
    set: verbatim(changes.join(', ')), where: verbatim(isSame.join(' AND ')),
  })
  return changed.length === rewritings.length
}

/**
 * Whether row `x` is about the worker, or of the same act as one that is: then it has the same words, or had them until the
 * worker's row lost them. Null where no row says whom it is about.
 */
function aboutWorker(db: Statements, table: WrittenTable, workerId: string): Sql | null {
  switch (table) {
    case 'audit': case 'qualification': case 'webhook': case 'outbox': return null
    // Found by the worker's attempts: decisions have no index by worker.
    case 'decision': return sql`(x.worker_id = ${workerId} OR x.batch_id IN (SELECT y.batch_id FROM ${db.table('agent')} a JOIN ${db.table('decision')} y ON y.unit_id = a.unit_id AND y.worker_id = a.worker_id
        WHERE a.worker_id = ${workerId}))`
    case 'block': case 'qualification_event': return sql`(x.worker_id = ${workerId} OR EXISTS (SELECT 1 FROM ${db.table(table)} y
        WHERE y.worker_id = ${workerId} AND y.created_at = x.created_at AND (y.reason = x.reason OR y.reason = ${ERASED_TEXT})))`
  }
}

function writtenRow(row: Row, texts: number): WrittenRow {
  return {
    id: text(row, 'id'), isAbout: integer(row, 'is_about') === 1, texts: Array.from({ length: texts }, (_, index) => textOrNull(row, `text_${String(index)}`)),
    actorId: textOrNull(row, 'actor_id'), actorName: textOrNull(row, 'actor_name'),
  }
}
