import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'

/** What a transaction that has committed did that somebody waits for. */
export interface Notice {
  /** Runs in which something happened. */
  readonly runIds: ReadonlySet<string>
  /** Calls were written into the outbox. */
  readonly hasCalls: boolean
}

/**
 * The database, telling after each commit what this process did in it. A notice only wakes: what must be done is in the
 * database, and is found there without it a little later.
 */
export function noticingDb(db: MephistoDb, onCommit: (notice: Notice) => void): MephistoDb {
  return {
    ...db,
    async transaction(work, options) {
      let noted = { runIds: new Set<string>(), hasCalls: false }
      const result = await db.transaction(tx => {
        // It may be the second time, after a conflict.
        noted = { runIds: new Set(), hasCalls: false }
        return work(noticing(tx, noted))
      }, options)
      if (noted.hasCalls || noted.runIds.size > 0) onCommit(noted)
      return result
    },
  }
}

function noticing(tx: DbOperations, noted: { readonly runIds: Set<string>; hasCalls: boolean }): DbOperations {
  return {
    ...tx,
    events: {
      ...tx.events,
      append: events => {
        for (const { runId } of events) noted.runIds.add(runId)
        return tx.events.append(events)
      },
    },
    outbox: {
      ...tx.outbox,
      enqueue: (calls, at) => {
        noted.hasCalls ||= calls.length > 0
        return tx.outbox.enqueue(calls, at)
      },
    },
  }
}
