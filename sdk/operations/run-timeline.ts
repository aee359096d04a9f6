import * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { StepCount, StepGrid } from '../ports/overview-operations.js'
import { timelinePoints } from '../protocol/run-overview-views.js'
import { requireRun } from './named-place.js'

/** How finely a run's time is cut. */
export interface TimelineOptions {
  /** Steps at most, 2 to 240; all are of whole ms, so that a short time has fewer. @default 60 */
  readonly points?: number
}

/** How a run has come along. Instants are epoch ms. */
export interface RunTimeline {
  readonly from: number
  readonly to: number
  /** How long each step is, ms; the last one may be shorter. 0 where there are none. */
  readonly stepMs: number
  readonly unitsTotal: number
  /** Units with an answer that counts, and of those the decided ones, by the end of each step; the last one has all. */
  readonly steps: readonly TimelineStep[]
}

/** How much there was by an instant. */
export interface TimelineStep {
  readonly at: number
  readonly answered: number
  readonly decided: number
}

/** Schema of {@link TimelineOptions}. */
export const timelineSchema = z.strictObject({ points: timelinePoints.default(60) })

/**
 * How a run has come along from its start to its end, or to now. All its answers are counted for it.
 * @throws MephistoError `not_found`; `invalid_input` for points out of range
 */
export async function readTimeline(db: MephistoDb, runId: string, options: TimelineOptions = {}): Promise<RunTimeline> {
  const parsed = timelineSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Timeline options: ${describeProblems(problems)}`, { problems })
  }
  const now = await db.now()
  const { startedAt, endedAt, createdAt, unitsTotal } = await requireRun(db, runId)
  const from = startedAt ?? createdAt
  const to = Math.max(from, endedAt ?? now)
  if (startedAt === null) return { from, to, stepMs: 0, unitsTotal, steps: [] }
  const grid = gridOf({ from, to }, parsed.data.points)
  return { from, to, stepMs: grid.stepMs, unitsTotal, steps: stepsOf({ ...grid, to }, await db.overviews.steps(runId, grid)) }
}

/** A span of time, epoch ms. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Steps of whole ms that a span is cut into, at most so many. Pure. */
export function gridOf({ from, to }: Span, points: number): StepGrid {
  return { from, stepMs: Math.max(1, Math.ceil((to - from) / points)) }
}

/** How much there was by the end of each step. What lies before the first step or after the last one counts in these, and no decision before its answer. Pure. */
export function stepsOf({ from, to, stepMs }: StepGrid & Span, counts: readonly StepCount[]): TimelineStep[] {
  const last = Math.max(0, Math.ceil((to - from) / stepMs) - 1)
  const added = Array.from({ length: last + 1 }, () => ({ answered: 0, decided: 0 }))
  const add = (step: number, what: 'answered' | 'decided', units: number): void => {
    const place = added[Math.min(last, Math.max(0, step))]
    if (place) place[what] += units
  }
  for (const { answered, decided, units } of counts) {
    add(answered, 'answered', units)
    if (decided !== null) add(Math.max(answered, decided), 'decided', units)
  }
  let [answered, decided] = [0, 0]
  return added.map((more, index) => {
    answered += more.answered
    decided += more.decided
    return { at: Math.min(to, from + stepMs * (index + 1)), answered, decided }
  })
}
