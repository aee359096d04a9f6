import { ledgerEntry } from '../../ledger/entries.js'
import { MOST_PACKETS } from '../../data-model/packet.js'
import type { DbOperations, MephistoDb } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { Attempt } from '../../ports/unit-operations.js'
import type { Runtime } from '../../ports/runtime.js'
import { shareTransactions, type Outcome } from '../group-commit.js'
import { leaseEndOf, releaseLeases } from '../leases.js'
import type { Observer } from '../observing/observer.js'
import { holdRuns, type RunHold } from '../run-hold.js'
import { withdrawUnits, type FreeUnit } from '../withdraw.js'
import { doAgain } from './do-again.js'
import { isMoving, type Draft, type DraftPacket } from './draft.js'
import type { LivePlace } from './live-place.js'
import { keyOf } from './packet-key.js'
import { isFree } from './seats.js'

/** A draft with the version of its session that it was made from. */
export interface VersionedDraft {
  readonly place: LivePlace
  readonly version: number
  readonly draft: Draft
}

/** What became of a draft. Nothing is written but where it says so. */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly packets: readonly PacketRow[] }
  /** Something else has happened since. */
  | { readonly kind: 'stale' }
  /** Some of its packets are stored already. */
  | { readonly kind: 'known'; readonly packets: readonly PacketRow[] }
  /** Some attempts that act in it are over. */
  | { readonly kind: 'gone'; readonly agentIds: readonly string[] }
  /** The session keeps no more of what these attempts do. */
  | { readonly kind: 'full'; readonly agentIds: readonly string[] }

/** Writes drafts, each whole or not at all; settles after the commit. */
export type LiveLog = (draft: VersionedDraft) => Promise<WriteOutcome>

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly observer?: Observer
}

/** Thrown to undo what was done by then. */
const STALE = new Error('something else has happened in the session since')

/** The log of sessions of several people. Drafts of one process that are ready together share a transaction, but for those that move attempts: these hold their run. */
export function createLiveLog(parts: Parts): LiveLog {
  const { db, runtime, observer } = parts
  const group = shareTransactions<DbOperations>({ within: (_runIds, work) => db.transaction(work), ...(observer ? { observer } : {}) })
  const write = group.share<VersionedDraft & { readonly runId: string }, WriteOutcome>(async (tx, items) =>
    (await writeDrafts({ tx, runtime, at: await tx.now() }, items)).map((value): Outcome<WriteOutcome> => ({ ok: true, value })))
  return async item => {
    const { runId } = item.place
    if (!isMoving(item.draft)) return write({ ...item, runId })
    try {
      // The run before its session, as everywhere: whoever holds a session alone waits for no run, since it was made with the first lease.
      return await holdRuns(parts, [runId], hold => writeMoving(hold, runtime, item))
    } catch (error) {
      if (error === STALE) return { kind: 'stale' }
      throw error
    }
  }
}

