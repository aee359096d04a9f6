import type { Architect } from '../architects/architect.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { nameText } from '../protocol/text.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { taskUrlOf } from './task-url.js'

/** A link that lets one worker into one run. */
export interface WorkLink {
  /** The run's page, or else the architect's, with the credential in its fragment, which no server log ever sees. */
  readonly url: string
  readonly credential: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

const LONGEST_INVITATION_MS = 10 * 365 * 86_400_000

interface InviteParts {
  readonly db: MephistoDb
  readonly architect: Architect
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
}

/**
 * Makes a signed link for one worker.
 * @throws MephistoError `not_found` for an unknown run, `invalid_input` for a worker's name or a lifetime that does not do
 */
export async function invite(parts: InviteParts, { run: runId, worker, expiresInMs = 14 * 86_400_000 }: { run: string; worker: string; expiresInMs?: number }): Promise<WorkLink> {
  const parsed = nameText(200).safeParse(worker)
  if (!parsed.success) throw new MephistoError('invalid_input', 'A worker needs a name of 1 to 200 characters, without control characters.')
  if (!(expiresInMs > 0 && expiresInMs <= LONGEST_INVITATION_MS)) {
    throw new MephistoError('invalid_input', 'A link works for more than 0 ms and at most 10 years (expiresInMs).')
  }
  const externalId = parsed.data
  const run = await parts.db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `There is no task run ${runId} to invite anybody to.`)
  const { provider, context } = parts.providers.get(run.provider)
  if (!provider.invite) throw new MephistoError('invalid_input', `Provider "${provider.type}" brings its own workers; it makes no links.`)
  const { credential, expiresAt } = await provider.invite({ runId, externalId }, expiresInMs, context)
  const fragment = new URLSearchParams({ provider: provider.type, credential })
  return { url: `${taskUrlOf(parts, run)}#${fragment.toString()}`, credential, expiresAt: new Date(expiresAt).toISOString() }
}
