import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { entryFromFragment, onAddressChange } from '../../sdk/client/entry-from-address.js'
import { readMessages } from '../../sdk/client/read-messages.js'
import { safeStorage } from '../../sdk/client/safe-storage.js'
import type { TaskEntry } from '../../sdk/client/worker-api.js'
import type { MessageView } from '../../sdk/protocol/message-views.js'

/** Whose messages are shown. */
export interface UseMessagesOptions {
  /** Where Mephisto is mounted. @default '/mephisto/' */
  readonly baseUrl?: string
  /** Who is at the page. @default read from the address, `#provider=…&credential=…` */
  readonly entry?: TaskEntry
}

/** Messages that the person has not put away on this device. */
export interface Messages {
  /** The latest first. */
  readonly messages: readonly MessageView[]
  /** Puts a message away. */
  dismiss(id: string): void
}

const EVERY_MS = 120_000
const SEEN = 'mephisto.messages.seen'
const MOST_SEEN = 500
const storage = safeStorage()

/** What reviewers wrote to whoever is at the page, read again every two minutes while the page is in sight, and whenever it comes into sight. What cannot be read is tried again then. */
export function useMessages({ baseUrl = '/mephisto/', entry: given }: UseMessagesOptions = {}): Messages {
  const fragment = useSyncExternalStore(onAddressChange, () => window.location.hash, () => '')
  const entry = given ?? entryFromFragment(fragment)
  const [provider, credential] = [entry?.provider, entry?.credential]
  const [all, setAll] = useState<readonly MessageView[]>([])
  const [seen, setSeen] = useState<readonly string[]>(seenBefore)

  useEffect(() => {
    if (provider === undefined || credential === undefined) return undefined
    const ending = new AbortController()
    const read = (): void => {
      if (document.visibilityState !== 'visible') return
      // Nothing of the work depends on them: the next time does.
      readMessages({ baseUrl, entry: { provider, credential } }, ending.signal).then(messages => { if (!ending.signal.aborted) setAll(messages) }, () => undefined)
    }
    read()
    const timer = setInterval(read, EVERY_MS)
    document.addEventListener('visibilitychange', read)
    return () => {
      ending.abort()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', read)
      setAll([])
    }
  }, [baseUrl, provider, credential])

  const dismiss = useCallback((id: string) => {
    const now = [id, ...seenBefore().filter(other => other !== id)].slice(0, MOST_SEEN)
    storage.set(SEEN, JSON.stringify(now))
    setSeen(now)
  }, [])
  return { messages: all.filter(({ id }) => !seen.includes(id)), dismiss }
}

function seenBefore(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(storage.get(SEEN) ?? '[]')
    return Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : []
  } catch {
    return []
  }
}
