import type { RunStatus } from './lifecycle.js'

/**
 * Statuses of a run's data feed. An `open` one is read whenever the run needs rows; an `ended` one has no more, or its run
 * takes none; a `failed` one waits for the operator.
 */
export const DATA_FEED_STATUSES = ['open', 'ended', 'failed'] as const
/** See {@link DATA_FEED_STATUSES}. */
export type DataFeedStatus = (typeof DATA_FEED_STATUSES)[number]

/** Data that is read from a feed: `data` of a launch. JSON, so that it can be sent to a server. */
export interface FeedReference {
  /** The name of a feed of the blueprint's server half. */
  readonly feed: string
  /** What the feed is told; JSON. @default nothing */
  readonly params?: unknown
  /** Rows are read only while fewer units than this are free to be handed out: 1 to 10000, and enough for one item. @default 100 */
  readonly ahead?: number
}

/** Whether data is to be read from a feed. */
export function isFeedReference(data: unknown): data is FeedReference {
  return typeof data === 'object' && data !== null && 'feed' in data && !(Symbol.iterator in data) && !(Symbol.asyncIterator in data)
}

/** Where a run's data comes from while it goes on, frozen at launch. */
export interface DataFeedSettings {
  /** The name of the feed in its blueprint's server half. */
  readonly name: string
  /** JSON text of what the feed is told. */
  readonly params: string
  /** Rows are read only while fewer units than this are free to be handed out. */
  readonly ahead: number
}

/** How far a run has come with its data feed. */
export interface RunDataFeed {
  readonly status: DataFeedStatus
  /** JSON text of the place in the feed behind the last row that the run has; null before the first. */
  readonly cursor: string | null
  /** Rows that were taken. */
  readonly rows: number
  /** JSON text of the place behind the row at which the feed failed; null when it did not fail at a row. */
  readonly badCursor: string | null
}

/** A feed of which nothing was read yet. */
export const UNREAD_FEED: RunDataFeed = { status: 'open', cursor: null, rows: 0, badCursor: null }

/** Whether a run may still get rows, so that it is not over when all of its units are answered. Pure. */
export function awaitsRows({ status, dataFeed }: { readonly status: RunStatus; readonly dataFeed: RunDataFeed | null }): boolean {
  return (status === 'running' || status === 'paused') && dataFeed !== null && dataFeed.status !== 'ended'
}

/** How full a run is. */
export interface Stock {
  readonly ahead: number
  /** Units that are free to be handed out. */
  readonly free: number
  readonly unitsPerAssignment: number
}

/** How many more rows fit below the bound; one where nothing is free, so that a run whose items got more units than the bound goes on. Pure. */
export function roomFor({ ahead, free, unitsPerAssignment }: Stock): number {
  const rows = Math.max(0, Math.floor((ahead - free) / unitsPerAssignment))
  return free === 0 ? Math.max(1, rows) : rows
}

/** Whether it is time to read: half of what may be free is used up, so that a feed is not asked for every single row. Pure. */
export function isLow(stock: Stock): boolean {
  return stock.free <= Math.floor(stock.ahead / 2) && roomFor(stock) > 0
}
