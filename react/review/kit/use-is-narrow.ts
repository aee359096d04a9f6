import { useCallback, useSyncExternalStore } from 'react'

/** Whether the window is at most so wide, px. For what stands in another order then: were it the style sheet that moved it, the focus would jump over the page. */
export function useIsNarrow(mostPx: number): boolean {
  const query = `(max-width: ${String(mostPx)}px)`
  const listen = useCallback((onChange: () => void) => {
    const list = matchMedia(query)
    list.addEventListener('change', onChange)
    return () => { list.removeEventListener('change', onChange) }
  }, [query])
  return useSyncExternalStore(listen, () => matchMedia(query).matches, () => false)
}
