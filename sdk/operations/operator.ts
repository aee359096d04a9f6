import type { TaskRun } from '../data-model/entities.js'
import { isEnded, type RunVerb } from '../data-model/lifecycle.js'
import type { AnyBlueprint, ExpectedAnswer, InferOnboardingInput, InferRawArgs, InferRawInput } from '../blueprints/blueprint.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb, RunFilter } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { shortNow } from './caps.js'
import { compensateWorker, type Compensation, type CompensationReport } from './compensation.js'
import type { Files } from './files/create-files.js'
import { resumeFeed, type ResumeFeedOptions } from './feeds/resume-feed.js'
import { drainRun, expireFreeUnits } from './draining.js'
import { changeLeaseLength, type ExtendOptions } from './lease-length.js'
import { endAttempts, sweepExpired } from './leases.js'
import type { LaunchOptions } from './launch-options.js'
import { finishMoreUnits } from './more-units.js'
import type { HookParts } from './hook-parts.js'
import type { LaunchPlace } from './launch-checks.js'
import type { Onboarding } from './onboarding.js'
import { SILENT, type Observer } from './observing/observer.js'
import type { Outbox } from './outbox.js'
import type { CallCounts } from './outbox-worker.js'
import { eraseOverdue } from './retention.js'
import { itemsLeft } from './items-left.js'
import { requeueWork, type RequeueOptions, type RequeueReport } from './requeue.js'
import { LAUNCH_SILENCE_MS, launchRun } from './task-launcher.js'
import { drainIdle } from './patience.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import { holdRuns } from './run-hold.js'
import { planRun, type PlanOptions, type RunPlan } from './run-plan.js'
import { readOverview, type RunOverview } from './run-overview.js'
import { readProgress, type RunProgress } from './run-progress.js'
import { readTimeline, type RunTimeline, type TimelineOptions } from './run-timeline.js'
import { topUpRun } from './top-up.js'
import type { TopUpOptions, TopUpReport } from './top-up-options.js'
import { untilRunIsLive, untilRunIsOver, watchRun, type WatchOptions } from './watching.js'
import { requireRun } from './named-place.js'

/** What one round of upkeep did. */
export interface TickReport {
  /** Leases that ran out and were taken back. */
  readonly expiredLeases: number
  /** Launches whose process is gone; their runs have failed. */
  readonly failedLaunches: number
  /** Onboardings that waited for their validation. */
  readonly onboardings: number
  /** Calls to the outside world that were made, webhooks among them. */
  readonly calls: CallCounts
  /** Runs in which nothing had happened for as long as they were to wait (`patienceMs`); they drain now. */
  readonly drainedRuns: number
  /** Answers whose texts were kept for as long as their run said (`retentionDays`), or whose run's data is removed, and are erased now. */
  readonly erasedAnswers: number
  /** Files that were erased, or that no answer named for long, whose content is gone now. */
  readonly discardedFiles: number
}

