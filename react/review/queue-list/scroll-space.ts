/** How high the content of a list is, and how much of it is in sight, px. */
export interface ScrollSpace {
  readonly content: number
  readonly view: number
}

/** Where a list is scrolled to: its box by so much, which shows the content from `base + top` on. */
export interface ScrollPlace {
  readonly top: number
  readonly base: number
}

/** Browsers lay nothing out further down: Firefox ends at 17 million px, which are fewer than 200,000 rows. */
const MOST_PX = 8_000_000

/** How high the scrolled element is: as its content, as far as a browser can. Pure. */
export function spaceHeight({ content }: ScrollSpace): number {
  return Math.min(content, MOST_PX)
}

/** The place that shows the content from a height on, the box scrolled in proportion. Pure. */
export function placeAt(wanted: number, space: ScrollSpace): ScrollPlace {
  const from = Math.max(0, Math.min(wanted, space.content - space.view))
  const top = Math.round(space.content <= MOST_PX ? from : from / ratioOf(space))
  return { top, base: from - top }
}

/**
 * The place after the box was scrolled. In a list that is higher than its element, a short way is scrolled as it is everywhere, and a long one (the
 * bar was dragged) goes in proportion; near an end of the element that is none of the list, the box is put back to where the proportion says. Pure.
 */
export function scrolledTo(top: number, before: ScrollPlace, space: ScrollSpace): ScrollPlace {
  if (space.content <= MOST_PX) return { top, base: 0 }
  const isShort = Math.abs(top - before.top) <= 2 * space.view
  if (!isShort) return { top, base: top * ratioOf(space) - top }
  const base = Math.max(0, Math.min(before.base, space.content - MOST_PX))
  const isAtEdge = (top < space.view && base > 0) || (top > MOST_PX - 2 * space.view && base < space.content - MOST_PX)
  return isAtEdge ? placeAt(base + top, space) : { top, base }
}

function ratioOf({ content, view }: ScrollSpace): number {
  return (content - view) / (MOST_PX - view)
}
