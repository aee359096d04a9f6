import { useEffect, useMemo } from 'react'
import type { WorkOf } from './link-to.js'
import { useReviewStore, type ReviewSource, type ReviewStore } from './review-store.js'
import { useFormats, type Formats } from './texts/review-texts.js'
import { usePagedList } from './use-paged-list.js'

/** Something that can be chosen. */
export interface WorkName {
  readonly id: string
  readonly name: string
}

interface NamePage {
  readonly names: readonly WorkName[]
  readonly nextCursor: string | null
}

const PAGE_SIZE = 100
/** Names that are read without being asked for. */
const BY_ITSELF = 500
/** What can be chosen is not followed while somebody chooses. */
const STAYS_MS = 60_000

/** The runs (newest first), tasks or projects (by name) that there are, archived ones too: the first 500. `names` is undefined before the first reply. */
export function useWorkNames({ kind, ...source }: ReviewSource & { readonly kind: WorkOf['kind'] }): { readonly names: readonly WorkName[] | undefined } {
  const store = useReviewStore(source)
  const formats = useFormats()
  const { pages, hasMore, loadMore } = usePagedList(store, {
    queryKey: store.keys.named('names', kind), staysFor: STAYS_MS,
    read: (cursor: string | null) => readNames(store, { kind, cursor, formats }),
    next: page => page.nextCursor,
  })
  const names = useMemo(() => pages?.flatMap(page => page.names), [pages])
  const isShort = (names?.length ?? 0) < BY_ITSELF
  useEffect(() => { if (hasMore && isShort) loadMore() }, [hasMore, isShort, loadMore, names?.length])
  return { names }
}

async function readNames({ client }: ReviewStore, { kind, cursor, formats }: { readonly kind: WorkOf['kind']; readonly cursor: string | null; readonly formats: Formats }): Promise<NamePage> {
  const page = { isArchived: null, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }
  switch (kind) {
    case 'run': {
      const { runs, nextCursor } = await client.runs.list.query(page)
      return { names: runs.map(({ id, title, task, createdAt }) => ({ id, name: `${title === '' ? task : title}, ${formats.moment(createdAt)}` })), nextCursor }
    }
    case 'task': {
      const { tasks, nextCursor } = await client.projects.tasks.query(page)
      return { names: tasks.map(({ id, name }) => ({ id, name })), nextCursor }
    }
    case 'project': {
      const { projects, nextCursor } = await client.projects.list.query(page)
      return { names: projects.map(({ id, name }) => ({ id, name })), nextCursor }
    }
  }
}
