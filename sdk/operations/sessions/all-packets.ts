import type { PacketRow, SessionOperations } from '../../ports/session-operations.js'

/** Packets that one statement reads. */
const PORTION = 500

/** All packets of a session, in order, a portion at a time; each portion has some. */
export async function* packetPortions(sessions: Pick<SessionOperations, 'after'>, sessionId: string): AsyncGenerator<readonly PacketRow[]> {
  for (let after = 0, isMore = true; isMore;) {
    const packets = await sessions.after(sessionId, after, { limit: PORTION })
    if (packets.length > 0) yield packets
    after = packets.at(-1)?.number ?? after
    isMore = packets.length === PORTION
  }
}

/** All packets of a session, in order. */
export async function* allPackets(sessions: Pick<SessionOperations, 'after'>, sessionId: string): AsyncGenerator<PacketRow> {
  for await (const packets of packetPortions(sessions, sessionId)) yield* packets
}
