import { ERASED_TEXT } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { SessionEntryView } from '../../protocol/data-views.js'
import type { JsonPayload } from '../../protocol/worker-views.js'

/** Where a reading of a session goes on, and how much of it is read. */
export interface SessionPage {
  readonly after: number
  readonly limit: number
}

/**
 * What was said while a unit was worked at, in order: in the session that its people shared, or in that of the attempt that has it.
 * @throws MephistoError `not_found` for an unknown unit
 */
export async function sessionEntries(db: MephistoDb, unitId: string, { after, limit }: SessionPage): Promise<readonly SessionEntryView[]> {
  const { rows: [unit] } = await db.units.find({ filter: { ids: [unitId] }, limit: 1 })
  if (!unit) throw new MephistoError('not_found', `There is no unit ${unitId}.`)
  const isShared = (await db.sessions.counts([unit.assignmentId])).has(unit.assignmentId)
  return (await db.sessions.after(isShared ? unit.assignmentId : unit.agentId ?? unitId, after, limit)).map(entryOf)
}

/** All of them, page by page. */
export async function* sessionLog(db: MephistoDb, unitId: string): AsyncGenerator<SessionEntryView> {
  for (let after = 0, limit = 500, isMore = true; isMore;) {
    const entries = await sessionEntries(db, unitId, { after, limit })
    yield* entries
    after = entries.at(-1)?.number ?? after
    isMore = entries.length === limit
  }
}

function entryOf({ number, kind, name, sessionId, senderId, recipientId, body, at }: PacketRow): SessionEntryView {
  return {
    number, kind, name, from: senderId === sessionId ? null : senderId, to: recipientId,
    body: body === ERASED_TEXT ? null : JSON.parse(body) as JsonPayload, isErased: body === ERASED_TEXT, at: new Date(at).toISOString(),
  }
}
