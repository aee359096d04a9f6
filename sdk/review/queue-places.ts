import { MephistoError } from '../errors.js'
import type { AnsweredPlace, CountedRange } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { MOST_COUNTED, type ParsedQueueQuery } from '../protocol/review-requests.js'
import { conditionsOf } from './queue-conditions.js'

/** How many units of a list come before a page, and from it on. */
export interface QueueCount {
  readonly before: number
  readonly after: number
  /** There are more than were counted. */
  readonly isMore: boolean
}

/** From where to where a page goes; null where the list has none so far on. */
export type PageRange = Pick<CountedRange, 'after' | 'through'> | null

/** Whether units are looked at by nothing but what an index finds. Pure. */
export function isPlain(query: ParsedQueueQuery): boolean {
  return query.kinds === undefined && query.isDisputed === undefined && conditionsOf(query).length === 0
}

/** Whether the units of a search can be counted, and a page in their middle be found: those of one status, found by an index. Pure. */
export function isCountable(query: ParsedQueueQuery): boolean {
  return query.statuses.length === 1 && query.isSampled === undefined && query.opinions !== 'differ' && isPlain(query)
}

/**
 * From where to where the page goes that is asked for.
 * @throws MephistoError `invalid_input` for a page in the middle of what cannot be counted
 */
export async function pageRange(db: MephistoDb, query: ParsedQueueQuery, range: CountedRange): Promise<PageRange> {
  const { skip, limit, isBackwards = false } = query
  if (skip === 0 && !isBackwards) return range
  if (!isCountable(query)) throw new MephistoError('invalid_input', 'skip, isBackwards: this search looks through answers one by one, and is read page by page; leave them out.')
  const { after, through } = range
  if (!isBackwards) {
    const start = await db.units.answeredAt(range, { index: skip - 1, fromEnd: false })
    return start && { after: start, ...(through ? { through } : {}) }
  }
  const turned = { ...without(range), ...(through ? { after: through } : {}), ...(after ? { through: after } : {}) }
  const end = skip === 0 ? turned.through ?? null : await db.units.answeredAt(turned, { index: skip, fromEnd: true })
  if (skip > 0 && !end) return null
  const page = { ...turned, ...(end ? { through: end } : {}) }
  const start = await db.units.answeredAt(page, { index: limit, fromEnd: true }) ?? turned.after
  return { ...(start ? { after: start } : {}), ...(end ? { through: end } : {}) }
}

/** Counts a list around the place after which a page begins. */
export async function countQueue(db: MephistoDb, range: CountedRange, start: AnsweredPlace | null): Promise<QueueCount> {
  const list = without(range)
  const before = start ? await db.units.countAnswered({ ...list, through: start }, MOST_COUNTED) : 0
  const after = await db.units.countAnswered({ ...list, ...(start ? { after: start } : {}) }, MOST_COUNTED - before + 1)
  return { before, after: Math.min(after, MOST_COUNTED - before), isMore: before + after > MOST_COUNTED }
}

/** All of a list, whatever part of it a range is. */
function without({ after: _, through: __, ...list }: CountedRange): CountedRange {
  return list
}
