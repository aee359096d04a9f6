import type { WorkerView } from '../../protocol/people-views.js'
import { toWorkerView } from '../people/people-rows.js'
import type { HeldPerson } from './act-on-person.js'
import { rewriteNewTexts } from './written-texts.js'

/** Takes a held worker's name away wherever it was written since others looked; where they are erased, also what was written about them. */
export async function removeName({ hold: { tx }, worker, removal, since }: HeldPerson): Promise<WorkerView> {
  await rewriteNewTexts(tx, removal, since)
  if (removal.replacement !== worker.externalId) await tx.privacy.rename(worker.id, removal.replacement)
  return toWorkerView({ ...worker, externalId: removal.replacement })
}
