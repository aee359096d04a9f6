import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { placeAt, scrolledTo, spaceHeight, type ScrollPlace } from './scroll-space.js'

/** Rows of one height, of which those in sight alone are in the page, however many there are. */
export interface LongList {
  /** The element that is scrolled. */
  readonly box: RefObject<HTMLDivElement | null>
  /** An element as high as a row. */
  readonly sizer: RefObject<HTMLDivElement | null>
  /** How high the list within the box is, px. */
  readonly height: number
  /** The first row in sight, and the one after the last. */
  readonly from: number
  readonly before: number
  /** Rows that fit into the box. */
  readonly fitting: number
  /** Where a row is within the list, px. */
  topOf(row: number): number
  /** Brings a row into sight, by the shortest way. */
  show(row: number): void
  /** Scrolls by so many rows, without moving anything before the eyes where as many rows came or went above. */
  shift(rows: number): void
}

/** Before it is measured, px. */
const ROW_PX = 117

/** Keeps where a list of so many rows is scrolled to. */
export function useLongList(count: number): LongList {
  const [box, sizer] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)]
  const [sizes, setSizes] = useState({ view: 0, row: ROW_PX })
  const [place, setPlace] = useState<ScrollPlace>({ top: 0, base: 0 })
  const space = { content: count * sizes.row, view: sizes.view }
  const latest = useRef({ place, space, row: sizes.row })
  useEffect(() => { latest.current = { place, space, row: sizes.row } })

  const goTo = useCallback((next: ScrollPlace) => {
    latest.current = { ...latest.current, place: next }
    setPlace(next)
    // The box may only now become high enough.
    if (box.current && Math.abs(box.current.scrollTop - next.top) >= 1) box.current.scrollTop = next.top
  }, [])
  useEffect(() => {
    const scrolled = box.current
    if (!scrolled) return undefined
    const scroll = (): void => {
      const { place: before, space: within } = latest.current
      if (Math.abs(scrolled.scrollTop - before.top) >= 1) goTo(scrolledTo(scrolled.scrollTop, before, within))
    }
    const measure = (): void => {
      const [view, row] = [scrolled.clientHeight, sizer.current?.offsetHeight ?? ROW_PX]
      latest.current = { ...latest.current, row, space: { ...latest.current.space, view } }
      setSizes({ view, row })
    }
    // What is shown at once, before anything is drawn, goes by it.
    measure()
    const observer = new ResizeObserver(measure)
    for (const element of [scrolled, sizer.current]) if (element) observer.observe(element)
    scrolled.addEventListener('scroll', scroll, { passive: true })
    return () => {
      observer.disconnect()
      scrolled.removeEventListener('scroll', scroll)
    }
  }, [goTo])

  const show = useCallback((row: number) => {
    const { place: { top, base }, space: within, row: rowPx } = latest.current
    const [start, shown] = [row * rowPx, base + top]
    if (start < shown) goTo(placeAt(start, within))
    else if (start + rowPx > shown + within.view) goTo(placeAt(start + rowPx - within.view, within))
  }, [goTo])
  const shift = useCallback((rows: number) => {
    const { place: { top, base }, space: within, row: rowPx } = latest.current
    goTo(placeAt(base + top + rows * rowPx, within))
  }, [goTo])

  // Rows may have left since.
  const base = Math.min(place.base, Math.max(0, space.content - spaceHeight(space)))
  const shown = base + place.top
  return {
    box, sizer, show, shift, height: spaceHeight(space),
    from: Math.max(0, Math.min(count - 1, Math.floor(shown / sizes.row))), before: Math.min(count, Math.ceil((shown + sizes.view) / sizes.row)), fitting: Math.max(1, Math.floor(sizes.view / sizes.row)),
    topOf: row => row * sizes.row - base,
  }
}
