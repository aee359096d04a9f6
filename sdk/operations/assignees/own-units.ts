import type { TaskRun } from '../../data-model/entities.js'
import { SEARCHED_STATUSES } from '../../data-model/assignee.js'
import { lastRankOfItem } from '../../data-model/rank.js'
import type { AssigneeNote, OwnItem, OwnItemsQuery } from '../../ports/assignee-operations.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Candidate } from '../../ports/unit-operations.js'

/** A part of what a worker could have of their own items. */
export interface OwnUnits {
  /** Free units, in the order in which they are handed out. */
  readonly candidates: readonly Candidate[]
  /** Where items stand for the worker otherwise than was noted: whoever holds the run writes it, and later searches are shorter. */
  readonly stale: readonly AssigneeNote[]
}

const [FIRST_PAGE, LARGEST_PAGE] = [8, 512]
/** Items that are read before what is found is given, whatever comes behind them: many may have moved back because somebody else answered them. */
const MOST_UNORDERED = 2_000

/**
 * The free units of the items that are for a worker, part by part: those of items that they have never had, then those that came
 * back to them. What was noted is only where to look; what is found is as the units and attempts are now.
 */
export async function* ownUnits(db: DbOperations, { id: runId }: Pick<TaskRun, 'id'>, workerId: string): AsyncGenerator<OwnUnits, void, undefined> {
  for (const status of SEARCHED_STATUSES) {
    let found: Candidate[] = []
    let [after, read, limit] = [-1, 0, FIRST_PAGE]
    for (let isLast = false; !isLast; limit = Math.min(limit * 4, LARGEST_PAGE)) {
      const items = await db.assignees.items({ runId, workerId, status, afterRank: after, limit })
      const { candidates, stale } = await lookAt(db, { runId, workerId, status, items })
      isLast = items.length < limit
      after = items.at(-1)?.rank ?? after
      read += items.length
      found = [...found, ...candidates].sort((a, b) => a.rank - b.rank)
      // An item is noted where its first unit was; another one, of a later layer, may come after what was not read yet.
      const upTo = isLast || read >= MOST_UNORDERED ? Infinity : lastRankOfItem(after)
      yield { candidates: found.filter(({ rank }) => rank <= upTo), stale }
      found = found.filter(({ rank }) => rank > upTo)
    }
  }
}

/** Items that were read together. */
interface Read extends Pick<OwnItemsQuery, 'runId' | 'workerId' | 'status'> {
  readonly items: readonly OwnItem[]
}

async function lookAt(db: DbOperations, { runId, workerId, status, items }: Read): Promise<OwnUnits> {
  const unitIds = items.flatMap(({ unitId, isClosed }) => (unitId === null || isClosed ? [] : [unitId]))
  const units = new Map((unitIds.length === 0 ? [] : await db.units.launchedAmong(runId, unitIds)).map(unit => [unit.unitId, unit]))
  const stale: AssigneeNote[] = []
  for (const { assignmentId, rank, unitId, isClosed } of items) {
    const unit = units.get(unitId ?? '')
    if (isClosed) stale.push({ assignmentId, workerId, status: 'done', rank })
    else if (!unit) stale.push({ assignmentId, workerId, status: status === 'open' ? 'waiting' : 'had', rank })
    else if (lastRankOfItem(unit.rank) !== lastRankOfItem(rank)) stale.push({ assignmentId, workerId, status, rank: unit.rank })
  }
  return { candidates: [...units.values()], stale }
}
