import type { WorkerView } from '../../protocol/people-views.js'
import { toWorkerView } from '../people/people-rows.js'
import type { HeldPerson } from './act-on-person.js'
import { removalOf } from './removal.js'
import { rewriteNewTexts } from './written-texts.js'

/** Takes a held worker's name away wherever it was written since others looked; with `isErasure`, also what was written about them. */
export async function removeName({ hold: { tx }, worker, externalId, since }: HeldPerson, isErasure: boolean): Promise<WorkerView> {
  await rewriteNewTexts(tx, await removalOf(tx, { worker, externalId, isErasure }), since)
  if (externalId !== worker.externalId) await tx.privacy.rename(worker.id, externalId)
  return toWorkerView({ ...worker, externalId })
}
