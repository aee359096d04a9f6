import type { Worker } from '../../data-model/entities.js'
import { isErasedName, isNameless, NAMELESS_PREFIXES } from '../../data-model/erasure.js'
import { isMephistoError } from '../../errors.js'
import type { RunHold } from '../../operations/run-hold.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Person } from '../../protocol/people-requests.js'
import { privacyRequest, type PrivacyRequest } from '../../protocol/privacy-requests.js'
import { doneOnce, knownReply, type Act } from '../done-once.js'
import { checkedRequest } from '../act-once.js'
import { findPerson } from '../people/named-people.js'
import type { Principal } from '../principal.js'
import { holdingWorker } from './held-worker.js'
import type { PrivacyParts } from './privacy-parts.js'
import { removalOf } from './removal.js'
import { refuseWhileAtWork } from './work-under-way.js'
import { rewriteTexts } from './written-texts.js'

/** A worker in the hands of an act that takes their name away. */
export interface HeldPerson {
  readonly hold: RunHold
  readonly worker: Worker
  /** What they are called from now on. */
  readonly externalId: string
  /** Who acts, as the audit trail may name them: not by the name that goes. */
  readonly actorId: string
  /** What was written before this instant was looked through, epoch ms. */
  readonly since: number
}

/** Whoever began to write something so long before texts are looked through has committed it by then, ms. */
const LONGEST_WRITE_MS = 600_000

/** One way of taking a name away. */
export interface PersonAct<TReply extends object> {
  readonly action: keyof typeof NAMELESS_PREFIXES
  /** What is done before in transactions of its own, each of them whole. */
  readonly prepare?: (worker: Worker) => Promise<void>
  readonly work: (person: HeldPerson) => Promise<TReply>
}

/**
 * Takes a name away once for each request id. The audit row names the worker by id alone, so a repeat is compared by who it
 * finds; one that finds nobody any more is about whom the first was about.
 */
export function actOnPerson<TReply extends object>(parts: PrivacyParts, { action, prepare, work }: PersonAct<TReply>): (principal: Principal, request: PrivacyRequest) => Promise<TReply> {
  return async (principal, given) => {
    const { requestId, person, force } = checkedRequest(privacyRequest, given)
    const found = await requirePerson(parts.db, person, requestId)
    const about = (worker: Worker, actorId: string): Act => ({ principal: { ...principal, id: actorId }, id: requestId, action, request: { requestId, worker: worker.id, force } })
    const known = await knownReply<TReply>(parts.db, about(found, await actorIdOf(parts.db, { principal, worker: found, requestId })))
    if (known) return known
    if (!force) await refuseWhileAtWork(parts.db, found)
    const since = await parts.db.now() - LONGEST_WRITE_MS
    await prepare?.(found)
    await rewriteTexts(parts.db, await removalOf(parts.db, { worker: found, externalId: namelessId(action, found), isErasure: action === 'erase' }))
    return holdingWorker(parts, found.id, async hold => {
      const worker = await hold.tx.workers.get(found.id) ?? found
      const externalId = namelessId(action, worker)
      const actorId = principal.id === worker.externalId ? externalId : await actorIdOf(hold.tx, { principal, worker, requestId })
      return doneOnce(hold, about(worker, actorId), async () => ({ subject: 'worker', subjectId: worker.id, reply: await work({ hold, worker, externalId, actorId, since }) }))
    })
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

/** Who acts. Somebody who took their own name away did so under the one that stands for it. */
async function actorIdOf(db: DbOperations, { principal, worker, requestId }: { readonly principal: Principal; readonly worker: Worker; readonly requestId: string }): Promise<string> {
  const before = await db.audit.get(requestId)
  return before?.actorId === worker.externalId ? worker.externalId : principal.id
}

/**
 * What a worker is called without their name, the same at every try. Whoever has none already keeps what stands for it, unless
 * more is taken away.
 */
function namelessId(action: keyof typeof NAMELESS_PREFIXES, { id, externalId }: Worker): string {
  const isEnough = action === 'erase' ? isErasedName(externalId) : isNameless(externalId)
  return isEnough ? externalId : `${NAMELESS_PREFIXES[action]}${id}`
}
