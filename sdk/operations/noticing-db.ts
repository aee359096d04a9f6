import type { AuditRow } from '../ports/answer-operations.js'
import type { EventRow } from '../ports/event-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { PacketRow } from '../ports/session-operations.js'

/** What a transaction that has committed did that somebody waits for. */
export interface Notice {
  /** What happened in runs, as it was logged. */
  readonly events: readonly EventRow[]
  /** Blueprint types by run, of those that the transaction held. */
  readonly blueprints: ReadonlyMap<string, string>
  /** When attempts began that the transaction looked at, by agent, epoch ms; empty unless it is wanted. */
  readonly accepted: ReadonlyMap<string, number>
  /** What the SDK did of its own accord, as its audit trail says. */
  readonly ownActs: readonly AuditRow[]
  /** Calls were written into the outbox for whoever comes, or asked for again. */
  readonly hasCalls: boolean
  /** Packets that were added to sessions. */
  readonly packets: readonly PacketRow[]
}

/** Who acts when nobody told the SDK to. */
const OWN_ACTOR = 'mephisto'

interface Noted extends Notice {
  readonly events: EventRow[]
  readonly blueprints: Map<string, string>
  readonly accepted: Map<string, number>
  readonly ownActs: AuditRow[]
  hasCalls: boolean
  readonly packets: PacketRow[]
}

/**
 * The database, telling after each commit what this process did in it. A notice only wakes, counts and logs: what must be done
 * is in the database, and is found there without it a little later. `withAttempts` also notes when attempts began.
 */
export function noticingDb(db: MephistoDb, onCommit: (notice: Notice) => void, { withAttempts = false }: { readonly withAttempts?: boolean } = {}): MephistoDb {
  return {
    ...db,
    async transaction(work, options) {
      let noted = nothing()
      const result = await db.transaction(tx => {
        // It may be the second time, after a conflict.
        noted = nothing()
        return work(noticing(tx, noted, withAttempts))
      }, options)
      if (noted.hasCalls || noted.events.length > 0 || noted.ownActs.length > 0 || noted.packets.length > 0) onCommit(noted)
      return result
    },
  }
}

function nothing(): Noted {
  return { events: [], blueprints: new Map(), accepted: new Map(), ownActs: [], hasCalls: false, packets: [] }
}

function noticing(tx: DbOperations, noted: Noted, withAttempts: boolean): DbOperations {
  return {
    ...tx,
    runs: {
      ...tx.runs,
      async lock(ids) {
        const locked = await tx.runs.lock(ids)
        for (const { run } of locked) noted.blueprints.set(run.id, run.blueprintType)
        return locked
      },
    },
    events: {
      ...tx.events,
      append: events => {
        noted.events.push(...events)
        return tx.events.append(events)
      },
    },
    audit: {
      ...tx.audit,
      insert: row => {
        if (row.actorId === OWN_ACTOR) noted.ownActs.push(row)
        return tx.audit.insert(row)
      },
    },
    sessions: {
      ...tx.sessions,
      append: (packets, states) => {
        noted.packets.push(...packets)
        return tx.sessions.append(packets, states)
      },
    },
    outbox: {
      ...tx.outbox,
      enqueue: (calls, at) => {
        // Those that their writer makes need nobody to look.
        noted.hasCalls ||= calls.some(({ leaseUntil = null }) => leaseUntil === null)
        return tx.outbox.enqueue(calls, at)
      },
      again: (ids, at) => {
        noted.hasCalls ||= ids.length > 0
        return tx.outbox.again(ids, at)
      },
    },
    ...(withAttempts ? { units: noticingUnits(tx.units, noted) } : {}),
  }
}

function noticingUnits(units: DbOperations['units'], { accepted }: Noted): DbOperations['units'] {
  return {
    ...units,
    async attempts(agentIds) {
      const attempts = await units.attempts(agentIds)
      for (const { agent } of attempts) accepted.set(agent.id, agent.acceptedAt)
      return attempts
    },
  }
}
