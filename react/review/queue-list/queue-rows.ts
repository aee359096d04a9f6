import type { ReviewUnitView } from '../../../sdk/protocol/review-views.js'
import { gapBefore, type QueueParts, type UnreadPlace } from './queue-parts.js'

/** The rows of a list: units that were read, and rows that were not. */
export interface QueueRows {
  readonly count: number
  /** Units in one piece, without anything unread between them, one piece after the other. */
  readonly stretches: readonly (readonly ReviewUnitView[])[]
  /** The unit of a row; null while it was not read. */
  at(row: number): ReviewUnitView | null
  /** The row of a unit; -1 for one that is not in memory. */
  rowOf(unitId: string): number
  /** The first of some rows that was not read, up to before another: the row after the last one is none where there may be more. Null when all were. */
  unread(from: number, before: number): UnreadPlace | null
}

interface Piece extends UnreadPlace {
  readonly start: number
  readonly end: number
}

/** The rows of a list with its units as they are shown. Pure. */
export function rowsOf(list: QueueParts): QueueRows {
  const stretches: { readonly start: number; readonly units: ReviewUnitView[] }[] = []
  const gaps: Omit<Piece, 'place'>[] = []
  let count = 0
  for (const [gap, part] of [...list.parts, null].entries()) {
    const size = gapBefore(list, gap)
    if (size > 0) gaps.push({ gap, start: count, end: count + size })
    count += size
    const last = stretches.at(-1)
    if (part && last && size === 0) last.units.push(...part.units)
    else if (part) stretches.push({ start: count, units: [...part.units] })
    count += part?.units.length ?? 0
  }
  const goesOn = list.total === null && (list.parts.at(-1)?.nextCursor ?? null) !== null
  if (goesOn) gaps.push({ gap: list.parts.length, start: count, end: Infinity })
  const rows = new Map(stretches.flatMap(({ start, units }) => units.map(({ unitId }, index) => [unitId, start + index] as const)))
  return {
    count,
    stretches: stretches.map(({ units }) => units),
    at(row) {
      const stretch = stretches.findLast(({ start }) => start <= row)
      return stretch?.units[row - stretch.start] ?? null
    },
    rowOf: unitId => rows.get(unitId) ?? -1,
    unread(from, before) {
      const found = gaps.find(({ start, end }) => start < before && end > from)
      return found ? { gap: found.gap, place: Math.max(0, from - found.start) } : null
    },
  }
}
