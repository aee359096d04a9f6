import { useMemo } from 'react'
import type { BlockListView, BlockView } from '../../../sdk/protocol/people-views.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { usePagedList, type PagedList } from '../kit/use-paged-list.js'
import { useRowList } from '../kit/use-row-list.js'

/** Blocks, the latest first; undefined before the first reply. */
export interface BlockList extends Omit<PagedList<never>, 'pages'> {
  readonly blocks: readonly BlockView[] | undefined
}

/** All blocks of a worker, those that stand and those that are over, a page at a time. */
export function useBlocksOf({ worker, ...source }: ReviewSource & { readonly worker: string }): BlockList {
  const store = useReviewStore(source)
  const { pages, ...list } = usePagedList(store, {
    queryKey: store.keys.people('blocks', { worker }),
    read: (cursor: string | null): Promise<BlockListView> => store.client.people.blocks.query({ person: { workerId: worker }, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor,
  })
  return { ...list, blocks: pages?.flatMap(page => page.blocks) }
}

const MOST_PAGES = 10

/** Who is blocked now, by worker id: the latest 2,000 blocks that stand. Asked for again every few seconds, for marks beside names. */
export function useStandingBlocks(source: ReviewSource): ReadonlyMap<string, readonly BlockView[]> {
  const store = useReviewStore(source)
  const { rows } = useRowList(store, {
    queryKey: store.keys.people('standing', {}),
    read: (cursor: string | null): Promise<BlockListView> => store.client.people.blocks.query({ isLifted: false, limit: 200, ...(cursor === null ? {} : { cursor }) }),
    next: page => page.nextCursor, rows: page => page.blocks, idOf: block => block.id, byItself: MOST_PAGES,
  })
  return useMemo(() => byWorker(rows ?? []), [rows])
}

function byWorker(blocks: readonly BlockView[]): ReadonlyMap<string, readonly BlockView[]> {
  const people = new Map<string, BlockView[]>()
  for (const block of blocks) {
    if (block.isStanding) people.set(block.worker.id, [...people.get(block.worker.id) ?? [], block])
  }
  return people
}
