import { useEffect, useRef } from 'react'

function isForTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input:not([type=checkbox], [type=radio]), textarea, select, dialog') !== null
}

/** What single keys do on this page; a handler that does nothing is better left out, so that the browser keeps the key. */
export type KeyActions = Readonly<Record<string, (() => void) | undefined>>

/** Runs actions on single key presses anywhere in the page, except while typing, in a dialog, or with Ctrl, Alt or Cmd. */
export function useKeyPresses(actions: KeyActions): void {
  const latest = useRef(actions)
  useEffect(() => { latest.current = actions })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isHeld = event.ctrlKey || event.metaKey || event.altKey || event.repeat
      if (isHeld || event.defaultPrevented || isForTyping(event.target)) return
      const action = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', press)
    return () => { document.removeEventListener('keydown', press) }
  }, [])
}