async function writeDrafts({ tx, runtime, at }: { readonly tx: DbOperations; readonly runtime: Runtime; readonly at: number }, items: readonly VersionedDraft[]): Promise<WriteOutcome[]> {
  // Held first: who writes the same session at the same time comes before or after.
  const held = await tx.sessions.hold(items.map(({ place }) => ({ id: place.sessionId, runId: place.runId })), at)
  const keys = items.flatMap(({ draft }) => draft.packets.filter(hasOwnId))
  const known = new Map((keys.length === 0 ? [] : await tx.sessions.sent(keys)).map(packet => [keyOf(packet), packet]))
  const underWay = await tx.sessions.underWay([...new Set(items.flatMap(({ draft }) => draft.actors))])
  const outcomes = items.map(({ place: { sessionId, runId, seats }, version, draft }): WriteOutcome => {
    const session = held.get(sessionId) ?? { packetCount: 0, version: 0 }
    if (session.version !== version) return { kind: 'stale' }
    const stored = draft.packets.flatMap(packet => known.get(keyOf(packet)) ?? [])
    if (stored.length > 0) return { kind: 'known', packets: stored }
    const gone = draft.actors.filter(agentId => !underWay.has(agentId))
    if (gone.length > 0) return { kind: 'gone', agentIds: gone }
    if (draft.actors.length > 0 && session.packetCount >= MOST_PACKETS * seats) return { kind: 'full', agentIds: draft.actors }
    return { kind: 'written', packets: draft.packets.map((packet, index) => ({ ...packet, sessionId, runId, number: session.packetCount + index + 1, at })) }
  })
  const written = items.filter((_, index) => outcomes[index]?.kind === 'written')
  const packets = outcomes.flatMap(outcome => (outcome.kind === 'written' ? outcome.packets : []))
  await tx.sessions.append(packets, written.map(({ place, version, draft }) => ({ id: place.sessionId, version: version + 1, state: JSON.stringify(draft.shared) })))
  const calls = written.flatMap(({ place, draft }) => draft.calls.map(({ callKey, topic, body, afterMs }) => ({
    id: runtime.newId(), callKey, topic, body: JSON.stringify(body), subjectId: place.sessionId, lane: null, ...(afterMs === 0 ? {} : { dueAt: at + afterMs }),
  })))
  await tx.outbox.enqueue(calls, at)
  return outcomes
}

/** As {@link writeDrafts}, for one draft that also moves attempts and units, while their run is held. */
async function writeMoving(hold: RunHold, runtime: Runtime, item: VersionedDraft): Promise<WriteOutcome> {
  const { place: { runId, settings }, draft: { moves, shared } } = item
  const { tx, at } = hold
  const [outcome] = await writeDrafts({ tx, runtime, at }, [item])
  if (outcome?.kind !== 'written') return outcome ?? { kind: 'stale' }
  const waiting = [...moves.begin, ...moves.release, ...moves.dismiss]
  const attempts = new Map((waiting.length === 0 ? [] : await tx.units.attempts(waiting)).map(attempt => [attempt.agent.id, attempt]))
  const attemptOf = (agentId: string): Attempt => {
    const attempt = attempts.get(agentId)
    if (attempt?.agent.status === 'waiting' && attempt.unit.agentId === agentId && attempt.unit.status === 'assigned') return attempt
    throw STALE
  }
  for (const agentId of moves.begin) hold.log(runId, attemptOf(agentId).head, { type: 'begin', body: {}, status: 'in_task' })
  await releaseLeases(hold, [...moves.release, ...moves.dismiss].map(attemptOf).map(leaseEndOf), 'lose_partner')
  for (const agentId of settings.lobbyPayMinor === 0 ? [] : moves.release) pay(hold, attemptOf(agentId), settings.lobbyPayMinor)
  await withdrawUnits(hold, await stillFree(hold, item))
  for (const assignmentId of moves.again) await doAgain(hold, runtime, { assignmentId, earlier: shared.earlier + 1 })
  return outcome
}

/** The units to withdraw that nobody has. Whoever has come to one of them meanwhile is to be seen first. */
async function stillFree({ tx }: RunHold, { place: { sessionId, runId }, draft: { moves } }: VersionedDraft): Promise<FreeUnit[]> {
  if (moves.withdraw.length === 0) return []
  const seats = (await tx.units.seats(sessionId)).filter(({ unitId }) => moves.withdraw.includes(unitId))
  if (seats.some(({ status }) => status === 'assigned')) throw STALE
  return seats.filter(isFree).map(({ unitId, status }) => ({ id: unitId, runId, kind: 'standard', status }))
}

/** Pays somebody for having waited: at most what was held for their work, which is free by then. */
function pay(hold: RunHold, { agent: { id, workerId }, run: { id: runId, currency } }: Attempt, amount: number): void {
  hold.book(runId, [ledgerEntry('compensate', id, { runId, unitId: null, workerId, payMinor: amount, currency })])
  hold.note(runId, { type: 'compensate', body: { compensation: id, worker: workerId, amount } })
}

/** Whether a packet may be there already: what the server says of how things stand is of one version. */
const hasOwnId = ({ kind }: DraftPacket): boolean => kind === 'action' || kind === 'event'
