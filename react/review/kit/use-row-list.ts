import { useEffect, useMemo } from 'react'
import type { ReviewStore } from '../review-store.js'
import { usePagedList, type ListSource, type PagedList } from './use-paged-list.js'

/** A list of pages with what stands on each. */
export interface RowSource<TPage, TRow, TCursor> extends ListSource<TPage, TCursor> {
  rows(page: TPage): readonly TRow[]
  idOf(row: TRow): string
  /** Pages that are read without being asked for: looking through a list, and sorting it, is over those that were read. @default 1 */
  readonly byItself?: number
}

/** The rows that were read so far, each once: what moved to another page meanwhile would stand there twice. */
export interface RowList<TPage, TRow> extends PagedList<TPage> {
  /** Undefined until the first reply. */
  readonly rows: readonly TRow[] | undefined
}

/** Reads the rows of a list for as long as it is on the screen. */
export function useRowList<TPage, TRow, TCursor>(store: Pick<ReviewStore, 'queryClient'>, { rows: rowsOf, idOf, byItself = 1, ...source }: RowSource<TPage, TRow, TCursor>): RowList<TPage, TRow> {
  const list = usePagedList(store, source)
  const { pages, hasMore, loadMore } = list
  const read = pages?.length ?? 0
  useEffect(() => { if (hasMore && read > 0 && read < byItself) loadMore() }, [hasMore, loadMore, read, byItself])
  const rows = useMemo(() => pages && [...new Map(pages.flatMap(rowsOf).map(row => [idOf(row), row])).values()], [pages])
  return { ...list, rows }
}
