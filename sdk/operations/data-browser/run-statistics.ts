import type * as z from 'zod'
import type { FinishedUnit } from '../../ports/data-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { runStatisticsQuery } from '../../protocol/data-requests.js'
import type { RunStatisticsView } from '../../protocol/data-views.js'
import { requireRun } from '../named-place.js'
import { TALLIED, TALLY_PAGE, tallyOfStored } from './stored-answers.js'

/** How the latest answers of a run are spread, and how far people agree among them; each is read once. @throws MephistoError `not_found` */
export async function runStatistics(db: MephistoDb, { run: named, limit }: z.output<typeof runStatisticsQuery>): Promise<RunStatisticsView> {
  const { id: run, blueprintType, config: { live } } = await requireRun(db, named)
  // One more than is wanted tells whether there are more.
  const units = await db.data.latest({ runId: run, statuses: TALLIED, limit: limit + 1 })
  const tally = tallyOfStored(db, blueprintType)
  for (const items of portions(byItem(units.slice(0, limit)), TALLY_PAGE)) {
    const answers = await db.data.answersOf(items.flat())
    for (const item of items) await tally.add(item.flatMap(unitId => answers.get(unitId) ?? []), live !== undefined)
  }
  return { run, isPart: units.length > limit, ...tally.result() }
}

/** Ids of units, those of one item together, in the order in which their items come first. Pure. */
export function byItem(units: readonly FinishedUnit[]): readonly (readonly string[])[] {
  const items = new Map<string, string[]>()
  for (const { unitId, assignmentId } of units) {
    const item = items.get(assignmentId) ?? []
    items.set(assignmentId, item)
    item.push(unitId)
  }
  return [...items.values()]
}

/** Lists in portions of so many texts at most, unless one has more by itself. Pure. */
export function* portions(lists: readonly (readonly string[])[], most: number): Generator<readonly (readonly string[])[]> {
  let [portion, size]: [(readonly string[])[], number] = [[], 0]
  for (const list of lists) {
    if (portion.length > 0 && size + list.length > most) {
      yield portion
      ;[portion, size] = [[], 0]
    }
    portion.push(list)
    size += list.length
  }
  if (portion.length > 0) yield portion
}
