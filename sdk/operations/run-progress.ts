import type { TaskRun } from '../data-model/entities.js'
import { UNIT_STATUSES, type UnitStatus } from '../data-model/lifecycle.js'
import type { MephistoDb, RefusalCount, ReturnCount, RunRhythm } from '../ports/mephisto-db.js'
import { everyStatus } from '../review/projects/project-rows.js'
import { capsNow } from './caps.js'
import { readingOf, type FeedReading } from './feeds/feed-reading.js'
import { readPublishing, type PublishingProgress } from './publishing/publishing-progress.js'
import { paceOf, type RunPace } from './run-pace.js'
import { unknownRun } from './named-place.js'

/** A run with its counts. */
export interface RunProgress {
  readonly run: TaskRun
  readonly units: Readonly<Record<UnitStatus, number>>
  /** People who have had a unit. */
  readonly workers: number
  readonly setAside: number
  /** Why people got no work, the most people first. */
  readonly refusals: readonly RefusalCount[]
  /** Attempts that came to nothing. */
  readonly dropOuts: Omit<RunRhythm, 'answeredSince'>
  /** Why units were given back, by those who said so, the most first. */
  readonly returnReasons: readonly ReturnCount[]
  readonly pace: RunPace
  /** Half of the latest answers, at most 1000, took at most so long, ms; null before the first one. */
  readonly medianMs: number | null
  /** How the reading of the feed goes that its data comes from; null without one. */
  readonly feedReading: FeedReading | null
  /** How far it is with what the run's provider shows its workers; null where there is nothing to show. */
  readonly publishing: PublishingProgress | null
  /** Work that nobody can do whom it is for; null where items are for everybody. */
  readonly stranded: StrandedWork | null
}

/** Units that are free for people who can have no more of their items, were blocked, or were erased: see `people.reassign`. */
export interface StrandedWork {
  readonly units: number
  /** Ids of the items that they are of, the first 20. */
  readonly assignments: readonly string[]
}

const HOUR_MS = 3_600_000
/** Answers of which the median is taken. */
const SAMPLE = 1_000

/** Items that are looked for at most, and told. */
const [MOST_STRANDED, TOLD_STRANDED] = [10_000, 20]

/** How a run stands, by statements that find their rows by indexes. @throws MephistoError `not_found` */
export async function readProgress(db: MephistoDb, runId: string): Promise<RunProgress> {
  const at = await db.now()
  const [run, counts, people, refusals, { answeredSince, ...dropOuts }, durations] = await Promise.all([
    db.runs.get(runId), db.rollUps.unitsOfRun(runId), db.runs.countPeople(runId), db.runs.refusals(runId), db.runs.rhythm(runId, at - HOUR_MS),
    db.runs.durations(runId, { limit: SAMPLE, areAccepted: false }),
  ])
  if (!run) throw unknownRun(runId)
  const units = everyStatus(UNIT_STATUSES, counts)
  const feedReading = run.dataFeed ? await readingOf(db, run, at) : null
  const returnReasons = dropOuts.returned > 0 ? await db.runs.returnReasons(runId) : []
  const stranded = run.config.hasAssignees ? await db.assignees.stranded(runId, at, MOST_STRANDED) : null
  return { run, units, ...people, stranded: stranded && { units: stranded.reduce((sum, item) => sum + item.units, 0), assignments: stranded.slice(0, TOLD_STRANDED).map(item => item.assignmentId) }, refusals, dropOuts, returnReasons, pace: paceOf(run, units, { answeredLastHour: answeredSince, at, caps: await capsNow(db, run) }), medianMs: medianOf(durations), feedReading, publishing: await readPublishing(db, run) }
}

/** The middle one of some numbers, or the mean of the two in the middle, whole; null for none. Pure. */
export function medianOf(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2)
}
