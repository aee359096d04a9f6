import { roomFor, type RunDataFeed } from '../../data-model/data-feed.js'
import type { TaskRun } from '../../data-model/entities.js'
import { ERASED_TEXT } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { answerDigest } from '../event-hash.js'
import { appendItems } from '../freeing.js'
import { newItems } from '../more-rows.js'
import { holdRuns, type RunHold } from '../run-hold.js'
import type { Portion, TakenRow } from './read-portion.js'
import { stockOf } from './stock.js'

/** How far the feed is after a portion; null, and nothing was written, when it is no longer where the portion begins or takes no rows now. */
export interface WrittenPortion {
  readonly dataFeed: RunDataFeed
  /** Whether all of the portion fitted. */
  readonly isWhole: boolean
}

/**
 * Adds the rows of a portion to a run and moves its place in the feed on, in one transaction that holds the run, only from the
 * place where the portion begins: whoever reads the same rows a second time writes nothing. Rows that were made of answers
 * are taken while those are accepted, which is held meanwhile, and once.
 */
export async function writePortion(parts: WorkParts, { runId, from, portion }: { readonly runId: string; readonly from: RunDataFeed; readonly portion: Portion }): Promise<WrittenPortion | null> {
  const isEmpty = portion.rows.length === 0 && portion.cursor === from.cursor && portion.end.kind !== 'ended'
  if (isEmpty) return { dataFeed: from, isWhole: true }
  const sourceRuns = portion.rows.flatMap(({ source }) => (source ? [source.runId] : []))
  return holdRuns(parts, [runId, ...sourceRuns], async hold => {
    const run = hold.run(runId)
    const dataFeed = run?.dataFeed
    if (!run || !dataFeed || dataFeed.cursor !== from.cursor || dataFeed.rows !== from.rows) return null
    const stock = await stockOf(hold.tx, run)
    if (!stock) return null
    const wanted = await stillWanted(hold, runId, portion.rows)
    const rows = wanted.slice(0, roomFor(stock))
    const isWhole = rows.length === wanted.length
    const cursor = isWhole ? portion.cursor : rows.at(-1)?.cursor ?? from.cursor
    if (rows.length > 0) await addItems(hold, parts, { run, rows })
    const taken: RunDataFeed = { ...dataFeed, cursor, rows: dataFeed.rows + rows.length }
    if (cursor !== null && cursor !== from.cursor) {
      hold.feed(runId, taken, { type: 'feed', body: { rows: rows.length, units: rows.length * run.unitsPerAssignment, cursor: answerDigest(cursor) } })
    }
    if (!isWhole || portion.end.kind !== 'ended') return { dataFeed: taken, isWhole }
    const ended: RunDataFeed = { ...taken, status: 'ended' }
    hold.feed(runId, ended, { type: 'feed_end', body: {} })
    return { dataFeed: ended, isWhole }
  })
}

/** Without rows of answers that are not accepted any more, and of those that the run has an item of. */
async function stillWanted({ tx }: RunHold, runId: string, rows: readonly TakenRow[]): Promise<readonly TakenRow[]> {
  const unitIds = [...new Set(rows.flatMap(({ source }) => (source ? [source.unitId] : [])))]
  if (unitIds.length === 0) return rows
  const [accepted, taken] = [new Set(await tx.feeds.acceptedAmong(unitIds)), new Set(await tx.feeds.taken(runId, unitIds))]
  // Erased since it was read: its text goes nowhere any more.
  for (const { unitId, answer } of await tx.units.reviewById([...accepted])) if (answer === ERASED_TEXT) accepted.delete(unitId)
  return rows.filter(({ source }) => {
    if (!source) return true
    if (!accepted.has(source.unitId) || taken.has(source.unitId)) return false
    taken.add(source.unitId)
    return true
  })
}

async function addItems(hold: RunHold, { runtime }: WorkParts, { run, rows }: { readonly run: TaskRun; readonly rows: readonly TakenRow[] }): Promise<void> {
  const units = rows.length * run.unitsPerAssignment
  if ((run.unitsTotal + units) * run.payMinor > Number.MAX_SAFE_INTEGER) {
    throw new MephistoError('invalid_input', `The pay of ${String(run.unitsTotal + units)} units cannot be kept exactly; drain this run and launch another.`)
  }
  const items = await newItems(hold, runtime, { run, batch: rows, first: await hold.tx.runs.lastPosition(run.id) + 1 })
  await appendItems(hold, run, items)
  await hold.tx.feeds.addSources(rows.flatMap(({ source }, index) => {
    const item = items[index]
    return source && item ? [{ assignmentId: item.id, runId: run.id, sourceRunId: source.runId, sourceUnitId: source.unitId, sourceAgentId: source.agentId }] : []
  }))
  hold.count(run.id, { unitsTotal: units, unitsOpen: units })
}
