import type * as z from 'zod'
import type { FeedReference } from '../data-model/data-feed.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { AnyBlueprint, InferRawInput } from './blueprint.js'

/** A place in a feed, as JSON: at most 4,000 characters, and nothing about people in it. */
export type FeedCursor = string | number | boolean | readonly FeedCursor[] | { readonly [key: string]: FeedCursor }

/** The answer in another run that a row was made of. */
export interface RowSource {
  readonly runId: string
  readonly unitId: string
  /** Whose answer it is. */
  readonly agentId: string
}

/** A row of a feed, or why there is none. */
export interface FeedRow<TRow> {
  /** Left out, as with `error`, where there is nothing to take: reading goes on behind it. */
  readonly row?: TRow
  /** The place behind this row: reading goes on from here. Different from the one before it. */
  readonly cursor: FeedCursor
  /** How urgent the row is: 0 to 9, whole numbers, the highest first. @default 0 */
  readonly priority?: number
  /** Whom the row is for: external ids at the run's provider, at least as many as `unitsPerAssignment`. Needed from a feed that {@link DataFeed.namesPeople}, and from no other. */
  readonly assignees?: readonly string[]
  /** The accepted answer that the row was made of. A run takes each once, and only while it is accepted. @default none */
  readonly source?: RowSource
  /** Why the row cannot be made: the feed fails here, until the operator has it read again or skipped. */
  readonly error?: string
}

/** What a feed returns that has no more rows just now. */
export interface FeedRest {
  /** It is read again after so many ms, or when something happens in one of the runs that it watches. */
  readonly restMs: number
  /** Where reading goes on, if further than behind the last row. */
  readonly cursor?: FeedCursor
}

/** Rows of a feed, as an async generator function gives them, with or without a {@link FeedRest} in the end. */
export type FeedRows<TRow> = AsyncGenerator<FeedRow<TRow>, FeedRest | undefined> | AsyncGenerator<FeedRow<TRow>, void>

/** What a feed is told. */
export interface FeedRequest<TParams> {
  /** The cursor of the last row that the run has; null at first. */
  readonly after: FeedCursor | null
  readonly params: TParams
  /** To look up what is stored here. Read only: nothing of it is part of any transaction. */
  readonly db: DbOperations
  /** Aborted when no more rows are wanted, or none came in time. */
  readonly signal: AbortSignal
}

/**
 * A source of rows that runs are fed from while they go on, declared with the server half of a blueprint so that every process
 * can go on where another one stopped: `read` gives the rows after a cursor, in an order that stays the same.
 */
export interface DataFeed<TRow = unknown, TParams = unknown> {
  /** Schema of what a launch tells the feed, as JSON. @default the feed is told nothing */
  readonly params?: z.ZodType<TParams>
  /** Whether each of its rows says whom it is for. @default false: rows are for everybody */
  readonly namesPeople?: true
  /**
   * Gives the rows after a cursor, one by one, for as long as they are asked for. Returning nothing ends the feed; a
   * {@link FeedRest} says that there may be more later. Rows may be read more than once and count once. The first one must
   * come within 15 s; what throws or takes longer is tried again, ten times over some ten minutes, then the feed has failed and
   * the operator may resume it.
   */
  read(request: FeedRequest<TParams>): FeedRows<TRow>
  /** Says before a launch what is wrong with the params, by throwing. @default nothing */
  check?(request: { readonly params: TParams; readonly db: DbOperations }): Promise<void>
  /** Ids of the runs in which something must happen for there to be more rows: the feed is read soon
   * after it did in this process, and when it has rested where that was another one. @default none */
  watches?(params: TParams): readonly string[]
}

/** A feed of a blueprint, whatever it is told. */
export type FeedOf<B extends AnyBlueprint> = DataFeed<InferRawInput<B>>

/** What a launch tells a feed. */
export type FeedParams<F> = F extends { readonly params?: z.ZodType<infer TParams> } ? TParams : never

/** How a run is fed. */
export interface FeedOptions<TParams> {
  /** What the feed is told; JSON. @default nothing */
  readonly params?: TParams
  /** See {@link FeedReference}. @default 100 */
  readonly ahead?: number
}

/** Declares a feed of a blueprint, its rows and params typed: `implement(verify, { feeds: { drafts: defineFeed(verify, { … }) } })`. */
export function defineFeed<B extends AnyBlueprint, TParams = undefined>(_blueprint: B, feed: DataFeed<InferRawInput<B>, TParams>): DataFeed<InferRawInput<B>, TParams> {
  return feed
}

/**
 * Data that a run is fed with while it goes on: `launch(verify, { …, data: fromFeed('drafts', { params, ahead: 100 }) })`. With
 * the type of the feed, as in `fromFeed<typeof drafts>('drafts', …)`, its params are typed.
 */
export function fromFeed<F = DataFeed>(feed: string, options: FeedOptions<FeedParams<F>> = {}): FeedReference {
  return { feed, ...options }
}
