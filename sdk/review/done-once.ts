import { MephistoError } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Principal } from './principal.js'

/** What somebody on the operator side asks for. */
export interface Act {
  readonly principal: Principal
  /** The caller's own id of the request. */
  readonly id: string
  readonly action: string
  /** As it was asked for, to be compared with a repeat: JSON. */
  readonly request: object
}

/** Where an act is done: a transaction, and the database's time in it, epoch ms. */
export interface ActGround {
  readonly tx: DbOperations
  readonly at: number
}

/** What was done, and about what the audit trail shall say so. */
export interface Done<TReply extends object> {
  readonly subject: string
  readonly subjectId: string
  /** JSON, without a field `request`. */
  readonly reply: TReply
}

/**
 * Does the work once for each id and writes it into the audit trail with its reply; a repeat gets the same reply, whatever
 * has happened since (promise P6).
 * @throws MephistoError `conflict` when the id was used for another request
 */
export async function doneOnce<TReply extends object>({ tx, at }: ActGround, act: Act, work: () => Promise<Done<TReply>>): Promise<TReply> {
  const known = await knownReply<TReply>(tx, act)
  if (known) return known
  const { subject, subjectId, reply } = await work()
  const { principal, id, action, request } = act
  await tx.audit.insert({ id, actorId: principal.id, action, subject, subjectId, body: JSON.stringify({ request, ...reply }), at })
  return reply
}

/**
 * What was replied to this act before; null when it is new.
 * @throws MephistoError `conflict` when the id was used for another request
 */
export async function knownReply<TReply extends object>(db: Pick<DbOperations, 'audit'>, { principal, id, action, request }: Act): Promise<TReply | null> {
  const known = await db.audit.get(id)
  if (!known) return null
  const { request: before, ...reply } = JSON.parse(known.body) as { request: unknown }
  const isSame = known.actorId === principal.id && known.action === action && JSON.stringify(before) === JSON.stringify(request)
  if (isSame) return reply as TReply
  throw new MephistoError('conflict', `The id ${id} was used for another request before; make a new id for each.`)
}
