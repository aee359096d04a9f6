import type { WorkParts } from '../ports/work-parts.js'
import { admitWorkers } from './workers.js'

/** The people of a run that is being launched. */
export interface LaunchPeople {
  /** Lets those in who are not in yet, by their external ids. Returns the ids of all who were let in so far, by external id. */
  admit(externalIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Takes away those whom this launch made, where nothing else names them by now: for one that failed, when nothing of its run is left. */
  removeMade(): Promise<void>
}

/** People who are let in or taken away in one transaction: others wait for those whom it names. */
const PORTION = 500

/** Lets people into a run, and remembers who of them was not known before. */
export function launchPeople({ db, runtime }: WorkParts, { runId, provider }: { readonly runId: string; readonly provider: string }): LaunchPeople {
  const admitted = new Map<string, string>()
  const made: string[] = []
  return {
    async admit(externalIds) {
      for (const portion of portions([...new Set(externalIds)].filter(externalId => !admitted.has(externalId)))) {
        const people = await db.transaction(tx => admitWorkers({ db: tx, runtime }, { runId, provider, externalIds: portion }))
        for (const [externalId, id] of people.ids) admitted.set(externalId, id)
        made.push(...people.made)
      }
      return admitted
    },
    async removeMade() {
      // One who comes into use just then keeps a portion, not all.
      for (const portion of portions(made)) await db.transaction(tx => tx.workers.removeUnused(portion)).catch(() => undefined)
    },
  }
}

function* portions(texts: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < texts.length; from += PORTION) yield texts.slice(from, from + PORTION)
}
