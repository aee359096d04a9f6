import { createBoundedMap } from '../data-model/bounded-map.js'
import type { Worker } from '../data-model/entities.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'

interface Parts { readonly db: DbOperations; readonly runtime: Runtime }

const CACHE_SIZE = 20_000

/** Finds or makes workers by their external ids. Their identity never changes, so each is looked up once a process. */
export function createWorkerFinder({ db, runtime }: Parts): (provider: string, externalId: string) => Promise<Worker> {
  const known = createBoundedMap<string, Worker>(CACHE_SIZE)
  return async (provider, externalId) => {
    const key = JSON.stringify([provider, externalId])
    const hit = known.get(key)
    if (hit) return hit
    const worker = await db.workers.ensure({ id: runtime.newId(), provider, externalId, pseudonym: newPseudonym(runtime), at: await db.now() })
    known.set(key, worker)
    return worker
  }
}

/** Lets people into a run that is by invitation, by their external ids at its provider. Returns how many were new. */
export async function admitWorkers({ db, runtime }: Parts, { runId, provider, externalIds }: { readonly runId: string; readonly provider: string; readonly externalIds: readonly string[] }): Promise<number> {
  const workerIds: string[] = []
  const at = await db.now()
  for (const externalId of externalIds) workerIds.push((await db.workers.ensure({ id: runtime.newId(), provider, externalId, pseudonym: newPseudonym(runtime), at })).id)
  return db.workers.admit(runId, workerIds, at)
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A random name that says nothing about a person. */
export function newPseudonym(runtime: Runtime): string {
  return `w-${Array.from({ length: 12 }, () => LETTERS[Math.floor(runtime.random() * LETTERS.length)]).join('')}`
}
