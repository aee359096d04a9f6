import type { Worker } from '../data-model/entities.js'
import { isNameless } from '../data-model/erasure.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'

interface Parts { readonly db: DbOperations; readonly runtime: Runtime }

/**
 * Finds or makes workers by their external ids. Looked up each time: whoever was erased or pseudonymised by another process
 * comes back as somebody new.
 */
export function createWorkerFinder({ db, runtime }: Parts): (provider: string, externalId: string) => Promise<Worker> {
  return async (provider, externalId) => {
    const [known] = isNameless(externalId) ? [] : (await db.workers.find({ filter: { provider, externalId }, limit: 1 })).rows
    return known ?? db.workers.ensure({ id: runtime.newId(), provider, externalId, pseudonym: newPseudonym(runtime), at: await db.now() })
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
