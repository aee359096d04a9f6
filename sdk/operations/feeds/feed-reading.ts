import type { TaskRun } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { storedFeedCall } from './feed-call.js'

/** How the reading of a run's feed goes. */
export interface FeedReading {
  /** What came of the last reading, if it failed; null when it did not. */
  readonly error: string | null
  /** How often it was tried without getting further. */
  readonly tries: number
  /** Since when it should be read and is not, epoch ms: no process was started that has the feed; null otherwise. */
  readonly dueSince: number | null
}

/** Processes that are started look about every second. */
const LATE_MS = 10_000

/** How the reading of a run's feed goes, from its call in the outbox. */
export async function readingOf(db: DbOperations, run: TaskRun, at: number): Promise<FeedReading | null> {
  const call = await storedFeedCall(db, run)
  if (!call) return null
  const { error } = JSON.parse(call.result ?? '{}') as { readonly error?: string }
  const isLate = run.status === 'running' && call.status === 'pending' && call.nextAt < at - LATE_MS
  return { error: error ?? null, tries: call.tries, dueSince: isLate ? call.nextAt : null }
}
