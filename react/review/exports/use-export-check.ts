import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

const TYPING_MS = 400
const STAYS_MS = 30_000

/** Whether something can be downloaded. */
export interface ExportCheck {
  /** Why it cannot, as the server says; null while nothing is known to be in the way. */
  readonly problem: string | null
  readonly isChecking: boolean
  /** The server does not answer. */
  readonly isAway: boolean
}

/** Asks the server whether a download would begin, without reading it, once its address has stood still for 0.4 s. Null asks nothing. */
export function useExportCheck({ url, ...source }: ReviewSource & { readonly url: string | null }): ExportCheck {
  const { queryClient, keys } = useReviewStore(source)
  const settled = useSettled(url)
  const query = useQuery<string | null>({
    ...LIVE, enabled: settled !== null, staleTime: STAYS_MS, refetchInterval: state => (state.state.error ? LIVE.refetchInterval : false),
    queryKey: keys.named('exportCheck', settled), queryFn: ({ signal }) => problemAt(settled ?? '', signal),
  }, queryClient)
  const isCurrent = settled === url
  return { problem: isCurrent ? query.data ?? null : null, isChecking: url !== null && (!isCurrent || query.isPending) && !query.error, isAway: isCurrent && query.error !== null }
}

async function problemAt(url: string, signal: AbortSignal): Promise<string | null> {
  const looked = await fetch(url, { method: 'HEAD', credentials: 'same-origin', signal })
  if (looked.ok) return null
  // Why not stands in the body, which a look has none of.
  const response = await fetch(url, { credentials: 'same-origin', signal })
  if (response.ok) {
    await response.body?.cancel()
    return null
  }
  const body = await response.json() as { readonly error?: { readonly message?: string } }
  if (response.status >= 500 || body.error?.message === undefined) throw new Error(`HTTP ${String(response.status)}`)
  return body.error.message
}

/** A value once it has stood still for a while. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(value) }, TYPING_MS)
    return () => { clearTimeout(timer) }
  }, [value])
  return settled
}
