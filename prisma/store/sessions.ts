import { ERASED_TEXT } from '../../sdk/data-model/erasure.js'
import { UNDER_WAY_STATUSES } from '../../sdk/data-model/lifecycle.js'
import type { PacketKind } from '../../sdk/data-model/packet.js'
import type { PacketRow, PacketsOf, SessionOperations } from '../../sdk/ports/session-operations.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** Numbered packets of sessions. */
export function sessionOperations(db: Statements): SessionOperations {
  const { grammar } = db
  const [session, packet, agent, unit] = [db.table('session'), db.table('packet'), db.table('agent'), db.table('unit')]
  const number = db.column('number')
  const columns = sql`p.session_id, p.${number} AS packet_number, p.run_id, p.kind, p.name, p.sender_id, p.client_id, p.body, p.at`
  const underWay = verbatim(UNDER_WAY_STATUSES.map(status => `'${status}'`).join(', '))

  async function lock(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await db.rows(sql`SELECT s.id, s.packet_count FROM ${session} s WHERE ${grammar.among('s.id', ids)} ORDER BY s.id ${grammar.forUpdate}`)
    return new Map(rows.map(row => [text(row, 'id'), integer(row, 'packet_count')]))
  }

  return {
    async hold(sessions, at) {
      const wanted = new Map(sessions.map(({ id, runId }) => [id, runId]))
      const held = await lock([...wanted.keys()])
      const fresh = [...wanted].filter(([id]) => !held.has(id)).sort()
      if (fresh.length === 0) return held
      const rows = fresh.map(([id, runId]) => ({ i: id, r: runId }))
      await db.run(sql`INSERT INTO ${session} (id, run_id, created_at) SELECT j.i, j.r, ${at} FROM ${db.list(rows, { i: 'id', r: 'id' })} WHERE true ${grammar.orIgnore('id')}`)
      // Somebody else may have made them meanwhile, and have added packets.
      for (const [id, count] of await lock(fresh.map(([id]) => id))) held.set(id, count)
      return held
    },

    async underWay(agentIds) {
      if (agentIds.length === 0) return new Set()
      const rows = await db.rows(
        sql`SELECT a.id FROM ${agent} a LEFT JOIN ${unit} u ON u.id = a.unit_id
             WHERE ${grammar.among('a.id', agentIds)} AND ${grammar.unindexed('a.status')} IN (${underWay}) AND (a.unit_id IS NULL OR u.agent_id = a.id)`)
      return new Set(rows.map(row => text(row, 'id')))
    },

    async sent(packets) {
      if (packets.length === 0) return []
      const ids = packets.map(({ senderId, clientId }) => ({ s: senderId, c: clientId }))
      return (await db.rows(
        sql`SELECT ${columns} FROM ${db.list(ids, { s: 'id', c: 'key' })} ${grammar.lookUp} ${packet} p ON p.sender_id = j.s AND p.client_id = j.c${grammar.narrowed('p.sender_id', [...new Set(ids.map(({ s }) => s))])}`)).map(packetRow)
    },

    async append(packets) {
      if (packets.length === 0) return
      const rows = packets.map(one => ({ s: one.sessionId, n: one.number, r: one.runId, k: one.kind, m: one.name, w: one.senderId, c: one.clientId, b: one.body, t: one.at }))
      await db.run(
        sql`INSERT INTO ${packet} (session_id, ${number}, run_id, kind, name, sender_id, client_id, body, at)
            SELECT j.s, j.n, j.r, j.k, j.m, j.w, j.c, j.b, j.t
              FROM ${db.list(rows, { s: 'id', n: 'int', r: 'id', k: 'key', m: 'key', w: 'id', c: 'key', b: 'text', t: 'int' })}`)
      const last = new Map<string, number>()
      for (const { sessionId, number: own } of packets) last.set(sessionId, Math.max(own, last.get(sessionId) ?? 0))
      await db.change({
        table: 'session', as: 's', from: db.list([...last].map(([i, n]) => ({ i, n })), { i: 'id', n: 'int' }), on: sql`s.id = j.i${grammar.narrowed('s.id', [...last.keys()])}`,
        set: sql`packet_count = j.n`, where: verbatim('1 = 1'),
      })
    },

    async after(sessionId, after, limit) {
      return (await db.rows(sql`SELECT ${columns} FROM ${packet} p WHERE p.session_id = ${sessionId} AND p.${number} > ${after} ORDER BY p.${number} ${grammar.limit(limit)}`)).map(packetRow)
    },

    async counts(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db.rows(sql`SELECT s.id, s.packet_count FROM ${session} s WHERE ${grammar.among('s.id', ids)}`)
      return new Map(rows.map(row => [text(row, 'id'), integer(row, 'packet_count')]))
    },

    async erase(whose) {
      if ('agentIds' in whose && whose.agentIds.length === 0) return 0
      // Whoever adds packets meanwhile comes before, and theirs are erased too, or after, and sees that.
      const held = (await db.rows(sql`SELECT s.id FROM ${session} s${sessionsOf(whose)} ORDER BY s.id ${grammar.forUpdate}`)).map(row => text(row, 'id'))
      let erased = 0
      for (let from = 0; from < held.length; from += ERASED_AT_ONCE) {
        const these = held.slice(from, from + ERASED_AT_ONCE)
        erased += await db.run(sql`UPDATE ${packet} SET body = ${ERASED_TEXT} WHERE ${grammar.among('session_id', these)} AND body <> ${ERASED_TEXT}`)
      }
      return erased
    },
  }

  /** After the table, as `s`. */
  function sessionsOf(whose: PacketsOf): Sql {
    if ('workerId' in whose) return sql` JOIN ${agent} a ON a.id = s.id WHERE a.worker_id = ${whose.workerId}`
    return 'runId' in whose ? sql` WHERE s.run_id = ${whose.runId}` : sql` WHERE ${grammar.among('s.id', whose.agentIds)}`
  }
}

/** Sessions whose packets one statement erases. */
const ERASED_AT_ONCE = 500

function packetRow(row: Row): PacketRow {
  return {
    sessionId: text(row, 'session_id'), number: integer(row, 'packet_number'), runId: text(row, 'run_id'), kind: text(row, 'kind') as PacketKind, name: text(row, 'name'),
    senderId: text(row, 'sender_id'), clientId: text(row, 'client_id'), body: text(row, 'body'), at: integer(row, 'at'),
  }
}
