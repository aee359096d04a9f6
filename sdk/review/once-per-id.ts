import { MephistoError } from '../errors.js'
import type { RunHold } from '../operations/run-hold.js'
import type { DecideOutcome } from './decisions.js'
import type { Principal } from './principal.js'

/** A request of a reviewer under the reviewer's own id. */
interface IdentifiedRequest {
  readonly principal: Principal
  readonly action: string
  readonly request: { readonly decisionId: string }
}

interface StoredReply {
  readonly request: unknown
  readonly outcomes: readonly DecideOutcome[]
}

/**
 * Does the work once for each decision id and writes it into the audit trail with its outcomes; a repeat gets the same
 * outcomes, whatever has happened since (promise P6).
 * @throws MephistoError `conflict` when the id was used for another request
 */
export async function oncePerId({ tx, at }: RunHold, what: IdentifiedRequest, work: () => Promise<readonly DecideOutcome[]>): Promise<readonly DecideOutcome[]> {
  const { principal, action, request } = what
  const known = await tx.audit.get(request.decisionId)
  if (known) {
    const stored = JSON.parse(known.body) as StoredReply
    const isSame = known.actorId === principal.id && known.action === action && JSON.stringify(stored.request) === JSON.stringify(request)
    if (isSame) return stored.outcomes
    throw new MephistoError('conflict', 'This decision id was used for another decision before; make a new id for each.')
  }
  const outcomes = await work()
  const body = JSON.stringify({ request, outcomes } satisfies StoredReply)
  await tx.audit.insert({ id: request.decisionId, actorId: principal.id, action, subject: 'decision', subjectId: request.decisionId, body, at })
  return outcomes
}
