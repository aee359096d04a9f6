import * as z from 'zod'
import type { AnyBlueprint, InferInput, InferOutput } from '../../blueprints/blueprint.js'
import type { DataFeed, FeedRow } from '../../blueprints/data-feed.js'
import { isErasureMark } from '../../data-model/erasure.js'
import { isEnded } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import type { ReviewRow } from '../../ports/answer-operations.js'
import type { Acceptance } from '../../ports/feed-operations.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { entityId } from '../../protocol/text.js'

/** An accepted answer, as a chained run is fed with it. */
export interface AcceptedAnswer<B extends AnyBlueprint> {
  readonly runId: string
  readonly unitId: string
  readonly assignmentId: string
  readonly agentId: string
  readonly workerId: string
  readonly input: InferInput<B>
  readonly answer: InferOutput<B>
}

/** The runs whose answers are taken: one, or up to 50. */
export interface AcceptedAnswersParams {
  readonly runs: string | readonly string[]
}

const paramsSchema: z.ZodType<AcceptedAnswersParams> = z.strictObject({ runs: z.union([entityId, z.array(entityId).min(1).max(50)]) })

/** Acceptances of one run that are read at a time, and of all runs that are looked up at a time. */
const [PORTION, TOGETHER] = [100, 500]
/** While nothing is heard of the runs (it may happen in a process that has no way to say so), they are looked at so often, ms. */
const LOOK_AGAIN_MS = 1_000
/** A place is kept, though nothing was taken, when it is so much further: what lies before it is not read again. */
const FAR = 500

/**
 * A feed of the accepted answers of other runs, live as they are accepted: `implement(verify, { feeds: { drafts:
 * acceptedAnswers(draft, ({ answer }) => ({ text: answer.text })) } })`, launched with `fromFeed('drafts', { params: { runs: draftRun.id } })`.
 *
 * Of each run in the order in which they were accepted (approved, or overturned), each answer once. What is no longer accepted when
 * its item would be made is not taken, and is when it is accepted again; an item that was made stays. Only ordinary units count, no
 * training, screening or gold. `toRow` may leave an answer out by giving null; what it throws fails the feed at this answer.
 *
 * The feed ends when all of the runs have ended and none of their answers waits for a decision. What is accepted after that
 * (overturned, or done again) is taken when the operator resumes the feed.
 */
export function acceptedAnswers<B extends AnyBlueprint, TRow>(source: B, toRow: (accepted: AcceptedAnswer<B>) => TRow | null | Promise<TRow | null>): DataFeed<TRow, AcceptedAnswersParams> {
  return {
    params: paramsSchema,
    watches: runsOf,
    async check({ params, db }) {
      for (const runId of runsOf(params)) {
        const run = await db.runs.get(runId)
        if (!run) throw new MephistoError('not_found', `there is no task run ${runId}`)
        if (run.blueprintType !== source.type) throw new MephistoError('invalid_input', `task run ${runId} is of blueprint "${run.blueprintType}", and the feed takes answers of "${source.type}"`)
        if (run.dataRemovedAt !== null) throw new MephistoError('invalid_input', `the data of task run ${runId} was removed, so there are no answers to take`)
      }
    },
    async *read({ after, params, db }) {
      const kept = placesIn(after)
      const places = new Map(runsOf(params).map(runId => [runId, kept[runId] ?? 0]))
      for (;;) {
        // Asked before the answers are looked at: what is accepted in between is seen by this look or the next.
        const isOver = await areOver(db, [...places.keys()])
        const heads = await headsOf(db, [...places.keys()])
        const found = await acceptancesAfter(db, places)
        if (found.length === 0) {
          if (isOver) return undefined
          // Nothing is accepted up to there, and nothing comes in between any more: a run's log has no gaps and no late commits.
          for (const [runId, head] of heads) places.set(runId, Math.max(head, places.get(runId) ?? 0))
          const cursor = Object.fromEntries(places)
          return { restMs: LOOK_AGAIN_MS, ...(Object.entries(cursor).some(([runId, place]) => place - (kept[runId] ?? 0) >= FAR) ? { cursor } : {}) }
        }
        const answers = await answersOf(db, found)
        for (const { runId, feed, agentId } of found) {
          places.set(runId, feed)
          const answer = answers.get(agentId)
          if (answer) yield { cursor: Object.fromEntries(places), ...await rowOf(toRow, answer) }
        }
      }
    },
  }
}

