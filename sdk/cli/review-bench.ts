import { randomUUID } from 'node:crypto'
import type { MephistoClient } from '../client/create-mephisto-client.js'
import { createDataBrowser } from '../operations/data-browser/data-browser.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { queueQuery, type QueueQuery } from '../protocol/review-requests.js'
import type { DecideReply, ReviewQueueView, ReviewUnitView } from '../protocol/review-views.js'
import type { DecideRequest } from '../review/deciding.js'
import { isReadTwice } from '../review/opinions/judgement.js'
import { judgedUnits, toOpinionViews } from '../review/opinions/opinion-views.js'
import { createReviewDesk } from '../review/review-desk.js'
import { placeOf, queueCursor, toReviewUnit } from '../review/review-unit-view.js'
import { allPages } from './all-pages.js'
import { terminalUser } from './terminal-user.js'

/** A decision on units; it gets its id where it is made. */
export type Decision = Omit<DecideRequest, 'decisionId'>

/** Where the answers of one run are looked at and decided, as the command line sees it. */
export interface ReviewBench {
  /** Answers that wait, the first first, after the one that is given. @throws MephistoError `not_found` for an unknown run */
  waiting(after: ReviewUnitView | null): Promise<readonly ReviewUnitView[]>
  /** Units as they stand now. */
  units(unitIds: readonly string[]): Promise<readonly ReviewUnitView[]>
  /** All units of this one's worker that wait. */
  waitingOfWorker(unit: ReviewUnitView): Promise<readonly string[]>
  decide(decision: Decision): Promise<DecideReply['outcomes']>
  /** Takes the last decision back. */
  undo(): Promise<DecideReply['outcomes']>
  /** How many wait. */
  left(): Promise<number>
}

/** Answers that are fetched at a time. */
const AT_A_TIME = 20

/** The first answers that wait for what the reviewer thinks: a page may hold none of them, and more come after it. */
async function firstWanted(after: ReviewUnitView | null, page: (query: Omit<QueueQuery, 'run'>) => Promise<Pick<ReviewQueueView, 'units' | 'nextCursor'>>): Promise<readonly ReviewUnitView[]> {
  for (let cursor = after && queueCursor(placeOf(after)); ;) {
    const { units, nextCursor } = await page({ opinions: 'wanted', limit: AT_A_TIME, ...(cursor === null ? {} : { cursor }) })
    if (units.length > 0 || nextCursor === null) return units
    cursor = nextCursor
  }
}

/** The bench of a run in a database. */
export function databaseReviewBench(db: MephistoDb, runId: string): ReviewBench {
  const [desk, principal] = [createReviewDesk(db, systemRuntime()), terminalUser()]
  return {
    waiting: after => firstWanted(after, async query => {
      const { run, rows, opinions, goesOnAfter } = await desk.queue(principal, queueQuery.parse({ run: runId, ...query }))
      return { units: rows.map(row => toReviewUnit(row, { isReadTwice: isReadTwice(run, row.unitId), opinions: toOpinionViews(row, opinions, principal) })), nextCursor: goesOnAfter && queueCursor(goesOnAfter) }
    }),
    units: unitIds => judgedUnits(db, unitIds, principal),
    waitingOfWorker: unit => unitIdsOf(unit, page => createDataBrowser({ db }).page(page)),
    decide: async decision => [...await desk.decide(principal, { decisionId: randomUUID(), ...decision })],
    undo: async () => [...await desk.undo(principal, { decisionId: randomUUID(), runId })],
    left: async () => (await db.runs.countUnits(runId)).completed,
  }
}

/** What an app decides at most in one call. */
const MOST_DECIDED = 500

/** The bench of a run in an app; who decides is whoever its login says. */
export function appReviewBench({ review, data, runs }: MephistoClient, runId: string): ReviewBench {
  // A decision that was sent in several calls is taken back by as many.
  let calls = 1
  return {
    waiting: after => firstWanted(after, query => review.queue.query({ run: runId, ...query })),
    // They go into the address, of which proxies take 8 kB.
    units: unitIds => inPortions(unitIds, 100, async portion => (await review.units.query({ unitIds: portion })).units),
    waitingOfWorker: unit => unitIdsOf(unit, page => data.units.query(page)),
    decide({ unitIds, verdict, note }) {
      calls = 0
      return inPortions(unitIds, MOST_DECIDED, async portion => {
        const { outcomes } = await review.decide.mutate({ decisionId: randomUUID(), unitIds: portion, verdict, ...(note === null ? {} : { note }) })
        calls += 1
        return outcomes
      })
    },
    async undo() {
      const outcomes: DecideReply['outcomes'] = []
      for (; calls > 0; calls -= 1) outcomes.push(...(await review.undo.mutate({ decisionId: randomUUID(), run: runId })).outcomes)
      calls = 1
      return outcomes
    },
    left: async () => (await runs.progress.query({ run: runId })).units.completed,
  }
}

/** What a call brings that takes no more than `most` ids at a time. */
async function inPortions<T>(ids: readonly string[], most: number, call: (portion: string[]) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for (let from = 0; from < ids.length; from += most) all.push(...await call(ids.slice(from, from + most)))
  return all
}

interface WorkerPage {
  readonly run: string
  readonly worker: { readonly unitId: string }
  readonly statuses: ['completed']
  readonly limit: number
  readonly cursor?: string
}

async function unitIdsOf({ runId, unitId }: ReviewUnitView, read: (page: WorkerPage) => Promise<{ rows: readonly { readonly unit: string }[]; nextCursor: string | null }>): Promise<readonly string[]> {
  const unitIds = new Set([unitId])
  for await (const { unit } of allPages(page => read({ run: runId, worker: { unitId }, statuses: ['completed'], ...page }), Infinity)) unitIds.add(unit)
  return [...unitIds]
}
