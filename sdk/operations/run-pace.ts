import { awaitsRows } from '../data-model/data-feed.js'
import type { TaskRun } from '../data-model/entities.js'
import { isEnded, type UnitStatus } from '../data-model/lifecycle.js'
import { affordableUnits, type Cap } from './caps.js'

/** How fast a run goes, when it ends at that, and what it will have cost. */
export interface RunPace {
  /** Answers an hour within the last hour; null before the launch. */
  readonly answersPerHour: number | null
  /** Answers an hour since the launch, up to the end of the run; null before it. */
  readonly answersPerHourSinceStart: number | null
  /** When the last answer comes if the last hour's pace goes on, epoch ms; null when nobody can know: nothing was answered, the run is paused or over, its feed may have more, or its budget ends before its units. */
  readonly finishesAt: number | null
  /** What is spent when the units that can still be answered are answered and all are accepted, minor units. */
  readonly forecastMinor: number
}

const HOUR_MS = 3_600_000
/** The shortest time that a pace is told from, ms: the first answer of a run is no pace. */
const SHORTEST_MS = 60_000

/** The pace of a run, from its counts. Pure. */
export function paceOf(run: TaskRun, units: Readonly<Record<UnitStatus, number>>, { answeredLastHour, at, caps }: { readonly answeredLastHour: number; readonly at: number; readonly caps: readonly Cap[] }): RunPace {
  const free = run.status === 'draining' || isEnded(run.status) ? 0 : units.created + units.launched
  const affordable = Math.min(free, affordableUnits(run, caps))
  const forecastMinor = run.owedMinor + run.paidMinor + run.reservedMinor + affordable * run.payMinor
  if (run.startedAt === null) return { answersPerHour: null, answersPerHourSinceStart: null, finishesAt: null, forecastMinor }
  const since = (end: number): number => Math.max(SHORTEST_MS, end - (run.startedAt ?? end))
  const answersPerHour = perHour(answeredLastHour, Math.min(HOUR_MS, since(at)))
  const isGoingOn = (run.status === 'running' || run.status === 'draining') && !awaitsRows(run) && affordable === free && answersPerHour > 0
  return {
    answersPerHour, answersPerHourSinceStart: perHour(run.unitsAnswered, since(run.endedAt ?? at)), forecastMinor,
    finishesAt: isGoingOn ? at + Math.round((free + units.assigned) / answersPerHour * HOUR_MS) : null,
  }
}

/** Rounded to a tenth. */
function perHour(answers: number, ms: number): number {
  return Math.round(answers * HOUR_MS / ms * 10) / 10
}
