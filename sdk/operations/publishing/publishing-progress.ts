import type { TaskRun } from '../../data-model/entities.js'
import type { PublicationStatus } from '../../data-model/publication.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { PublicationCounts } from '../../ports/publication-operations.js'
import type { ProviderResult } from './provider-outcome.js'
import { subjectOf } from './publishing-calls.js'

/** A call to a provider that has failed so far. */
export interface PublishingTrouble {
  readonly callId: string
  /** What was to be done, such as `unit.publish.mturk`. */
  readonly topic: string
  /** The unit, or the run. */
  readonly about: string
  /** What the last try came to. */
  readonly error: string
  readonly tries: number
  /** When it is tried again, epoch ms; null when it was given up, and `mephisto.outbox.replay` has it made again. */
  readonly triesAgainAt: number | null
}

/** What a run's provider shows its workers. */
export interface PublishingProgress {
  /** How far it is with the run itself; null where it is opened by no call. */
  readonly run: PublicationStatus | null
  /** How far it is with units that were ever to be published. */
  readonly units: PublicationCounts
  /** Calls that have failed so far, the latest first, at most 5. */
  readonly troubles: readonly PublishingTrouble[]
}

const MOST_TROUBLES = 5
/** Calls that are looked at for troubles, of each status. */
const LOOKED_AT = 200

/** What a run's provider shows; null for a run of which it shows nothing. */
export async function readPublishing(db: DbOperations, { id: runId, config: { supply: { publishing } } }: TaskRun): Promise<PublishingProgress | null> {
  if (publishing === null) return null
  const find = async (status: CallRow['status']): Promise<readonly CallRow[]> => (await db.outbox.find({ filter: { subjectId: runId, statuses: [status] }, direction: 'descending', limit: LOOKED_AT })).rows
  const [container, units, failed, pending] = await Promise.all([db.publications.get(runId), db.publications.counts(runId), find('failed'), find('pending')])
  const troubles = [...failed, ...pending].flatMap(troubleOf).slice(0, MOST_TROUBLES)
  return { run: container?.status ?? null, units, troubles }
}

function troubleOf(call: CallRow): PublishingTrouble[] {
  const { id: callId, topic, status, tries, nextAt, result } = call
  // Other topics have calls about the run too.
  if (result === null || !/^(run|unit)\.(open|places|close|publish|withdraw)\./.test(topic)) return []
  const outcome = JSON.parse(result) as ProviderResult
  if (!('error' in outcome)) return []
  return [{ callId, topic, about: subjectOf(call).id, error: outcome.error, tries, triesAgainAt: status === 'failed' ? null : nextAt }]
}
