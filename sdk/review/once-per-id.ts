import type { RunHold } from '../operations/run-hold.js'
import type { DecideOutcome } from './deciding.js'
import { doneOnce } from './done-once.js'
import type { Principal } from './principal.js'

/** A request of a reviewer under the reviewer's own id. */
interface IdentifiedRequest {
  readonly principal: Principal
  readonly action: string
  readonly request: { readonly decisionId: string }
}

/**
 * Decides once for each decision id; a repeat gets the same outcomes, whatever has happened since (promise P6).
 * @throws MephistoError `conflict` when the id was used for another request
 */
export async function oncePerId(hold: RunHold, { principal, action, request }: IdentifiedRequest, work: () => Promise<readonly DecideOutcome[]>): Promise<readonly DecideOutcome[]> {
  const id = request.decisionId
  const { outcomes } = await doneOnce(hold, { principal, id, action, request }, async () => ({ subject: 'decision', subjectId: id, reply: { outcomes: await work() } }))
  return outcomes
}