async function rowOf<B extends AnyBlueprint, TRow>(toRow: (accepted: AcceptedAnswer<B>) => TRow | null | Promise<TRow | null>, { runId, unitId, assignmentId, agentId, workerId, input, answer }: ReviewRow): Promise<Omit<FeedRow<TRow>, 'cursor'>> {
  try {
    const row = await toRow({ runId, unitId, assignmentId, agentId, workerId, input: JSON.parse(input) as InferInput<B>, answer: JSON.parse(answer) as InferOutput<B> })
    return row === null ? {} : { row, source: { runId, unitId, agentId } }
  } catch (error) {
    return { error: `The answer to unit ${unitId} could not be made a row: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function runsOf({ runs }: AcceptedAnswersParams): readonly string[] {
  return typeof runs === 'string' ? [runs] : [...new Set(runs)]
}

/** By run, up to which number of its feed of events was read. */
function placesIn(after: unknown): Readonly<Record<string, number>> {
  return (after ?? {}) as Readonly<Record<string, number>>
}

/** By run, the number of its last event. */
async function headsOf(db: DbOperations, runIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return new Map(await Promise.all(runIds.map(async (runId): Promise<[string, number]> => [runId, (await db.runs.pulse(runId))?.feed ?? 0])))
}

type Found = Acceptance & { readonly runId: string }

/** The next acceptances of all runs: of each run in the order of its log, those of several by when they happened. */
async function acceptancesAfter(db: DbOperations, places: ReadonlyMap<string, number>): Promise<readonly Found[]> {
  const queues = await Promise.all([...places].map(async ([runId, place]) => (await db.feeds.acceptances(runId, place, PORTION)).map(one => ({ ...one, runId }))))
  const merged: Found[] = []
  for (;;) {
    const heads = queues.flatMap(queue => (queue[0] ? [{ queue, head: queue[0] }] : []))
    const [first, ...others] = heads
    if (!first) return merged
    const next = others.reduce((earliest, one) => (one.head.at < earliest.head.at ? one : earliest), first)
    merged.push(next.head)
    next.queue.shift()
    // The rest of a run may be in its next portion, and earlier than what others still have.
    const isCut = next.queue.length === 0 && merged.filter(({ runId }) => runId === next.head.runId).length === PORTION
    if (isCut || merged.length === TOGETHER) return merged
  }
}

/** Answers to ordinary units that are accepted now, by agent; those that were erased are left out. */
async function answersOf(db: DbOperations, found: readonly Found[]): Promise<ReadonlyMap<string, ReviewRow>> {
  const ids = [...new Set(found.map(({ agentId }) => agentId))]
  const { rows: agents } = await db.agents.find({ filter: { ids }, limit: ids.length })
  const rows = await db.units.reviewById(agents.flatMap(({ unitId }) => (unitId === null ? [] : [unitId])))
  const wanted = rows.filter(row => row.kind === 'standard' && row.status === 'accepted' && !isErasureMark(JSON.parse(row.answer)))
  return new Map(wanted.map(row => [row.agentId, row]))
}

/** Whether nothing more is accepted in any of these runs, unless somebody changes their mind: all have ended, and no answer waits. */
async function areOver(db: DbOperations, runIds: readonly string[]): Promise<boolean> {
  for (const runId of runIds) {
    const run = await db.runs.get(runId)
    if (run && (!isEnded(run.status) || run.unitsOpen > 0)) return false
    if (run && (await db.units.answered({ runId, statuses: ['completed'], limit: 1 })).length > 0) return false
  }
  return true
}
