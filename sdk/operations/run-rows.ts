import type { TaskRun } from '../data-model/entities.js'
import { instantOrNull } from '../data-model/instant.js'
import type { RunProgressView, RunView } from '../protocol/run-views.js'
import type { RunProgress } from './run-progress.js'

/** A run as operators see it. */
export function toRunView(run: TaskRun): RunView {
  const amount = (minor: number) => ({ minor, currency: run.currency })
  return {
    id: run.id, task: run.taskName, title: run.config.title, blueprintType: run.blueprintType, schemaHash: run.schemaHash, provider: run.provider,
    requester: run.requester, status: run.status, unitsPerAssignment: run.unitsPerAssignment, leaseMs: run.leaseMs,
    unitsTotal: run.unitsTotal, unitsOpen: run.unitsOpen, unitsAnswered: run.unitsAnswered,
    money: {
      pay: amount(run.payMinor), budget: run.budgetMinor === null ? null : amount(run.budgetMinor), reserved: amount(run.reservedMinor),
      owed: amount(run.owedMinor), spent: amount(run.owedMinor + run.paidMinor),
    },
    createdAt: new Date(run.createdAt).toISOString(), startedAt: instantOrNull(run.startedAt), endedAt: instantOrNull(run.endedAt),
  }
}

/** How a run stands, as operators see it. */
export function toProgressView({ run, units, workers, setAside, refusals, dropOuts, pace, medianMs }: RunProgress): RunProgressView {
  const { answersPerHour, answersPerHourSinceStart, finishesAt, forecastMinor } = pace
  return {
    run: toRunView(run), units, workers, setAside, refusals: [...refusals], dropOuts, medianMs,
    pace: { answersPerHour, answersPerHourSinceStart, finishesAt: instantOrNull(finishesAt), forecast: { minor: forecastMinor, currency: run.currency } },
  }
}
