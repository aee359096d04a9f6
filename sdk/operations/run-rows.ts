import type { TaskRun } from '../data-model/entities.js'
import { instant, instantOrNull } from '../data-model/instant.js'
import type { RunOverviewView, RunTimelineView } from '../protocol/run-overview-views.js'
import type { RunProgressView, RunView, TopUpView } from '../protocol/run-views.js'
import type { RunOverview } from './run-overview.js'
import type { RunProgress } from './run-progress.js'
import type { RunTimeline } from './run-timeline.js'
import type { TopUpReport } from './top-up-options.js'

/** A run as operators see it. */
export function toRunView(run: TaskRun): RunView {
  const amount = (minor: number) => ({ minor, currency: run.currency })
  return {
    id: run.id, task: run.taskName, title: run.config.title, args: run.config.args, page: run.config.page, blueprintType: run.blueprintType, schemaHash: run.schemaHash, provider: run.provider,
    requester: run.requester, isPublished: run.config.supply.publishing !== null, status: run.status, unitsPerAssignment: run.unitsPerAssignment, leaseMs: run.leaseMs,
    unitsTotal: run.unitsTotal, unitsOpen: run.unitsOpen, unitsAnswered: run.unitsAnswered,
    money: {
      pay: amount(run.payMinor), budget: run.budgetMinor === null ? null : amount(run.budgetMinor), reserved: amount(run.reservedMinor),
      owed: amount(run.owedMinor), spent: amount(run.owedMinor + run.paidMinor),
    },
    dataFeed: run.dataFeed && run.config.dataFeed ? { name: run.config.dataFeed.name, status: run.dataFeed.status, rows: run.dataFeed.rows, ahead: run.config.dataFeed.ahead } : null,
    createdAt: new Date(run.createdAt).toISOString(), startedAt: instantOrNull(run.startedAt), endedAt: instantOrNull(run.endedAt), archivedAt: instantOrNull(run.archivedAt), dataRemovedAt: instantOrNull(run.dataRemovedAt),
    isReviewedBlind: run.config.isReviewedBlind === true,
  }
}

/** How a run stands, as operators see it. */
export function toProgressView({ run, units, workers, setAside, refusals, dropOuts, returnReasons, pace, medianMs, feedReading, publishing, stranded }: RunProgress): RunProgressView {
  const { answersPerHour, answersPerHourSinceStart, finishesAt, forecastMinor } = pace
  return {
    run: toRunView(run), units, workers, setAside, refusals: [...refusals], dropOuts, returnReasons: [...returnReasons], medianMs,
    feedReading: feedReading && { ...feedReading, dueSince: instantOrNull(feedReading.dueSince) },
    publishing: publishing && { ...publishing, troubles: publishing.troubles.map(trouble => ({ ...trouble, triesAgainAt: instantOrNull(trouble.triesAgainAt) })) },
    stranded: stranded && { units: stranded.units, assignments: [...stranded.assignments] },
    pace: { answersPerHour, answersPerHourSinceStart, finishesAt: instantOrNull(finishesAt), forecast: { minor: forecastMinor, currency: run.currency } },
  }
}

/** A run at a glance, as operators see it. */
export function toOverviewView({ items, people, leases, gold }: RunOverview): RunOverviewView {
  return { items, people: { ...people }, leases: { ...leases, nextEndAt: instantOrNull(leases.nextEndAt) }, gold: { ...gold } }
}

/** How a run has come along, as operators see it. */
export function toTimelineView({ from, to, stepMs, unitsTotal, steps }: RunTimeline): RunTimelineView {
  return { from: instant(from), to: instant(to), stepMs, unitsTotal, steps: steps.map(({ at, answered, decided }) => ({ at: instant(at), answered, decided })) }
}

/** What became of a top-up, as operators see it. */
export function toTopUpView({ run, rowsAdded, unitsAdded, warnings }: TopUpReport): TopUpView {
  return { run: toRunView(run), rowsAdded, unitsAdded, warnings: [...warnings] }
}
