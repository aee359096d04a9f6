import { ERASED_TEXT } from '../../sdk/data-model/erasure.js'
import { UNDER_WAY_STATUSES } from '../../sdk/data-model/lifecycle.js'
import type { PacketKind } from '../../sdk/data-model/packet.js'
import type { HeldSession, PacketRow, PacketsOf, SessionOperations, SessionState } from '../../sdk/ports/session-operations.js'
import { inParts } from './in-parts.js'
import { sql, verbatim } from './sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from './statements.js'

/** Numbered packets of sessions. */
export function sessionOperations(db: Statements): SessionOperations {
  const { grammar } = db
  const [session, packet, agent, unit] = [db.table('session'), db.table('packet'), db.table('agent'), db.table('unit')]
  const number = db.column('number')
  const columns = sql`p.session_id, p.${number} AS packet_number, p.run_id, p.kind, p.name, p.sender_id, p.client_id, p.recipient_id, p.body, p.at`
  const underWay = verbatim(UNDER_WAY_STATUSES.map(status => `'${status}'`).join(', '))

  async function lock(ids: readonly string[]): Promise<Map<string, HeldSession>> {
    const rows = await db.rows(sql`SELECT s.id, s.packet_count, s.version FROM ${session} s WHERE ${grammar.among('s.id', ids)} ORDER BY s.id ${grammar.forUpdate}`)
    return new Map(rows.map(row => [text(row, 'id'), { packetCount: integer(row, 'packet_count'), version: integer(row, 'version') }]))
  }

  async function insertPackets(packets: readonly PacketRow[]): Promise<void> {
    const rows = packets.map(one => ({ s: one.sessionId, n: one.number, r: one.runId, k: one.kind, m: one.name, w: one.senderId, c: one.clientId, o: one.recipientId, b: one.body, t: one.at }))
    await inParts(rows, part => db.run(
      sql`INSERT INTO ${packet} (session_id, ${number}, run_id, kind, name, sender_id, client_id, recipient_id, body, at)
          SELECT j.s, j.n, j.r, j.k, j.m, j.w, j.c, j.o, j.b, j.t
            FROM ${db.list(part, { s: 'id', n: 'int', r: 'id', k: 'key', m: 'key', w: 'id', c: 'key', o: 'id', b: 'text', t: 'int' })}`))
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
      for (const [id, one] of await lock(fresh.map(([id]) => id))) held.set(id, one)
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

    async append(packets, states = []) {
      if (packets.length > 0) await insertPackets(packets)
      const changed = new Map<string, { n?: number; v?: number; s?: string }>(states.map(({ id, version, state }) => [id, { v: version, s: state }]))
      for (const { sessionId, number: own } of packets) changed.set(sessionId, { ...changed.get(sessionId), n: Math.max(own, changed.get(sessionId)?.n ?? 0) })
      if (changed.size === 0) return
      // Once: PostgreSQL looks the run of a session up again, and waits for whoever holds it, when a transaction updates a row that it has updated before.
      await db.change({
        table: 'session', as: 's', from: db.list([...changed].map(([i, { n, v, s }]) => ({ i, n, v, s })), { i: 'id', n: 'int', v: 'int', s: 'text' }), on: sql`s.id = j.i${grammar.narrowed('s.id', [...changed.keys()])}`,
        set: sql`packet_count = coalesce(j.n, s.packet_count), version = coalesce(j.v, s.version), state = coalesce(j.s, s.state)`, where: verbatim('1 = 1'),
      })
    },

    async after(sessionId, after, { limit, readerId }) {
      const readable = readerId === undefined ? verbatim('') : sql` AND (p.recipient_id IS NULL OR p.recipient_id = ${readerId})`
      return (await db.rows(sql`SELECT ${columns} FROM ${packet} p WHERE p.session_id = ${sessionId} AND p.${number} > ${after}${readable} ORDER BY p.${number} ${grammar.limit(limit)}`)).map(packetRow)
    },

    async firstState(sessionId, from) {
      const [row] = await db.rows(sql`SELECT min(p.${number}) AS first_number FROM ${packet} p WHERE p.session_id = ${sessionId} AND p.kind = 'state' AND p.at >= ${from}`)
      return row ? integerOrNull(row, 'first_number') : null
    },

    async counts(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db.rows(sql`SELECT s.id, s.packet_count FROM ${session} s WHERE ${grammar.among('s.id', ids)}`)
      return new Map(rows.map(row => [text(row, 'id'), integer(row, 'packet_count')]))
    },

    async states(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db.rows(sql`SELECT s.id, s.version, s.state FROM ${session} s WHERE ${grammar.among('s.id', ids)}`)
      return new Map(rows.map((row): [string, SessionState] => [text(row, 'id'), { id: text(row, 'id'), version: integer(row, 'version'), state: textOrNull(row, 'state') }]))
    },

    async writeStates(states) {
      if (states.length === 0) return
      const rows = states.map(({ id, version, state }) => ({ i: id, v: version, s: state }))
      await db.change({
        table: 'session', as: 's', from: db.list(rows, { i: 'id', v: 'int', s: 'text' }), on: sql`s.id = j.i${grammar.narrowed('s.id', rows.map(({ i }) => i))}`,
        set: sql`version = j.v, state = j.s`, where: verbatim('1 = 1'),
      })
    },

    async erase(whose) {
      let erased = 0
      for (const these of portions(await holdAllOf(whose))) {
        erased += await db.run(sql`UPDATE ${packet} SET body = ${ERASED_TEXT} WHERE ${grammar.among('session_id', these)} AND body <> ${ERASED_TEXT}`)
        await db.run(sql`UPDATE ${session} SET state = ${ERASED_TEXT}, version = version + 1 WHERE ${grammar.among('id', these)} AND state IS NOT NULL AND state <> ${ERASED_TEXT}`)
      }
      return erased
    },
  }

  /** Whoever adds packets meanwhile comes before, and theirs are erased too, or after, and sees that. */
  async function holdAllOf(whose: PacketsOf): Promise<readonly string[]> {
    if ('runId' in whose) return (await db.rows(sql`SELECT s.id FROM ${session} s WHERE s.run_id = ${whose.runId} ORDER BY s.id ${grammar.forUpdate}`)).map(row => text(row, 'id'))
    const held: string[] = []
    for (const ids of portions(await sessionsOf(whose))) held.push(...(await lock(ids)).keys())
    return held
  }

  /** Ids that sessions of these attempts have, if there are any: those of their own, and those of the items that they are at. In order. */
  async function sessionsOf(whose: { readonly agentIds: readonly string[] } | { readonly workerId: string }): Promise<readonly string[]> {
    if ('agentIds' in whose && whose.agentIds.length === 0) return []
    const these = 'workerId' in whose ? sql`a.worker_id = ${whose.workerId}` : grammar.among('a.id', whose.agentIds)
    // Who came and went while the others waited has said nothing, and nothing was said to them.
    const wasThere = sql`EXISTS (SELECT 1 FROM ${packet} p WHERE p.session_id = a.assignment_id AND p.kind IN ('action', 'message', 'event') AND p.at >= a.accepted_at AND (a.ended_at IS NULL OR p.at <= a.ended_at))`
    const rows = await db.rows(sql`SELECT a.id, a.assignment_id, CASE WHEN ${wasThere} THEN 1 ELSE 0 END AS was_there FROM ${agent} a WHERE ${these}`)
    return [...new Set(rows.flatMap(row => [text(row, 'id'), ...(integer(row, 'was_there') === 1 ? [textOrNull(row, 'assignment_id')] : [])]).filter(id => id !== null))].sort()
  }
}

/** Sessions that one statement holds or erases. */
const ERASED_AT_ONCE = 500

function* portions(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += ERASED_AT_ONCE) yield ids.slice(from, from + ERASED_AT_ONCE)
}

function packetRow(row: Row): PacketRow {
  return {
    sessionId: text(row, 'session_id'), number: integer(row, 'packet_number'), runId: text(row, 'run_id'), kind: text(row, 'kind') as PacketKind, name: text(row, 'name'),
    senderId: text(row, 'sender_id'), clientId: text(row, 'client_id'), recipientId: textOrNull(row, 'recipient_id'), body: text(row, 'body'), at: integer(row, 'at'),
  }
}
