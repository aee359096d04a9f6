import type { Worker } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { UNFINISHED, type Removal } from './person-in-body.js'
import { removalOf } from './removal.js'
import { rewriteOldTexts } from './written-texts.js'

/** What an act that has taken a name away has still to look for; in its audit row until it has. */
export interface Unfinished extends Pick<Removal, 'name' | 'principalId'> {
  /** What was written before this instant, epoch ms: whoever comes back under the name later is somebody else. */
  readonly before: number
}

/** Which act, and what stands for the name. */
interface Taken extends Pick<Removal, 'replacement' | 'isErasure'> {
  readonly requestId: string
  readonly worker: Worker
}

/** Takes a name that nobody has any more out of rows that say they were written before. Can be repeated until it is done. */
export async function finishRemoval(db: DbOperations, { requestId, worker, ...how }: Taken, { name, principalId, before }: Unfinished): Promise<void> {
  await rewriteOldTexts(db, await removalOf(db, { ...how, principalId, worker: { ...worker, externalId: name } }), before)
  const row = await db.audit.get(requestId)
  if (!row) return
  const body = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(row.body) as object).filter(([field]) => field !== UNFINISHED)))
  const known = { id: row.id, isAbout: false, findsOthers: false, provider: null, actorId: row.actorId, actorName: null }
  // Unless another who finishes the same act has done so.
  await db.privacy.rewrite('audit', [{ before: { ...known, texts: [row.body] }, after: { ...known, texts: [body] } }])
}
