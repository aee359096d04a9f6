import { createContext, useContext, useEffect, useRef, useState } from 'react'
import { textOfPlace, type ConsolePlace } from './console-place.js'

/** The heading of a place. Whoever has gone there has the focus on it, and hears where they are; not when the console appears, where the host's page may have the focus elsewhere. */
export function Heading({ at, children }: { readonly at: string; readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const hasMoved = useContext(HasMovedContext)
  useEffect(() => { if (hasMoved) heading.current?.focus() }, [at, hasMoved])
  return <h1 ref={heading} tabIndex={-1} className="mephisto-review-title"><bdi>{children}</bdi></h1>
}

/** Whether somebody has gone from one page to another. */
export const HasMovedContext = createContext(false)

/** See {@link HasMovedContext}; going from one part of a run to another is none. */
export function useHasMoved(place: ConsolePlace): boolean {
  const at = textOfPlace(place.page === 'run' ? { ...place, part: 'overview' } : place)
  const [first] = useState(at)
  const [hasMoved, setHasMoved] = useState(false)
  if (!hasMoved && at !== first) setHasMoved(true)
  return hasMoved
}
