import { useState } from 'react'
import { safeStorage } from '../../../sdk/client/safe-storage.js'
import type { QueueSearch } from './queue-search.js'

/** Searches that a reviewer keeps under names, on their device. */
export interface SavedSearches {
  readonly views: readonly { readonly name: string; readonly search: QueueSearch }[]
  /** Keeps a search; one of the same name is replaced. */
  readonly keep: (name: string, search: QueueSearch) => void
  readonly forget: (name: string) => void
}

const PREFIX = 'mephisto/view/'

/** The searches that were kept for answers to a kind of task, by name; on a device that keeps nothing, for as long as the page lives. */
export function useSavedSearches(blueprintType: string): SavedSearches {
  const [storage] = useState(() => safeStorage())
  const prefix = `${PREFIX}${encodeURIComponent(blueprintType)}/`
  const read = (): SavedSearches['views'] => storage.keys(prefix).sort().flatMap(key => {
    const search = parsed(storage.get(key))
    return search === null ? [] : [{ name: decodeURIComponent(key.slice(prefix.length)), search }]
  })
  const [views, setViews] = useState(read)
  const keyOf = (name: string): string => `${prefix}${encodeURIComponent(name)}`
  return {
    views,
    keep(name, search) {
      storage.set(keyOf(name), JSON.stringify(search))
      setViews(read())
    },
    forget(name) {
      storage.remove(keyOf(name))
      setViews(read())
    },
  }
}

/** What somebody else may have written there is no search. */
function parsed(text: string | null): QueueSearch | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
