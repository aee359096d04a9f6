import type { DataFeed, FeedRest, FeedRow } from '../../blueprints/data-feed.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { OpenableFeed } from './check-feed.js'

type FeedStep = IteratorResult<FeedRow<unknown>, FeedRest | undefined>

/** A feed that is being read: code of the host, which may be slow, hang or throw. */
export interface FeedReader {
  /** The next row, or what the feed returned; `late` when neither came in time, and then it is still awaited by the next call. @throws what the feed throws, and the signal's reason */
  next(waitMs: number): Promise<FeedStep | 'late'>
  /** No more rows are wanted. Does not wait for the feed. */
  close(): void
}

/** Opens a feed behind a cursor (JSON text; null for its beginning). */
export function openReader({ feed, params }: OpenableFeed, { after, db, signal }: { readonly after: string | null; readonly db: DbOperations; readonly signal: AbortSignal }): FeedReader {
  const closing = new AbortController()
  const rows = feed.read({ after: after === null ? null : JSON.parse(after) as Parameters<DataFeed['read']>[0]['after'], params, db, signal: AbortSignal.any([signal, closing.signal]) })
  const read = async (): Promise<FeedStep> => {
    const step = await rows.next()
    return step.done === true ? { done: true, value: step.value ?? undefined } : step
  }
  let pending: Promise<FeedStep> | null = null
  return {
    async next(waitMs) {
      signal.throwIfAborted()
      pending ??= read()
      const step = await firstOf(pending, waitMs, signal)
      if (step !== 'late') pending = null
      return step
    },
    close() {
      closing.abort(new Error('no more rows are wanted'))
      // What a row that still comes, or the end of the generator, throws is nobody's business any more.
      pending?.catch(() => undefined)
      void rows.return(undefined).catch(() => undefined)
    },
  }
}

async function firstOf<T>(pending: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let onAbort = (): void => undefined
  const late = new Promise<'late'>((resolve, reject) => {
    if (waitMs !== Infinity) timer = setTimeout(() => { resolve('late') }, Math.max(0, waitMs))
    onAbort = () => { reject(signal.reason as Error) }
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
