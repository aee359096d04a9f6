import { createContext, useContext, useEffect, useRef, type MouseEvent, type ReactNode } from 'react'
import type { ConsolePlace } from './console-place.js'

/** How the console moves: where a place is in the host's addresses, and going there. */
export interface Navigation {
  /** Null where places have no addresses. */
  readonly addressOf: ((place: ConsolePlace) => string) | null
  go(place: ConsolePlace): void
}

/** How the console around moves. */
export const NavigationContext = createContext<Navigation>({ addressOf: null, go: () => undefined })

interface PlaceLinkProps {
  readonly to: ConsolePlace
  readonly isCurrent?: boolean
  readonly className: string
  readonly children: ReactNode
}

/** Goes to a place of the console: a link where places have addresses, so that it can be opened in another tab too, and a button elsewhere. */
export function PlaceLink({ to, isCurrent = false, className, children }: PlaceLinkProps) {
  const { addressOf, go } = useContext(NavigationContext)
  const link = useRef<HTMLElement>(null)
  const keep = (element: HTMLElement | null): void => { link.current = element }
  useEffect(() => { if (isCurrent && link.current) bringInSight(link.current) }, [isCurrent])
  const shared = { className, ...(isCurrent ? { 'aria-current': 'page' as const } : {}) }
  if (addressOf === null) return <button ref={keep} type="button" {...shared} onClick={() => { go(to) }}>{children}</button>
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return <a ref={keep} href={addressOf(to)} {...shared} onClick={follow}>{children}</a>
}

/** Scrolls the row of links around it alone, which is longer than a phone: `scrollIntoView` would move the page too. */
function bringInSight(link: HTMLElement): void {
  const row = link.parentElement
  const [at, around] = [link.getBoundingClientRect(), row?.getBoundingClientRect()]
  if (row && around && (at.left < around.left || at.right > around.right)) row.scrollLeft += at.left + at.width / 2 - around.left - around.width / 2
}
