import * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../../errors.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { answerDigest } from '../event-hash.js'
import { unknownRun } from '../named-place.js'
import { goOn, runForMore } from '../reopening.js'
import { feedCall, storedFeedCall } from './feed-call.js'
import { holdRuns } from '../run-hold.js'

/** How a feed is resumed. */
export interface ResumeFeedOptions {
  /** Leave the row out at which the feed failed. @default false: it is read again */
  readonly skipRow?: boolean
}

/** Schema of {@link ResumeFeedOptions}. */
export const resumeFeedSchema = z.strictObject({ skipRow: z.boolean().optional() })

/** Has a feed that failed or ended read again; see `Operator.resumeFeed`. */
export async function resumeFeed(parts: WorkParts, runId: string, options: ResumeFeedOptions): Promise<void> {
  const parsed = resumeFeedSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Resume options: ${describeProblems(problems)}`, { problems })
  }
  await reopenFeed(parts, runId, { skipRow: parsed.data.skipRow ?? false })
}

/** Opens a run's feed and asks for its call, in one transaction; an open one stays as it is. */
export async function reopenFeed(parts: WorkParts, runId: string, { skipRow }: { readonly skipRow: boolean }): Promise<void> {
  await holdRuns(parts, [runId], async hold => {
    const { dataFeed } = hold.run(runId) ?? { dataFeed: undefined }
    if (dataFeed === undefined) throw unknownRun(runId)
    if (!dataFeed) throw new MephistoError('illegal_move', `Task run ${runId} has no data feed: its data was there at launch. Use topUp to give it more.`)
    if (dataFeed.status === 'open') return
    const run = runForMore(hold, runId)
    const { badCursor } = dataFeed
    if (skipRow && badCursor === null) throw new MephistoError('illegal_move', `The feed of task run ${runId} did not fail at a row, so there is none to skip; resume it without skipRow.`)
    const cursor = skipRow ? badCursor : dataFeed.cursor
    goOn(hold, run)
    hold.feed(runId, { ...dataFeed, status: 'open', cursor, badCursor: null }, { type: 'feed_resume', body: { cursor: cursor === null ? null : answerDigest(cursor) } })
    // One that came with a dump has no call here yet; one that is there stays.
    await hold.tx.outbox.enqueue([feedCall(run, parts.runtime.newId())], hold.at)
    const call = await storedFeedCall(hold.tx, run)
    if (call) await hold.tx.outbox.again([call.id], hold.at)
  })
}
