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

/** What rows of one act have the same besides their time and words, where an act has rows of several workers and no id. */
const OF_ONE_ACT: Readonly<Partial<Record<WrittenTable, readonly string[]>>> = { block: ['scope'], qualification_event: ['qualification_id', 'verb'] }

/** A stretch of a table: what in it was written about a worker, by a principal, or with the name in it. */
export async function writtenRows(db: Statements, table: WrittenTable, { after, rows: count, before, ...query }: WrittenStretch): Promise<WrittenPage> {
  const [last] = await db.rows(sql`SELECT max(y.id) AS id, count(*) AS looked_at FROM (SELECT x.id FROM ${db.table(table)} x WHERE x.id > ${after} ORDER BY x.id ${db.grammar.limit(count)}) y`)
  const upTo = last ? textOrNull(last, 'id') : null
  if (!last || upTo === null) return { rows: [], next: null }
  const rows = await wanted(db, table, { query, among: sql`x.id > ${after} AND x.id <= ${upTo}${before === undefined ? verbatim('') : sql` AND x.created_at < ${before}`}` })
  return { rows, next: integer(last, 'looked_at') < count ? null : upTo }
}

/** What of it was written or changed lately, and the rows of acts about the worker. */
export async function writtenRowsSince(db: Statements, table: WrittenTable, { since, ...query }: WrittenLately): Promise<readonly WrittenRow[]> {
  const recent = [sql`x.created_at >= ${since}`, ...(table === 'outbox' ? [sql`x.changed_at >= ${since}`] : []), ...(OF_ONE_ACT[table] ? [sql`x.worker_id = ${query.workerId}`, atTheirTimes(db, table, query.workerId)] : [])]
  return wanted(db, table, { query, among: SMALL.has(table) ? verbatim('1 = 1') : sql`(${joined(recent, ' OR ')})` })
}

async function wanted(db: Statements, table: WrittenTable, { query, among }: { readonly query: WrittenQuery; readonly among: Sql }): Promise<readonly WrittenRow[]> {
  const isAbout = aboutWorker(db, table, query.workerId)
  const columns = WRITTEN_TEXTS[table].map(column => verbatim(`x.${column}`))
  const selected = [...columns.map((column, index) => sql`${column} AS text_${verbatim(String(index))}`), ...ACTORS[table].map(actor => verbatim(`x.${actor}`))]
  const rows = await db.rows(
    sql`SELECT x.id, ${oneOrZero(isAbout)} AS is_about, ${oneOrZero(OF_ONE_ACT[table] ? sql`x.worker_id = ${query.workerId}` : null)} AS finds_others,
               ${table === 'audit' ? sql`(SELECT r.provider FROM ${db.table('task_run')} r WHERE x.subject = 'task_run' AND r.id = x.subject_id)` : verbatim('NULL')} AS provider, ${joined(selected, ', ')}
          FROM ${db.table(table)} x WHERE ${among} AND (${joined(reasons(db, table, query), ' OR ')})`)
  return rows.map(row => writtenRow(row, columns.length))
}

/** Why a row is wanted: each of these will do. */
function reasons(db: Statements, table: WrittenTable, { workerId, name, principalId }: WrittenQuery): readonly Sql[] {
  const { grammar } = db
  const isAbout = aboutWorker(db, table, workerId)
  return [
    ...WRITTEN_TEXTS[table].map(column => grammar.contains(verbatim(`x.${column}`), JSON_COLUMNS.has(`${table}.${column}`) ? JSON.stringify(name).slice(1, -1) : name)),
    ...(isAbout ? [isAbout] : []), ...(ACTORS[table].length > 0 && principalId !== null ? [sql`x.actor_id = ${principalId}`] : []),
    // A decision that did not do has no row of its own: whose unit it was about, only its body says.
    ...(table === 'audit' ? [grammar.contains(verbatim('x.body'), workerId), sql`(x.subject = 'decision' AND (${grammar.contains(verbatim('x.body'), '"note":"')} OR ${grammar.contains(verbatim('x.body'), '"message":"')}))`] : []),
    ...(table === 'audit' && principalId !== null ? [grammar.contains(verbatim('x.body'), `"by":${JSON.stringify(principalId)}`)] : []),
  ]
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
 * Whether row `x` is about the worker, or of the same act as one that is: then it has the same words, as long as the worker's
 * row has them. Null where no row says whom it is about.
 */
function aboutWorker(db: Statements, table: WrittenTable, workerId: string): Sql | null {
  switch (table) {
    case 'audit': case 'qualification': case 'webhook': case 'outbox': return null
    // Found by the worker's attempts: decisions have no index by worker.
    case 'decision': return sql`(x.worker_id = ${workerId} OR x.batch_id IN (SELECT y.batch_id FROM ${db.table('agent')} a JOIN ${db.table('decision')} y ON y.unit_id = a.unit_id AND y.worker_id = a.worker_id
        WHERE a.worker_id = ${workerId}))`
    case 'block': case 'qualification_event': {
      const same = ['created_at', 'reason', ...OF_ONE_ACT[table] ?? []].map(column => `y.${column} = x.${column}`).join(' AND ')
      return sql`(x.worker_id = ${workerId} OR (${atTheirTimes(db, table, workerId)} AND EXISTS (SELECT 1 FROM ${db.table(table)} y WHERE y.worker_id = ${workerId} AND ${verbatim(same)})))`
    }
  }
}

/** Whether row `x` was written when one of the worker's was. Asked once for the whole table. */
function atTheirTimes(db: Statements, table: WrittenTable, workerId: string): Sql {
  return sql`x.created_at IN (SELECT z.created_at FROM ${db.table(table)} z WHERE z.worker_id = ${workerId})`
}

function oneOrZero(condition: Sql | null): Sql {
  return condition ? sql`CASE WHEN ${condition} THEN 1 ELSE 0 END` : verbatim('0')
}

function writtenRow(row: Row, texts: number): WrittenRow {
  return {
    id: text(row, 'id'), isAbout: integer(row, 'is_about') === 1, findsOthers: integer(row, 'finds_others') === 1, provider: textOrNull(row, 'provider'), texts: Array.from({ length: texts }, (_, index) => textOrNull(row, `text_${String(index)}`)),
    actorId: textOrNull(row, 'actor_id'), actorName: textOrNull(row, 'actor_name'),
  }
}
