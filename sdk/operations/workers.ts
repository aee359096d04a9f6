import { createBoundedMap } from '../data-model/bounded-map.js'
import type { Worker } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'

interface Parts { readonly db: DbOperations; readonly runtime: Runtime }

/** Workers by their external ids. */
export interface WorkerFinder {
  /**
   * Finds or makes a worker. Each is looked up once a process: only a name that was taken away leads to somebody else later.
   * Whoever leases or shows something checks that in the statement that reads the worker's standing.
   */
  find(provider: string, externalId: string): Promise<Worker>
  /** Has a worker looked up anew. */
  forget(provider: string, externalId: string): void
}

const CACHE_SIZE = 20_000

/** A finder of workers over a database. */
export function createWorkerFinder({ db, runtime }: Parts): WorkerFinder {
  const known = createBoundedMap<string, Worker>(CACHE_SIZE)
  const keyOf = (provider: string, externalId: string): string => JSON.stringify([provider, externalId])
  return {
    async find(provider, externalId) {
      const hit = known.get(keyOf(provider, externalId))
      if (hit) return hit
      const worker = await db.workers.ensure({ id: runtime.newId(), provider, externalId, pseudonym: newPseudonym(runtime), at: await db.now() })
      known.set(keyOf(provider, externalId), worker)
      return worker
    },
    forget(provider, externalId) {
      known.delete(keyOf(provider, externalId))
    },
  }
}

/**
 * Holds workers until the transaction ends, so that what is written in it names nobody whose name was taken away meanwhile.
 * @throws MephistoError `conflict` when one is not called any more as they were when they were found
 */
export async function lockUnderTheirNames(db: DbOperations, workers: readonly Worker[]): Promise<void> {
  if (workers.length === 0) return
  const held = await db.workers.lock([...new Set(workers.map(worker => worker.id))].sort())
  const renamed = workers.find(({ id, externalId }) => held.get(id) !== externalId)
  if (renamed) throw new MephistoError('conflict', `The name of worker ${renamed.id} was taken away while this was being done; try again.`)
}

/** People who were let into a run. */
export interface AdmittedWorkers {
  /** How many were new. */
  readonly admitted: number
  /** Their ids, by external id. */
  readonly ids: ReadonlyMap<string, string>
  /** The ids of those among them who were not known at all before. */
  readonly made: readonly string[]
}

/**
 * Lets people into a run that is by invitation, by their external ids at its provider. In a transaction, which holds them: in
 * one order, so that two which make the same people do not wait for each other.
 * @throws MephistoError `conflict`, as {@link lockUnderTheirNames}
 */
export async function admitWorkers({ db, runtime }: Parts, { runId, provider, externalIds }: { readonly runId: string; readonly provider: string; readonly externalIds: readonly string[] }): Promise<AdmittedWorkers> {
  const ids = new Map<string, string>()
  const workers: Worker[] = []
  const made: string[] = []
  const at = await db.now()
  for (const externalId of [...new Set(externalIds)].sort()) {
    const id = runtime.newId()
    const worker = await db.workers.ensure({ id, provider, externalId, pseudonym: newPseudonym(runtime), at })
    workers.push(worker)
    if (worker.id === id) made.push(id)
    ids.set(externalId, worker.id)
  }
  await lockUnderTheirNames(db, workers)
  return { admitted: await db.workers.admit(runId, workers.map(worker => worker.id), at), ids, made }
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A random name that says nothing about a person. */
export function newPseudonym(runtime: Runtime): string {
  return `w-${Array.from({ length: 12 }, () => LETTERS[Math.floor(runtime.random() * LETTERS.length)]).join('')}`
}
