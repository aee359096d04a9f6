import { ERASED_TEXT } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { SessionEntryView } from '../../protocol/data-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import { allPackets } from '../sessions/all-packets.js'
import { callIdOf } from '../sessions/packet-view.js'

/** Where a reading of a session goes on, and how much of it is read. */
export interface SessionPage {
  readonly after: number
  readonly limit: number
}

/**
 * What was said while a unit was worked at, in order.
 * @throws MephistoError `not_found` for an unknown unit
 */
export async function sessionEntries(db: MephistoDb, unitId: string, { after, limit }: SessionPage): Promise<readonly SessionEntryView[]> {
  return (await db.sessions.after(await sessionOf(db, unitId), after, { limit })).map(entryOf)
}

/** All of it. Throws as {@link sessionEntries}. */
export async function* sessionLog(db: MephistoDb, unitId: string): AsyncGenerator<SessionEntryView> {
  for await (const packet of allPackets(db.sessions, await sessionOf(db, unitId))) yield entryOf(packet)
}

/** The session that the people of the unit's item share, or that of the attempt that has it. */
async function sessionOf(db: MephistoDb, unitId: string): Promise<string> {
  const { rows: [unit] } = await db.units.find({ filter: { ids: [unitId] }, limit: 1 })
  if (!unit) throw new MephistoError('not_found', `There is no unit ${unitId}.`)
  const isShared = (await db.sessions.counts([unit.assignmentId])).has(unit.assignmentId)
  return isShared ? unit.assignmentId : unit.agentId ?? unitId
}

/** A packet as those who read finished work get it. */
export function entryOf({ number, kind, name, clientId, sessionId, senderId, recipientId, body, at }: PacketRow): SessionEntryView {
  // The session of one person has their id: what they call is theirs, what it gave is the server's.
  const isOfServer = senderId === sessionId && kind !== 'call'
  return {
    number, kind, name, callId: callIdOf({ kind, clientId }), from: isOfServer ? null : senderId, to: recipientId,
    body: body === ERASED_TEXT ? null : JSON.parse(body) as JsonPayload, isErased: body === ERASED_TEXT, at: new Date(at).toISOString(),
  }
}
