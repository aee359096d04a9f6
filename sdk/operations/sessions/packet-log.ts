import { ERASED_TEXT } from '../../data-model/erasure.js'
import { answerIdOf, MOST_PACKETS } from '../../data-model/packet.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import type { PacketRow } from '../../ports/session-operations.js'
import { shareTransactions, type Outcome } from '../group-commit.js'
import type { Observer } from '../observing/observer.js'

/** A packet of an attempt, with what is to be done for it. */
export interface SentPacket extends Pick<PacketRow, 'sessionId' | 'runId' | 'kind' | 'name' | 'clientId' | 'body'> {
  /** A call of the outbox that is written with it; `leaseMs` when this process makes it at once, null for whoever comes first. */
  readonly call: { readonly topic: string; readonly callKey: string; readonly leaseMs: number | null }
}

/** A packet that is stored. */
export interface StoredPacket {
  readonly packet: PacketRow
  /** The call that was written with it; null for a packet that was there already. */
  readonly call: CallRow | null
}

/** Takes packets of attempts that are under way: each is stored once, however often it is sent, and settles after its commit. */
export type PacketLog = (packet: SentPacket) => Promise<StoredPacket>

/** The packets of an instance's pages; those that arrive together share a transaction. @throws MephistoError `conflict` for an attempt that is over, and for one that has sent too much */
export function createPacketLog({ db, runtime, observer }: { readonly db: MephistoDb; readonly runtime: Runtime; readonly observer?: Observer }): PacketLog {
  const group = shareTransactions<DbOperations>({ within: (_runIds, work) => db.transaction(work), ...(observer ? { observer } : {}) })
  return group.share<SentPacket, StoredPacket>(async (tx, items) => {
    const at = await tx.now()
    // Held first: who sends the same packet at the same time comes before or after.
    const held = await tx.sessions.hold(items.map(({ sessionId, runId }) => ({ id: sessionId, runId })), at)
    const counts = new Map([...held].map(([id, { packetCount }]) => [id, packetCount]))
    const stored = new Map((await tx.sessions.sent(items.map(senderOf))).map((packet): [string, StoredPacket] => [keyOf(packet), { packet, call: null }]))
    const fresh = items.filter(item => !stored.has(keyOf(senderOf(item))))
    const underWay = await tx.sessions.underWay([...new Set(fresh.map(({ sessionId }) => sessionId))])
    const outcomes = items.map((item): Outcome<StoredPacket> => {
      const { call: wanted, ...said } = item
      const known = stored.get(keyOf(senderOf(item)))
      if (known) return { ok: true, value: { ...known, call: null } }
      if (!underWay.has(item.sessionId)) return { ok: false, error: new MephistoError('conflict', 'This item is no longer in your hands; nothing more can be sent for it.') }
      const number = (counts.get(item.sessionId) ?? 0) + 1
      if (number > MOST_PACKETS) return { ok: false, error: sessionFull() }
      counts.set(item.sessionId, number)
      const until = wanted.leaseMs === null ? null : at + wanted.leaseMs
      const call: CallRow = {
        id: runtime.newId(), callKey: wanted.callKey, topic: wanted.topic, body: JSON.stringify({ call: said.clientId }), subjectId: item.sessionId, lane: null,
        status: 'pending', tries: until === null ? 0 : 1, fence: until === null ? 0 : 1, nextAt: until ?? at, leaseUntil: until, result: null, createdAt: at, changedAt: null,
      }
      const value = { packet: { ...said, senderId: item.sessionId, recipientId: null, number, at }, call }
      stored.set(keyOf(value.packet), value)
      return { ok: true, value }
    })
    const added = outcomes.flatMap(outcome => (outcome.ok && outcome.value.call ? [{ packet: outcome.value.packet, call: outcome.value.call }] : []))
    await tx.sessions.append(added.map(({ packet }) => packet))
    await tx.outbox.enqueue(added.map(({ call }) => call), at)
    return outcomes
  })
}

/** What is told to whoever sends more than a session keeps. No `too_many_requests`: that is tried again, and an answer waits for the calls before it. */
export function sessionFull(): MephistoError {
  return new MephistoError('conflict', 'Too much was sent for this item; nothing more can be. Hand in what you have.')
}

/** What the server has to say to a packet. */
export type Answer = Pick<PacketRow, 'kind' | 'body'>

/** Answers a packet in its session, once. Where it was erased meanwhile nothing is kept of what came of it. */
export async function answerPacket(tx: DbOperations, { sessionId, runId, name, clientId }: PacketRow, { answer, at }: { readonly answer: Answer; readonly at: number }): Promise<void> {
  const count = (await tx.sessions.hold([{ id: sessionId, runId }], at)).get(sessionId)?.packetCount ?? 0
  const said = { sessionId, runId, name, senderId: sessionId, recipientId: null, clientId: answerIdOf(clientId) }
  const known = new Map((await tx.sessions.sent([said, { senderId: sessionId, clientId }])).map(packet => [packet.clientId, packet]))
  if (known.has(said.clientId)) return
  const isErased = known.get(clientId)?.body === ERASED_TEXT
  await tx.sessions.append([{ ...said, number: count + 1, at, kind: answer.kind, body: isErased ? ERASED_TEXT : answer.body }])
}

const senderOf = ({ sessionId, clientId }: SentPacket): { senderId: string; clientId: string } => ({ senderId: sessionId, clientId })
const keyOf = ({ senderId, clientId }: Pick<PacketRow, 'senderId' | 'clientId'>): string => `${senderId}/${clientId}`
