import type { MephistoClient } from '../client/create-mephisto-client.js'
import { isOver, type RunStatus } from '../data-model/lifecycle.js'
import { isMephistoError } from '../errors.js'
import type { Compensation } from '../operations/compensation.js'
import type { ResumeFeedOptions } from '../operations/feeds/resume-feed.js'
import type { Operator } from '../operations/operator.js'
import type { RequeueOptions } from '../operations/requeue.js'
import { toProgressView, toRunView, toTopUpView } from '../operations/run-rows.js'
import type { TopUpOptions } from '../operations/top-up-options.js'
import { verifyRun } from '../operations/verify-run.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { CompensationView, RequeueView, RunListView, RunProgressView, RunView, TopUpView, VerificationView } from '../protocol/run-views.js'
import { appTrouble } from './app-client.js'
import { allOf, inOnePiece } from './in-one-piece.js'

/** What is done to a run by its name alone. */
export type RunMove = 'pause' | 'resume' | 'drain' | 'expire' | 'archive' | 'unarchive'

/** Which runs are listed, newest first. */
export interface RunsQuery {
  readonly task?: string
  readonly statuses?: RunStatus[]
  readonly isArchived: boolean | null
  readonly cursor?: string
  readonly limit: number
}

/** Where runs are kept moving and looked at, as the command line sees it. */
export interface RunDesk {
  list(query: RunsQuery): Promise<RunListView>
  move(verb: RunMove, run: string): Promise<RunView>
  requeue(run: string, options: RequeueOptions): Promise<RequeueView>
  /** `priority` is that of all rows. */
  topUp(run: string, options: Omit<TopUpOptions, 'priority' | 'assignees'> & { readonly priority?: number }): Promise<TopUpView>
  extend(run: string, leaseMs: number): Promise<RunView>
  resumeFeed(run: string, options: ResumeFeedOptions): Promise<RunView>
  /** @param compensation is in the name of whoever is logged in where an app does it */
  compensate(run: string, compensation: Compensation): Promise<CompensationView>
  progress(run: string): Promise<RunProgressView>
  /** Compares the run with its log. */
  verify(run: string): Promise<VerificationView>
  /** Progress at once, after each change and last when the run is over. */
  watch(run: string): AsyncIterable<RunProgressView>
}

/** People read no faster. */
const WATCH_MS = 250

/** A database, and the operator over it. */
export interface DatabaseRuns {
  readonly db: MephistoDb
  readonly operator: Operator
}

/** The runs of a database; rows that are added are for whom `assignees` says, if anybody. */
export function databaseRunDesk({ db, operator }: DatabaseRuns, { assignees }: Pick<TopUpOptions, 'assignees'> = {}): RunDesk {
  return {
    async list({ task, cursor, limit, statuses, isArchived }) {
      const runs = await operator.runs({ limit, isArchived, ...(task === undefined ? {} : { taskName: task }), ...(statuses === undefined ? {} : { statuses }), ...(cursor === undefined ? {} : { after: cursor }) })
      return { runs: runs.map(toRunView), nextCursor: runs.length < limit ? null : runs.at(-1)?.id ?? null }
    },
    move: async (verb, run) => toRunView(await operator[verb](run)),
    async requeue(run, options) {
      const report = await operator.requeue(run, options)
      return { ...report, run: toRunView(report.run) }
    },
    topUp: async (run, { priority, ...options }) => toTopUpView(await operator.topUp(run, { ...options, ...(priority === undefined ? {} : { priority: () => priority }), ...(assignees && options.data ? { assignees } : {}) })),
    extend: async (run, leaseMs) => toRunView(await operator.extend(run, { leaseMs })),
    resumeFeed: async (run, options) => toRunView(await operator.resumeFeed(run, options)),
    compensate: (run, compensation) => operator.compensate(run, compensation),
    progress: async run => toProgressView(await operator.progress(run)),
    verify: run => verifyRun(db, run),
    async *watch(run) {
      for await (const progress of operator.watch(run, { everyMs: WATCH_MS })) yield toProgressView(progress)
    },
  }
}

/** How often an app is asked how a run stands, ms, and how often in a row it may fail to answer. */
const POLL_MS = 1_000
const MOST_FAILURES = 30

/** The runs of an app. */
export function appRunDesk({ runs }: MephistoClient): RunDesk {
  const progress = (run: string): Promise<RunProgressView> => runs.progress.query({ run })
  return {
    list: query => runs.list.query(query),
    move: (verb, run) => runs[verb].mutate({ run }),
    requeue: (run, options) => runs.requeue.mutate({ run, ...options, ...(options.units === undefined ? {} : { units: [...options.units] }), ...(options.statuses === undefined ? {} : { statuses: [...options.statuses] }) }),
    topUp: async (run, { data, ...options }) => inOnePiece(runs.topUp.mutate({ run, ...options, ...data === undefined ? {} : { data: await allOf(data) } })),
    extend: (run, leaseMs) => runs.extend.mutate({ run, leaseMs }),
    resumeFeed: (run, options) => runs.resumeFeed.mutate({ run, ...options }),
    compensate: (run, { by: _by, ...compensation }) => runs.compensate.mutate({ run, ...compensation }),
    progress,
    verify: run => runs.verify.mutate({ run }),
    async *watch(run) {
      let failures = 0
      for (let seen = ''; ;) {
        const view = await progress(run).catch((error: unknown) => {
          // An app that is being deployed comes back; one that never answered is not there.
          const trouble = appTrouble(error)
          if (seen === '' || !isMephistoError(trouble) || trouble.code !== 'unavailable' || (failures += 1) > MOST_FAILURES) throw error
          return null
        })
        if (view !== null) {
          failures = 0
          const standing = standingOf(view)
          if (standing !== seen) yield view
          seen = standing
          if (isOver(view.run)) return
        }
        await new Promise(resolve => setTimeout(resolve, POLL_MS))
      }
    },
  }
}

/** What changes with the work, and not with the time alone. */
function standingOf({ pace: _pace, ...view }: RunProgressView): string {
  return JSON.stringify(view)
}