/** Launches runs and keeps them moving. */
export interface Operator {
  /**
   * Launches a run of a blueprint. Every row of data is checked before anything is handed out; on the first bad one
   * nothing stays behind. Resolves when everything is written. Where the run's provider has to open it first, the run is still
   * `launching` then: it begins when the provider has, and fails when the provider refuses; see {@link untilLive}.
   * @throws MephistoError `invalid_input` naming the option, or the row number and path; `not_found` for an unknown
   * blueprint or provider; `conflict` when the task name belongs to another blueprint, or the task to another project
   */
  launch<B extends AnyBlueprint>(blueprint: B, options: LaunchOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>, InferRawArgs<B>>): Promise<TaskRun>
  /**
   * Checks a launch as {@link launch} does, its data read whole, writes nothing, and forecasts what it would be.
   * @throws MephistoError as {@link launch}; for data it names the first wrong rows, not only one
   */
  plan<B extends AnyBlueprint>(blueprint: B, options: PlanOptions<InferRawInput<B>, ExpectedAnswer<B>, InferOnboardingInput<B>, InferRawArgs<B>>): Promise<RunPlan>
  /** Runs, newest first; `isArchived: null` gives archived ones and others. @default limit 50, isArchived false */
  runs(filter?: Partial<Omit<RunFilter, 'isArchived'>> & { readonly isArchived?: boolean | null }): Promise<readonly TaskRun[]>
  /** How a run stands: its counts, pace, money and drop-outs. @throws MephistoError `not_found` */
  progress(runId: string): Promise<RunProgress>
  /** How far a run's people have come, which leases are under way, how its gold units went. @throws MephistoError `not_found` */
  overview(runId: string): Promise<RunOverview>
  /**
   * How many answers there were and how many of them were decided, step by step from the run's start to its end, or to now. Counts all
   * answers of the run each time. @default points 60 @throws MephistoError `not_found`; `invalid_input` for points out of range
   */
  timeline(runId: string, options?: TimelineOptions): Promise<RunTimeline>
  /** Stops handing out units; work under way can be finished. @throws MephistoError `illegal_move`, `not_found` */
  pause(runId: string): Promise<TaskRun>
  /** Hands units out again after {@link pause}. @throws MephistoError `illegal_move`, `not_found` */
  resume(runId: string): Promise<TaskRun>
  /**
   * Lets the run come to its end: nothing is handed out any more and what nobody has expires; work under way may be finished,
   * and the last of it completes the run. Can be repeated.
   * @throws MephistoError `illegal_move`, `not_found`
   */
  drain(runId: string): Promise<TaskRun>
  /**
   * Leaves a run that has ended out of lists, and nothing more; one that gets more work is in them again. Can be repeated.
   * @throws MephistoError `illegal_move` for a run that goes on; `not_found`
   */
  archive(runId: string): Promise<TaskRun>
  /** Takes an archived run into lists again. Can be repeated. @throws MephistoError `not_found` */
  unarchive(runId: string): Promise<TaskRun>
  /** Ends the run: open units expire, answers that arrive later are set aside. @throws MephistoError `illegal_move`, `not_found` */
  expire(runId: string): Promise<TaskRun>
  /**
   * Lets work be done again: adds units in place of rejected and expired ones, each naming the one it replaces, up to what
   * was wanted of each item. A run that has ended is reopened. With the status `publish_failed`, units whose publishing was
   * given up are published again. Can be repeated: what is there is not added twice.
   * @throws MephistoError `invalid_input`, naming the option; `not_found` for an unknown run, or a unit that is not of this
   * run; `illegal_move` for a run that was never launched; `conflict` while it is being expired
   */
  requeue(runId: string, options?: RequeueOptions): Promise<RequeueReport>
  /**
   * What a run that is over has left undone, as the data of another launch under other options: the input of each item of which
   * fewer answers count than were wanted, once each, in their order. They are as they were stored, after the schema of that run.
   *
   *     await operator.launch(sentiment, { …, pay: usd('0.20'), data: operator.itemsLeft(sentiment, run.id) })
   * @throws MephistoError when it is read: `not_found`; `conflict` for a run of another blueprint; `illegal_move` for one that is not over, or whose data was removed
   */
  itemsLeft<B extends AnyBlueprint>(blueprint: B, runId: string): AsyncIterable<InferRawInput<B>>
  /**
   * Gives a run more data, more units for each item, more money. A run that has ended is reopened when there is new work in
   * it. Can be repeated: what is there is not added twice.
   * @throws MephistoError `invalid_input`, naming the option or the row; `not_found` for an unknown run or blueprint;
   * `illegal_move` for a run that was never launched or is draining; `conflict` while it is being ended, for an id that was
   * used for other data, and for a run of another version of its blueprint
   */
  topUp(runId: string, options: TopUpOptions): Promise<TopUpReport>
  /**
   * Has a feed read again that failed, with the row at which it failed or without it, or one that ended; an open one stays as it
   * is. A run that has ended is reopened.
   * @throws MephistoError `invalid_input`; `not_found`; `illegal_move` for a run that has no feed or takes no rows, and where
   * there is no row to skip; `conflict` for a run that was drained or is being ended
   */
  resumeFeed(runId: string, options?: ResumeFeedOptions): Promise<TaskRun>
  /**
   * Changes how long leases are that are given or extended from now on.
   * @throws MephistoError `invalid_input`; `not_found`; `illegal_move` for a run that gives no leases
   */
  extend(runId: string, options: ExtendOptions): Promise<TaskRun>
  /**
   * Owes a worker money outside any unit, once under the caller's id and within the run's budget.
   * @throws MephistoError `invalid_input`, also for another currency; `not_found` for an unknown run or worker;
   * `illegal_move` for a run that was never launched; `budget_exhausted`; `conflict` for an id that was used for something else
   */
  compensate(runId: string, compensation: Compensation): Promise<CompensationReport>
  /**
   * Waits until workers can have a unit of the run, or the run is over: `failed` when its provider did not open it, for a reason that
   * `publishing.troubles` names. Somebody must do {@link tick} or {@link start} meanwhile. @throws MephistoError `not_found`; what the signal says
   */
  untilLive(runId: string, options?: WatchOptions): Promise<RunProgress>
  /** Waits until the run is over. Somebody must do {@link tick} meanwhile, for leases that run out. @throws MephistoError `not_found`; what the signal says */
  untilDone(runId: string, options?: WatchOptions): Promise<RunProgress>
  /** Progress at once, after each change and last when the run is over. @throws MephistoError `not_found`; what the signal says */
  watch(runId: string, options?: WatchOptions): AsyncIterable<RunProgress>
  /**
   * One round of upkeep: takes back leases that ran out, fails launches whose process is gone, goes on with what was begun by one
   * that is, drains runs that nobody comes to, erases what was kept long enough, removes files that are not needed, and makes the calls to the outside world that are due, at most 1,000 of each
   * topic. Call it from a cron route where nothing runs in between.
   */
  tick(): Promise<TickReport>
  /** Does what {@link tick} does every `everyMs`, and makes calls as soon as this process writes them, until the returned function is called. Half the second that a lease may be late: a round takes its time too. @default everyMs 500 */
  start(options?: { readonly everyMs?: number }): () => Promise<void>
}

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
  readonly onboarding: Onboarding
  readonly hookParts: HookParts
  /** Where task pages are; null where nobody knows. */
  readonly architect: LaunchPlace | null
  readonly outbox: Outbox
  /** @default none are kept */
  readonly files?: Pick<Files, 'discard'>
  /** @default nobody listens */
  readonly observer?: Observer
}

