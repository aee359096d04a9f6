import { entryFromFragment, onAddressChange } from '../client/entry-from-address.js'
import type { SubmitReply } from '../protocol/worker-views.js'

/** The mark in the fragment of a page that goes on where the one before it stopped, without asking again. */
const MARK = 'go'

/** Where a blueprint's pages are, and how one leads to the next. Each item is a fresh load of its page. */
export interface Going {
  /** True when the page before this one led here to go on. */
  readonly isGoingOn: boolean
  /** The receipt of the answer that was handed in on the page before. */
  readonly receipt: SubmitReply | null
  /** Leads to another page, or to this one afresh; `receipt` is said there. */
  go(path: string, options: { readonly isGoingOn: boolean; readonly receipt?: SubmitReply }): void
}

/** Reads how this page was reached, and keeps the link in its address; `home` is the blueprint's own address. A reload by hand does not go on by itself. */
export function readGoing(home: string): Going {
  const key = `mephisto:receipt:${home}`
  const fragment = new URLSearchParams(location.hash.slice(1))
  const isGoingOn = fragment.has(MARK)
  fragment.delete(MARK)
  const link = fragment.toString()
  if (isGoingOn) history.replaceState(null, '', `#${link}`)
  onAddressChange(() => {
    // Another link was put into the same tab; or the page led to a place in itself, and the address has to know who is here all the same.
    if (entryFromFragment(location.hash) !== null) location.reload()
    else history.replaceState(null, '', `#${link}`)
  })
  return {
    isGoingOn,
    receipt: isGoingOn ? takeReceipt(key) : null,
    go(path, { isGoingOn: goesOn, receipt }) {
      if (receipt) keepReceipt(key, receipt)
      const target = new URL(path, home)
      target.search = location.search
      target.hash = goesOn ? `${link}&${MARK}` : link
      if (target.pathname !== location.pathname) {
        location.replace(target)
        return
      }
      // Another fragment alone would load nothing.
      history.replaceState(null, '', target)
      location.reload()
    },
  }
}

// A frame may have no storage; then the receipt is not said again, and nothing else is lost.

function keepReceipt(key: string, receipt: SubmitReply): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(receipt))
  } catch { /* see above */ }
}

function takeReceipt(key: string): SubmitReply | null {
  try {
    const kept = sessionStorage.getItem(key)
    sessionStorage.removeItem(key)
    return kept === null ? null : JSON.parse(kept) as SubmitReply
  } catch {
    return null
  }
}
