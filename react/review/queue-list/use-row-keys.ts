import { useEffect, useState, type KeyboardEvent } from 'react'
import type { LongList } from './use-long-list.js'

/** How far a key goes in a list of so many rows from one of them; null for other keys. Pure. */
export function rowAfterKey(key: string, { row, count, fitting }: { readonly row: number; readonly count: number; readonly fitting: number }): number | null {
  switch (key) {
    case 'Home': return 0
    case 'End': return count - 1
    case 'PageUp': return Math.max(0, row - fitting)
    case 'PageDown': return Math.min(count - 1, row + fitting)
    default: return null
  }
}

/** Keys that go through a long list, by what has the focus in it: the row they go to gets it, as soon as it is read. */
export function useRowKeys({ box, from, before, fitting, show }: LongList, count: number): (event: KeyboardEvent) => void {
  const [wanted, setWanted] = useState<number | null>(null)
  useEffect(() => {
    if (wanted === null || !box.current) return
    // Whoever went elsewhere meanwhile, to write a note say, stays there. A row that is drawn no more leaves the focus to the body.
    if (document.activeElement !== document.body && !box.current.contains(document.activeElement)) {
      setWanted(null)
      return
    }
    const button = box.current.querySelector<HTMLElement>(`[data-row="${String(wanted)}"] button`)
    // Until then the list has it, so that keys go on.
    const target = button ?? box.current
    target.focus({ preventScroll: true })
    if (button) setWanted(null)
  })
  return event => {
    const focused = Number((event.target as Element).closest('[data-row]')?.getAttribute('data-row') ?? NaN)
    const isInSight = focused >= from && focused < before
    const row = rowAfterKey(event.key, { row: wanted ?? (isInSight ? focused : from), count, fitting })
    if (row === null || count === 0 || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    show(row)
    setWanted(row)
  }
}
