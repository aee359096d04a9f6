import { useEffect } from 'react'
import type { PagedList } from '../use-paged-list.js'

/** Reads on by itself until so many are there: looking through a list, and sorting it, is over those that were read. */
export function useAllPages({ hasMore, loadMore, pages }: Pick<PagedList<unknown>, 'hasMore' | 'loadMore' | 'pages'>, mostPages: number): void {
  const read = pages?.length ?? 0
  useEffect(() => { if (hasMore && read < mostPages) loadMore() }, [hasMore, loadMore, read, mostPages])
}
