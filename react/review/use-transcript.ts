import type { PacketKind } from '../../sdk/data-model/packet.js'
import type { SessionEntryView } from '../../sdk/protocol/data-views.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { usePagedList } from './kit/use-paged-list.js'

/** What was said while a unit was worked at: by its people, and by the server to them. */
export interface Transcript {
  /** What was loaded so far, in order, without how things stood; undefined until the first reply. */
  readonly entries: readonly SessionEntryView[] | undefined
  /** What people at the item were called, by the ids of their attempts. */
  readonly names: ReadonlyMap<string, string>
  readonly hasMore: boolean
  readonly loadMore: () => void
}

/** What tells how things stand rather than what was said. */
const SILENT: ReadonlySet<PacketKind> = new Set(['state', 'event', 'released'])

/** Reads the session of a unit, in pages of 200. */
export function useTranscript(source: ReviewSource & { readonly unit: string }): Transcript {
  const { unit } = source
  const store = useReviewStore(source)
  const { client, keys } = store
  const { pages, hasMore, loadMore } = usePagedList(store, {
    queryKey: keys.transcript(unit),
    read: async (after: number | null) => {
      const { entries, nextAfter } = await client.data.session.query({ unit, after: after ?? 0 })
      return { entries: entries.map((entry): SessionEntryView => ({ ...entry, body: entry.body })), nextAfter }
    },
    next: page => page.nextAfter,
    staysFor: 60_000,
  })
  const all = pages?.flatMap(page => page.entries)
  const spoken = all?.filter(({ kind }) => !SILENT.has(kind))
  return { entries: spoken?.filter((entry, index) => !isEcho(entry, spoken[index - 1])), names: namesIn(all ?? []), hasMore, loadMore }
}

/** A text field of something that was said; undefined where it has none. */
export function textIn(body: unknown, field: 'text' | 'name'): string | undefined {
  const value = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[field] : undefined
  return typeof value === 'string' ? value : undefined
}

/** What somebody wrote, told to all in the same words. */
function isEcho({ kind, body }: SessionEntryView, before: SessionEntryView | undefined): boolean {
  const text = textIn(body, 'text')
  return kind === 'message' && before?.kind === 'action' && text !== undefined && text === textIn(before.body, 'text')
}

interface Named { readonly agentId?: unknown; readonly name?: unknown }

/** How things stood says what people are called. */
function namesIn(entries: readonly SessionEntryView[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { kind, body } of entries) {
    const people: unknown = kind === 'state' && typeof body === 'object' && body !== null && 'people' in body ? body.people : []
    for (const { agentId, name } of Array.isArray(people) ? people as readonly Named[] : []) if (typeof agentId === 'string' && typeof name === 'string') names.set(agentId, name)
  }
  return names
}
