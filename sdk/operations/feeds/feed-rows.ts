import { isMephistoError, MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { CheckedFeed } from './check-feed.js'
import { openReader } from './feed-reader.js'

/** The rows that a feed has now, from its beginning, for a plan: nothing is written, and nobody waits for more. */
export interface FeedRows {
  readonly rows: AsyncIterable<unknown>
  /** Whether the feed said, when it had no more, that there may be more later. */
  goesOn(): boolean
}

/** Longest wait for a row, ms. */
const LONGEST_WAIT_MS = 15_000

/** Opens a feed at its beginning. @throws MephistoError `invalid_input` for what the feed throws, and where a row takes too long */
export function openFeedRows(db: DbOperations, feed: CheckedFeed): FeedRows {
  let isGoingOn = false
  async function* rows(): AsyncGenerator<unknown, void, undefined> {
    const reader = openReader(feed, { after: null, db, signal: new AbortController().signal })
    try {
      for (;;) {
        const step = await reader.next(LONGEST_WAIT_MS)
        if (step === 'late') throw new Error(`the feed gave no row within ${String(LONGEST_WAIT_MS)} ms`)
        if (step.done === true) {
          isGoingOn = step.value !== undefined
          return
        }
        if (step.value.error !== undefined) throw new Error(step.value.error)
        if (step.value.row !== undefined) yield step.value.row
      }
    } catch (error) {
      throw isMephistoError(error) ? error : new MephistoError('invalid_input', `The feed "${feed.settings.name}" could not be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    } finally {
      reader.close()
    }
  }
  return { rows: rows(), goesOn: () => isGoingOn }
}
