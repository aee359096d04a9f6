import type { ReviewQueueView } from '../../../sdk/protocol/review-views.js'
import { askFor, isNext, NOTHING_READ, withoutFar, withPage, type PageAsk, type QueueParts } from './queue-parts.js'

/** Asks the server for a page, and how many units the list has where that is wanted. */
export type ReadPage = (ask: PageAsk, isCounted: boolean) => Promise<ReviewQueueView>

/** Reads what is wanted, or else all that is there again. */
export async function readParts(list: QueueParts = NOTHING_READ, read: ReadPage): Promise<QueueParts> {
  const { wanted } = list
  if (wanted === null) return readAgain(list, read)
  const ask = askFor(list, wanted)
  const page = await read(ask, false)
  // Nothing is as far on as that: others decided so many meanwhile that all places are counted anew.
  if (page.looked === 0 && ask.skip > 0) return readAgain(list, read)
  return { ...withoutFar(withPage(list, { gap: wanted.gap, ask }, page), wanted.gap, wanted.keep), wanted: null }
}

/** Each stretch of parts from where it begins up to the next one: rows that came or left in between move none out of its stretch. */
async function readAgain({ parts }: QueueParts, read: ReadPage): Promise<QueueParts> {
  let list = NOTHING_READ
  for (const [index, old] of (parts.length > 0 ? parts : [null]).entries()) {
    const follows = old === null || isNext({ parts }, index)
    const prior = list.parts.at(-1)
    const cursor = follows ? prior?.nextCursor ?? null : old.startCursor
    const until = parts.slice(index + 1).find((_, at) => !isNext({ parts }, index + 1 + at))?.startCursor ?? null
    const isAtEnd = prior !== undefined && prior.nextCursor === until && follows
    if (isAtEnd) continue
    const ask = { cursor, until, skip: 0, isBackwards: false }
    list = withPage(list, { gap: list.parts.length, ask }, await read(ask, index === 0 || !follows))
  }
  return list
}
