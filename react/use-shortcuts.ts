import { useEffect, useRef } from 'react'

/** What to do for each key, by `KeyboardEvent.key`. `Mod+Enter` is Ctrl or Command with Enter. */
export type Shortcuts = Readonly<Record<string, () => void>>

const FIELDS = 'textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])'

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(FIELDS))
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.altKey) return null
  if (event.ctrlKey || event.metaKey) return `Mod+${event.key}`
  return isTyping(event.target) ? null : event.key
}

/** Runs `shortcuts` for keys pressed anywhere, except while a dialog is open, and plain keys while someone types in a field. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => { latest.current = shortcuts })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = nameOf(event)
      const run = name === null || event.repeat || event.isComposing ? undefined : latest.current[name]
      if (run === undefined || document.querySelector('dialog:modal') !== null) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => { document.removeEventListener('keydown', onKey) }
  }, [])
}
