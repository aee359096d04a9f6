import type { TaskEntry } from './worker-api.js'

/** Calls `listener` when the page's fragment changes: a new personal link pasted into the same tab does not reload the page. */
export function onAddressChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => { window.removeEventListener('hashchange', listener) }
}

/** Reads `#provider=inhouse&credential=…`. A fragment never reaches a server or its log. Null when it is not complete. */
export function entryFromFragment(fragment: string): TaskEntry | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const provider = fields.get('provider')
  const credential = fields.get('credential')
  return provider && credential ? { provider, credential } : null
}
