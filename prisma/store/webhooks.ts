import { WEBHOOK_STATUSES, type WebhookScope, type WebhookStatus } from '../../sdk/data-model/webhook-words.js'
import type { WebhookChange, WebhookFilter, WebhookOperations, WebhookRow } from '../../sdk/ports/webhook-operations.js'
import { changeOne } from './entities/change-one.js'
import { checkedId, checkedInstant, checkedName, checkedText } from './entities/checked.js'
import { explained } from './entities/explained.js'
import { among, equal, lookedUp } from './filters.js'
import { reading, type Finder } from './find.js'
import { joined, sql, verbatim, type Sql } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** Webhooks, and how far each has come in every run's feed. */
export function webhookOperations(db: Statements): WebhookOperations {
  const { grammar } = db
  const webhook = db.table('webhook')
  const cursor = db.table('webhook_cursor')
  const run = db.table('task_run')
  /** Whether a run `r` is one that a webhook `w` is told about. */
  const inScope = sql`(w.scope = 'all' OR (w.scope = 'run' AND w.scope_id = r.id) OR (w.scope = 'task' AND w.scope_id = r.task_id)
      OR (w.scope = 'project' AND r.task_id IN (SELECT t.id FROM ${db.table('task')} t WHERE t.project_id = w.scope_id)))`
  return {
    ...reading(db, finder),

    async create(row) {
      await explained(
        db.run(
          sql`INSERT INTO ${webhook} (id, url, event_types, scope, scope_id, status, secret, secret_version, actor_id, created_at)
              VALUES (${checkedId(row.id, 'id')}, ${checkedText(row.url, 'url')}, ${row.eventTypes === null ? null : JSON.stringify(row.eventTypes)}, ${row.scope}, ${row.scopeId}, 'active',
                      ${row.secret}, 1, ${checkedName(row.actorId, 'actorId')}, ${checkedInstant(row.createdAt, 'createdAt')})`),
        { already_exists: `There is a webhook ${row.id} already; this was done before.` })
      await db.run(
        sql`INSERT INTO ${cursor} (webhook_id, run_id, feed) SELECT w.id, r.id, r.feed FROM ${webhook} w JOIN ${run} r ON ${inScope} WHERE w.id = ${row.id} AND r.feed > 0`)
    },

    async update(id, change) {
      const changes = Object.entries(changed(change)).map(([column, value]) => sql`${verbatim(column)} = ${value}`)
      if (changes.length > 0) await changeOne(db, 'webhook', { id, set: joined(changes, ', ') })
    },

    async delete(id) {
      const wanted = lookedUp(id, 'id')
      return db.atomically(async tx => {
        await tx.run(sql`DELETE FROM ${cursor} WHERE webhook_id = ${wanted}`)
        return (await tx.run(sql`DELETE FROM ${webhook} WHERE id = ${wanted}`)) > 0
      })
    },

    async behind({ runIds, topic, most, limit }) {
      if (runIds?.length === 0) return []
      const told = sql`coalesce(c.feed, 0)`
      const waiting = sql`(SELECT count(*) FROM ${db.table('outbox')} o WHERE o.subject_id = w.id AND o.lane = r.id AND o.status = 'pending' AND o.topic = ${topic})`
      const only = runIds === undefined ? verbatim('') : sql` AND ${grammar.among('r.id', runIds)}`
      const rows = await db.rows(
        sql`SELECT w.id AS webhook_id, w.event_types, r.id AS run_id, ${told} AS told FROM ${webhook} w JOIN ${run} r ON ${inScope}
              LEFT JOIN ${cursor} c ON c.webhook_id = w.id AND c.run_id = r.id
             WHERE w.status = 'active' AND r.feed > ${told}${only} AND ${waiting} < ${most} ${grammar.limit(limit)}`)
      return rows.map(row => ({ webhookId: text(row, 'webhook_id'), eventTypes: eventTypesOf(row), runId: text(row, 'run_id'), feed: integer(row, 'told') }))
    },

    async advance({ webhookId, runId }, from, to) {
      if (from === 0) await db.run(sql`INSERT INTO ${cursor} (webhook_id, run_id, feed) SELECT w.id, ${runId}, 0 FROM ${webhook} w WHERE w.id = ${webhookId} ${grammar.orIgnore('feed')}`)
      return (await db.run(sql`UPDATE ${cursor} SET feed = ${to} WHERE webhook_id = ${webhookId} AND run_id = ${runId} AND feed = ${from}`)) > 0
    },

    async skip(runId) {
      await db.run(
        sql`INSERT INTO ${cursor} (webhook_id, run_id, feed) SELECT w.id, r.id, r.feed FROM ${webhook} w JOIN ${run} r ON ${inScope} WHERE r.id = ${runId} AND r.feed > 0 ${grammar.orIgnore('webhook_id')}`)
    },

    async position({ webhookId, runId }) {
      const [row] = await db.rows(sql`SELECT feed FROM ${cursor} WHERE webhook_id = ${webhookId} AND run_id = ${runId} ${grammar.forUpdate}`)
      return row ? integer(row, 'feed') : null
    },
  }
}

const COLUMNS = {
  status: 'status', pauseReason: 'pause_reason', secret: 'secret', secretVersion: 'secret_version', previousSecret: 'previous_secret', previousUntil: 'previous_until', failingSince: 'failing_since',
} as const satisfies Record<keyof WebhookChange, string>

/** What is given, by column. */
function changed(change: WebhookChange): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(COLUMNS).flatMap(([name, column]) => {
    const value = change[name as keyof WebhookChange]
    return value === undefined ? [] : [[column, value]]
  }))
}

function finder(db: Statements): Finder<WebhookRow, WebhookFilter, 'createdAt'> {
  const select: Sql = sql`SELECT w.id, w.url, w.event_types, w.scope, w.scope_id, w.status, w.pause_reason, w.secret, w.secret_version, w.previous_secret, w.previous_until,
      w.failing_since, w.actor_id, w.created_at FROM ${db.table('webhook')} w`
  return {
    of: 'webhook', id: sql`w.id`, made: sql`w.created_at`, select,
    filters: { statuses: among(db, sql`w.status`, WEBHOOK_STATUSES), scopeId: equal(sql`w.scope_id`) },
    sorts: { createdAt: { column: sql`w.created_at`, holds: 'integer' } },
    row: webhookRow,
  }
}

function webhookRow(row: Row): WebhookRow {
  return {
    id: text(row, 'id'), url: text(row, 'url'), eventTypes: eventTypesOf(row), scope: text(row, 'scope') as WebhookScope, scopeId: textOrNull(row, 'scope_id'),
    status: text(row, 'status') as WebhookStatus, pauseReason: textOrNull(row, 'pause_reason'), secret: text(row, 'secret'), secretVersion: integer(row, 'secret_version'),
    previousSecret: textOrNull(row, 'previous_secret'), previousUntil: integerOrNull(row, 'previous_until'), failingSince: integerOrNull(row, 'failing_since'),
    actorId: text(row, 'actor_id'), createdAt: integer(row, 'created_at'),
  }
}

function eventTypesOf(row: Row): readonly string[] | null {
  const types = textOrNull(row, 'event_types')
  return types === null ? null : JSON.parse(types) as string[]
}