/** What is looked through rarely. */
type LookThroughReport = Pick<TickReport, 'drainedRuns' | 'erasedAnswers' | 'discardedFiles'>

/** How many rows one transaction of upkeep moves. */
const PORTION = 500
/** How often all runs are looked through, those that have ended too, for what is in no hurry, ms. */
const RARELY_MS = 600_000

/** The operator over a database. */
export function createOperator(parts: Parts): Operator {
  const { db, runtime, onboarding, outbox, files, observer = SILENT } = parts

  async function move(runId: string, verb: RunVerb): Promise<TaskRun> {
    await requireRun(db, runId)
    await holdRuns(parts, [runId], hold => {
      hold.move(runId, verb)
      return Promise.resolve()
    })
    return requireRun(db, runId)
  }

  async function setArchived(runId: string, isArchived: boolean): Promise<TaskRun> {
    await holdRuns(parts, [runId], hold => {
      const run = hold.run(runId)
      if (isArchived && run && !isEnded(run.status)) throw new MephistoError('illegal_move', `Task run ${runId} is ${run.status}; only a run that has ended can be archived.`)
      if (run) hold.change(runId, 'archivedAt', isArchived ? run.archivedAt ?? hold.at : null)
      return Promise.resolve()
    })
    return requireRun(db, runId)
  }

  /** Expires what is open in a run that has ended, a portion at a time, so that nobody waits long for the run. */
  async function expireOpen(runId: string): Promise<void> {
    for (let isDone = false; !isDone;) {
      isDone = await holdRuns(parts, [runId], async hold => {
        // It may have been reopened meanwhile.
        const run = hold.run(runId)
        if (!run || !isEnded(run.status)) return true
        const { unitIds, leases } = await hold.tx.units.expireOpen(runId, PORTION)
        endAttempts(hold, leases, 'expire')
        hold.takeDown(runId, unitIds, 'expired')
        hold.count(runId, { unitsOpen: -unitIds.length })
        return unitIds.length < PORTION
      })
    }
  }

  /** A round of upkeep in a span of its own, whoever started it. */
  function round<T>(name: 'leases' | 'all', work: () => Promise<T>): Promise<T> {
    return observer.timed({ instrument: 'mephisto.upkeep.duration', attributes: { round: name }, span: `mephisto.upkeep.${name}`, links: [] }, work)
  }

  const keepUp = (): Promise<Omit<TickReport, 'calls' | keyof LookThroughReport>> => round('leases', async () => {
    const at = await db.now()
    const overdue = await db.units.runsWithExpiredLeases(at, PORTION)
    let expiredLeases = 0
    for (const runId of overdue) expiredLeases += await holdRuns(parts, [runId], hold => sweepExpired(hold, runId, PORTION))
    const stale = await db.runs.staleLaunches(at - LAUNCH_SILENCE_MS, PORTION)
    for (const runId of stale) await failLaunch(runId)
    for (const runId of await db.runs.endedWithOpenUnits(PORTION)) await expireOpen(runId)
    for (const runId of await db.runs.drainingWithFreeUnits(PORTION)) await expireFreeUnits(parts, runId)
    return { expiredLeases, failedLaunches: stale.length, onboardings: await onboarding.resume() }
  })

  /** What a process left that is gone, runs that nobody has come to `since` then, and answers that were kept for as many days as their run said. */
  const lookThrough = (since: number): Promise<LookThroughReport> => round('all', async () => {
    await finishMoreUnits(parts, PORTION)
    const [drainedRuns, erasedAnswers] = [await drainIdle(parts, since), await eraseOverdue(parts)]
    if (erasedAnswers > 0) runtime.logger.info({ answers: erasedAnswers }, 'answers that were kept as long as their runs said, or were left in runs whose data is removed, were erased')
    return { drainedRuns, erasedAnswers, discardedFiles: await files?.discard() ?? 0 }
  })

  /** A run that units can be added to: what another process left to expire has done so. */
  async function settle(runId: string): Promise<void> {
    const { status, unitsOpen } = await requireRun(db, runId)
    if (isEnded(status) && unitsOpen > 0) await expireOpen(runId)
  }

  async function failLaunch(runId: string): Promise<void> {
    await holdRuns(parts, [runId], hold => {
      if (hold.run(runId)?.status === 'launching') hold.move(runId, 'fail')
      return Promise.resolve()
    })
  }

  return {
    launch: (blueprint, options) => launchRun(parts, blueprint, options),
    runs: ({ isArchived = false, ...filter } = {}) => db.runs.list({ limit: 50, ...filter, ...(isArchived === null ? {} : { isArchived }) }),
    plan: (blueprint, options) => planRun(parts, blueprint, options),
    progress: runId => readProgress(db, runId),
    overview: runId => readOverview(db, runId),
    timeline: (runId, options) => readTimeline(db, runId, options),
    pause: runId => move(runId, 'pause'),
    resume: runId => move(runId, 'resume'),
    async expire(runId) {
      await move(runId, 'expire')
      await expireOpen(runId)
      return requireRun(db, runId)
    },
    archive: runId => setArchived(runId, true),
    unarchive: runId => setArchived(runId, false),
    async drain(runId) {
      await drainRun(parts, runId)
      return requireRun(db, runId)
    },
    async topUp(runId, options) {
      await settle(runId)
      const added = await topUpRun(parts, runId, options)
      const run = await requireRun(db, runId)
      const short = await shortNow(db, run)
      return { ...added, run, warnings: short === null ? [] : [short] }
    },
    async resumeFeed(runId, options = {}) {
      await settle(runId)
      await resumeFeed(parts, runId, options)
      return requireRun(db, runId)
    },
    async extend(runId, options) {
      await changeLeaseLength(parts, runId, options)
      return requireRun(db, runId)
    },
    compensate: (runId, compensation) => compensateWorker(parts, runId, compensation),
    untilLive: (runId, options) => untilRunIsLive(db, runId, options),
    untilDone: (runId, options) => untilRunIsOver(db, runId, options),
    watch: (runId, options) => watchRun(db, runId, options),
    itemsLeft: (blueprint, runId) => itemsLeft(db, blueprint, runId),
    async requeue(runId, options = {}) {
      await settle(runId)
      const report = await requeueWork(parts, runId, options)
      if (report.republished > 0) outbox.wake()
      return { ...report, run: await requireRun(db, runId) }
    },
    tick: async () => ({ ...await keepUp(), ...await lookThrough(0), calls: await outbox.runDue() }),
    start({ everyMs = 500 } = {}) {
      // Each by itself: neither a receiver that answers slowly nor a large run that is erased holds up leases.
      const rounds = (ms: number, work: () => Promise<unknown>) => repeat(ms, async () => {
        await work().catch((error: unknown) => {
          runtime.logger.error({ err: error }, 'a round of upkeep failed; the next one tries again')
        })
      })
      let begunAt: number | null = null
      const lookThroughSince = async () => lookThrough(begunAt ??= await db.now())
      const stops = [rounds(everyMs, keepUp), rounds(Math.max(everyMs, RARELY_MS), lookThroughSince), outbox.start(everyMs)]
      return async () => {
        await Promise.all(stops.map(stop => stop()))
      }
    },
  }
}

/** Runs `work` every `everyMs`, never two at once, until the returned function is called, which awaits the last one. */
function repeat(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let isStopped = false
  let timer = setTimeout(round, 0)
  function round(): void {
    running = work().then(() => {
      if (!isStopped) timer = setTimeout(round, everyMs)
    })
  }
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}
