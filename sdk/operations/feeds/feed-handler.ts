import type { BlueprintImplementation } from '../../blueprints/implement.js'
import { roomFor } from '../../data-model/data-feed.js'
import type { TaskRun } from '../../data-model/entities.js'
import { BLUEPRINT_TOPICS } from '../../data-model/outbox-topics.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { assigneeRule } from '../assignees/check-assignees.js'
import type { RowRule } from '../data-check.js'
import type { CallOutcome, OutboxHandler } from '../outbox-handler.js'
import { holdWithin } from '../run-hold.js'
import { openFeedOf, type OpenableFeed } from './check-feed.js'
import { openReader } from './feed-reader.js'
import type { FeedWatch } from './feed-watch.js'
import { readPortion, type Portion } from './read-portion.js'
import { reopenFeed } from './resume-feed.js'
import { stockOf } from './stock.js'
import { writePortion } from './write-portion.js'

/** How long the first row may take, ms. */
const TIMEOUT_MS = 15_000
/** A process that is gone is taken for gone so long after that, ms: what a second one reads meanwhile is written once all the same. */
const LEASE_MARGIN_MS = 5_000
/** After so long a feed is closed and opened again where it stands, so that a call with many rows ends in time, ms. */
const LONGEST_READING_MS = 6_000
const [MOST_TRIES, BACKOFF] = [10, { firstMs: 1_000, mostMs: 300_000 }]
/** Units that are written in one transaction. */
const BATCH = 2_000

/** Reads the feeds of a blueprint's runs: each by one process at a time, outside any transaction, as far as the run has room. */
export function feedHandler(parts: WorkParts & { readonly implementation: BlueprintImplementation; readonly watch: FeedWatch }): OutboxHandler {
  const { db, runtime, implementation, watch } = parts
  return {
    specVersion: 1, topic: `${BLUEPRINT_TOPICS.feed}${implementation.blueprint.type}`, timeoutMs: TIMEOUT_MS, leaseMarginMs: LEASE_MARGIN_MS, maxTries: MOST_TRIES, backoff: BACKOFF, concurrencyPerSubject: 1,
    bringIn: isThorough => watch.bringIn(isThorough),
    async call({ subjectId }, signal) {
      const run = await current(subjectId ?? '')
      const settings = run?.config.dataFeed
      if (!run || !settings || run.dataFeed?.status !== 'open') return done({ skipped: 'the run takes no more rows' })
      await watch.learn(run)
      return feedRun(parts, { run, opened: await openFeedOf(run, settings, implementation), signal })
    },
    async record(tx, { subjectId }, { status, result }) {
      if (status === 'failed' && subjectId !== null) await failFeed(tx, parts, { runId: subjectId, badCursor: (result as FailedReading).badCursor ?? null })
    },
  }

  /** The run; one whose failed call somebody wants made again has its feed opened again. */
  async function current(runId: string): Promise<TaskRun | null> {
    const run = await db.runs.get(runId)
    if (run?.dataFeed?.status !== 'failed') return run
    await reopenFeed({ db, runtime }, runId, { skipRow: false })
    return db.runs.get(runId)
  }
}

/** What is kept of a reading that failed for good at a row. */
interface FailedReading {
  readonly error: string
  readonly badCursor?: string | null
}

function done(result: object, restMs = 0): CallOutcome {
  return { kind: 'done', result, restMs }
}

/** Reads rows and writes them, a portion at a time, until the run is full or the feed has no more just now. */
async function feedRun(parts: WorkParts & { readonly implementation: BlueprintImplementation }, { run, opened, signal }: { readonly run: TaskRun; readonly opened: OpenableFeed; readonly signal: AbortSignal }): Promise<CallOutcome> {
  const { db, implementation } = parts
  const rule: RowRule = { blueprint: implementation.blueprint, assignees: assigneeRule(run, () => []), consequence: 'The feed stands before this row; see operator.resumeFeed.' }
  const started = performance.now()
  let from = run.dataFeed
  let read = 0
  let hasGotOn = false
  let reader: ReturnType<typeof openReader> | null = null
  try {
    for (let now: TaskRun | null = run; now && from; now = await db.runs.get(run.id)) {
      const stock = await stockOf(db, now)
      const room = stock ? roomFor(stock) : 0
      if (room === 0) break
      reader ??= openReader(opened, { after: from.cursor, db, signal })
      const portion = await readPortion(reader, rule, { after: from.cursor, most: Math.min(room, Math.max(1, Math.floor(BATCH / now.unitsPerAssignment))), first: from.rows + 1,
        // A feed that has given something and now waits is not one that fails: it is opened again where it stands.
        ...(hasGotOn ? { patienceMs: Math.max(0, LONGEST_READING_MS - (performance.now() - started)) } : {}),
      })
      signal.throwIfAborted()
      const written = await writePortion(parts, { runId: run.id, from, portion })
      if (!written) break
      const isFurther = written.dataFeed.cursor !== from.cursor
      read += written.dataFeed.rows - from.rows
      hasGotOn ||= isFurther
      if (!written.isWhole) break
      from = written.dataFeed
      const end = outcomeOf(portion, { read, isFurther: hasGotOn })
      if (end) return end
      if (performance.now() - started > LONGEST_READING_MS) break
    }
    return done({ rows: read })
  } finally {
    reader?.close()
  }
}

/** How reading ends with a portion; null when it goes on. @throws what the feed threw before it gave anything */
function outcomeOf({ end }: Portion, { read, isFurther }: { readonly read: number; readonly isFurther: boolean }): CallOutcome | null {
  switch (end.kind) {
    case 'more': return null
    case 'ended': return done({ rows: read, ended: true })
    case 'rest': return done({ rows: read }, end.ms)
    case 'bad': return { kind: 'failed', result: { error: end.error, badCursor: end.cursor } satisfies FailedReading }
    case 'thrown':
      // It has got further: the tries begin anew.
      if (isFurther) return done({ rows: read, error: end.error instanceof Error ? end.error.message : String(end.error) }, BACKOFF.firstMs)
      throw end.error
  }
}

async function failFeed(tx: DbOperations, { runtime }: WorkParts, { runId, badCursor }: { readonly runId: string; readonly badCursor: string | null }): Promise<void> {
  await holdWithin({ tx, runtime }, [runId], hold => {
    const dataFeed = hold.run(runId)?.dataFeed
    if (dataFeed?.status === 'open') hold.feed(runId, { ...dataFeed, status: 'failed', badCursor }, { type: 'feed_fail', body: {} })
    return Promise.resolve()
  })
}
