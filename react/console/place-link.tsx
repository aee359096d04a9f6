import { createContext, useContext, type MouseEvent, type ReactNode } from 'react'
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
  const shared = { className, ...(isCurrent ? { 'aria-current': 'page' as const } : {}) }
  if (addressOf === null) return <button type="button" {...shared} onClick={() => { go(to) }}>{children}</button>
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return <a href={addressOf(to)} {...shared} onClick={follow}>{children}</a>
}
