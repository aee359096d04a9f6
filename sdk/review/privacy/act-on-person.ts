import type { Worker } from '../../data-model/entities.js'
import { NAMELESS_PREFIXES, namelessName, type NameRemoval } from '../../data-model/erasure.js'
import { isMephistoError } from '../../errors.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { Person } from '../../protocol/people-requests.js'
import { privacyRequest, type PrivacyRequest } from '../../protocol/privacy-requests.js'
import { doneOnce, knownReply, type Act } from '../done-once.js'
import { checkedRequest } from '../act-once.js'
import { findPerson } from '../people/named-people.js'
import type { Principal } from '../principal.js'
import { finishRemoval, type Unfinished } from './finishing.js'
import { holdingWorker } from './held-worker.js'
import type { Removal } from './person-in-body.js'
import { removalOf, withNewUnits } from './removal.js'
import { refuseWhileAtWork } from './work-under-way.js'
import { rewriteTexts } from './written-texts.js'

/** A worker in the hands of an act that takes their name away. */
export interface HeldPerson {
  readonly hold: RunHold
  readonly worker: Worker
  /** What is taken away, and what they are called from now on. */
  readonly removal: Removal
  /** Who acts, as the audit trail may name them: not by the name that goes. */
  readonly actorId: string
  /** What was written before this instant was looked through, epoch ms. */
  readonly since: number
}

/** Whoever began to write something so long before texts are looked through has committed it by then, ms. */
const LONGEST_WRITE_MS = 600_000

/** One way of taking a name away. */
export interface PersonAct<TReply extends object> {
  readonly action: NameRemoval
  /** What is done before in transactions of its own, each of them whole. */
  readonly prepare?: (worker: Worker) => Promise<void>
  readonly work: (person: HeldPerson) => Promise<TReply>
}

/**
 * Takes a name away once for each request id. The audit row names the worker by id alone, so a repeat is compared by who it
 * finds; one that finds nobody any more is about whom the first was about. What was written at a time that had been looked
 * through by then, by a clock that jumped or in rows that came in from elsewhere, is looked for once more when nobody is called
 * so any more; the audit row keeps the name until that is done, so that a repeat can do it.
 */
export function actOnPerson<TReply extends object>(parts: WorkParts, { action, prepare, work }: PersonAct<TReply>): (principal: Principal, request: PrivacyRequest) => Promise<TReply> {
  const { db } = parts
  return async (principal, given) => {
    const { requestId, person, force, principalId = null } = checkedRequest(privacyRequest, given)
    const found = await requirePerson(db, person, requestId)
    const actor = async (tx: DbOperations): Promise<string> => (principal.id === principalId ? ownActorId(tx, { action, worker: found, requestId }) : principal.id)
    const about = (worker: Worker, actorId: string): Act => ({
      principal: { ...principal, id: actorId }, id: requestId, action, request: { requestId, worker: worker.id, force, ...(principalId === null ? {} : { isPrincipal: true }) },
    })
    const finished = async ({ unfinished, ...reply }: TReply & { readonly unfinished?: Unfinished }): Promise<TReply> => {
      if (unfinished) await finishRemoval(db, { requestId, worker: found, replacement: namelessId(action, found), isErasure: action === 'erase' }, unfinished)
      return reply as unknown as TReply
    }
    const known = await knownReply<TReply & { readonly unfinished?: Unfinished }>(db, about(found, await actor(db)))
    if (known) return finished(known)
    if (!force) await refuseWhileAtWork(db, found)
    const since = await db.now() - LONGEST_WRITE_MS
    await prepare?.(found)
    const before = await removalOf(db, { worker: found, replacement: namelessId(action, found), principalId, isErasure: action === 'erase' })
    await rewriteTexts(db, before)
    return finished(await holdingWorker(parts, found.id, async hold => {
      const worker = await hold.tx.workers.get(found.id) ?? found
      const actorId = await actor(hold.tx)
      return doneOnce(hold, about(worker, actorId), async () => {
        const removal = { ...await withNewUnits(hold.tx, before, since), name: worker.externalId, replacement: namelessId(action, worker) }
        // Who acts here is called by name in what they review just now.
        if (principalId !== null) await hold.tx.claims.remove({ actorId: principalId })
        const reply = await work({ hold, worker, removal, actorId, since })
        const unfinished: Unfinished = { name: found.externalId, principalId, before: Math.max(since, hold.at) }
        return { subject: 'worker', subjectId: worker.id, reply: { ...reply, unfinished } }
      })
    }))
  }
}

/** Whom a request names, also one that was done before and after which nobody is called so any more. @throws MephistoError `not_found` */
async function requirePerson(db: DbOperations, person: Person, requestId: string): Promise<Worker> {
  try {
    return await findPerson(db, person)
  } catch (error) {
    const before = isMephistoError(error) && error.code === 'not_found' ? await db.audit.get(requestId) : null
    const worker = before?.subject === 'worker' ? await db.workers.get(before.subjectId) : null
    if (worker) return worker
    throw error
  }
}

/** Who acts where somebody takes their own name away: what stands for it, as it stood when the request was made. */
async function ownActorId(db: DbOperations, { action, worker, requestId }: { readonly action: NameRemoval; readonly worker: Worker; readonly requestId: string }): Promise<string> {
  const before = await db.audit.get(requestId)
  const isOwn = before !== null && Object.values(NAMELESS_PREFIXES).some(prefix => before.actorId === `${prefix}${worker.id}`)
  return isOwn ? before.actorId : namelessId(action, worker)
}

/**
 * What a worker is called without their name, the same at every try. Whoever has none already keeps what stands for it, unless
 * more is taken away.
 */
function namelessId(action: NameRemoval, { id, externalId }: Worker): string {
  return externalId === namelessName('erase', id) ? externalId : namelessName(action, id)
}
