import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { PacketRow } from '../ports/session-operations.js'
import { AT } from './entity-fixture.js'

/** A packet for everybody, of the one whom its session belongs to unless it says otherwise. */
export function newPacket(change: Partial<PacketRow> & Pick<PacketRow, 'sessionId' | 'runId' | 'number' | 'clientId'>): PacketRow {
  return { kind: 'call', name: 'shout', senderId: change.sessionId, recipientId: null, body: '{}', at: AT, ...change }
}

/** Makes sessions of a run. */
export async function addSessions(db: MephistoDb, runId: string, ids: readonly string[]): Promise<void> {
  await db.transaction((tx: DbOperations) => tx.sessions.hold(ids.map(id => ({ id, runId })), AT))
}
