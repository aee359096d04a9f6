import type { ReviewQueueView } from '../../../sdk/protocol/review-views.js'

/** A page of a list, where it stands. */
export interface QueuePart extends Omit<ReviewQueueView, 'counted'> {
  /** Units of the list before it. */
  readonly before: number
}

/**
 * A list of which some parts were read. Each goes from one place of the list's order to another, and they stand in that order: what is decided meanwhile
 * makes a part smaller, or a gap between two, and moves nothing from one into another.
 */
export interface QueueParts {
  readonly parts: readonly QueuePart[]
  /** Units of the list; null where they cannot be counted: such a list is read from its start on. */
  readonly total: number | null
  /** There are more of them than are counted. */
  readonly isMore: boolean
  /** What is to be read next; null to read again what is there. */
  readonly wanted: WantedPlace | null
}

/** A row that was not read: so many rows into the gap before a part, or, for the index of none, after the last one. */
export interface UnreadPlace {
  readonly gap: number
  readonly place: number
}

/** See {@link QueueParts.wanted}. */
export interface WantedPlace extends UnreadPlace {
  /** Ids of units that must stay in memory. */
  readonly keep: ReadonlySet<string>
}

/** A page that is asked for: so many units on from a cursor, or back from it, and not beyond another. */
export interface PageAsk {
  readonly cursor: string | null
  readonly until: string | null
  readonly skip: number
  readonly isBackwards: boolean
}

/** Units of a page. */
export const PAGE_SIZE = 50
/** Pages that are kept of a list which can be counted. */
const MOST_PARTS = 12
/** Rows that are read above one in the middle of what was not read. */
const ABOVE = 20

/** A list of which nothing was read. */
export const NOTHING_READ: QueueParts = { parts: [], total: null, isMore: false, wanted: null }

/** Whether a part goes on where the one before it ends, or is the first of the list. */
export function isNext({ parts }: Pick<QueueParts, 'parts'>, index: number): boolean {
  return parts[index]?.startCursor === (index === 0 ? null : parts[index - 1]?.nextCursor)
}

/** How many rows stand unread before a part, or after the last one for the index after it. Pure. */
export function gapBefore(list: QueueParts, index: number): number {
  const [prior, part] = [list.parts[index - 1], list.parts[index]]
  const from = prior ? endOf(prior) : 0
  if (part) return isNext(list, index) ? 0 : Math.max(1, part.before - from)
  return list.total === null || (prior && prior.nextCursor === null) ? 0 : Math.max(1, list.total - from)
}

/**
 * What to ask for to have a row that was not read, with those around it: from the end of the gap that is nearer, since the server walks past what is
 * passed over. Pure.
 */
export function askFor(list: QueueParts, { gap, place }: UnreadPlace): PageAsk {
  const part = list.parts[gap]
  const [cursor, until] = [list.parts[gap - 1]?.nextCursor ?? null, part?.startCursor ?? null]
  // More follow than were counted: its end is not the list's.
  const isOpen = !part && (list.isMore || list.total === null)
  const size = gapBefore(list, gap)
  const after = size - place - 1
  const back = { cursor: until, until: cursor, isBackwards: true }
  if (place < PAGE_SIZE) return { cursor, until, skip: 0, isBackwards: false }
  if (after < PAGE_SIZE && !isOpen) return { ...back, skip: 0 }
  return place * 2 <= size || isOpen ? { cursor, until, skip: place - ABOVE, isBackwards: false } : { ...back, skip: Math.max(0, after - (PAGE_SIZE - ABOVE)) }
}

/** The list with a page that was missing. Pure. */
export function withPage(list: QueueParts, { gap, ask }: { readonly gap: number; readonly ask: PageAsk }, { counted, ...page }: ReviewQueueView): QueueParts {
  const [earlier, later] = [list.parts.slice(0, gap), list.parts.slice(gap)]
  const from = earlier.length > 0 ? endOf(earlier.at(-1) as QueuePart) : 0
  const total = counted ? counted.before + counted.after : list.total
  const end = later[0]?.before ?? total ?? 0
  const before = counted?.before ?? (ask.isBackwards ? end - ask.skip - page.looked : from + ask.skip)
  return { ...list, total, isMore: counted?.isMore ?? list.isMore, parts: [...earlier, { ...page, before: Math.max(from, before) }, ...later] }
}

/** The list with no more parts than are kept: those far from one of them are dropped, and read again when they are looked at; the first one is not, and none with a unit that must stay. Pure. */
export function withoutFar(list: QueueParts, near: number, keep: ReadonlySet<string>): QueueParts {
  const many = list.parts.length - MOST_PARTS
  const middle = list.parts[near]?.before ?? 0
  if (many <= 0 || list.total === null) return list
  const far = list.parts.filter((part, index) => index > 0 && index !== near && !part.units.some(({ unitId }) => keep.has(unitId))).sort((a, b) => Math.abs(b.before - middle) - Math.abs(a.before - middle))
  const dropped = new Set(far.slice(0, many))
  return { ...list, parts: list.parts.filter(part => !dropped.has(part)) }
}

/** Where a part ends, in units of the list. */
export function endOf({ before, looked }: Pick<QueuePart, 'before' | 'looked'>): number {
  return before + looked
}
