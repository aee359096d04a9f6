import type { WorkOf } from './link-to.js'
import { useReviewStore, type ReviewSource, type ReviewStore } from '../review-store.js'
import type { Formats } from '../texts/review-texts.js'
import { useRowList } from './use-row-list.js'

/** A run, task or project that can be chosen. */
export interface WorkName {
  readonly id: string
  readonly name: string
  /** When a run was launched; null for tasks and projects. */
  readonly at: string | null
  /** In which project a task is, by id; null in none, and for runs and projects. */
  readonly project: string | null
}

interface NamePage {
  readonly names: readonly WorkName[]
  readonly nextCursor: string | null
}

const PAGE_SIZE = 100
/** Pages that are read without being asked for. */
const BY_ITSELF = 5
/** What can be chosen is not followed while somebody chooses. */
const STAYS_MS = 60_000

/** Options of {@link useWorkNames}. */
export interface WorkNamesOptions extends ReviewSource {
  /** Null while none are needed: nothing is read then. */
  readonly kind: WorkOf['kind'] | null
}

/** The runs (newest first), tasks or projects (by name) that there are, archived ones too: the first 500. `names` is undefined before the first reply. */
export function useWorkNames({ kind, ...source }: WorkNamesOptions): { readonly names: readonly WorkName[] | undefined } {
  const store = useReviewStore(source)
  const { rows: names } = useRowList(store, {
    queryKey: store.keys.named('names', kind ?? ''), staysFor: STAYS_MS, byItself: BY_ITSELF, isNeeded: kind !== null,
    read: (cursor: string | null) => readNames(store, kind, cursor),
    next: page => page.nextCursor, rows: page => page.names, idOf: one => one.id,
  })
  return { names }
}

/** What somebody who chooses reads: runs of a task are told apart by their launch. */
export function workLabel({ name, at }: WorkName, formats: Formats): string {
  return at === null ? name : `${name}, ${formats.moment(at)}`
}

async function readNames({ client }: ReviewStore, kind: WorkOf['kind'] | null, cursor: string | null): Promise<NamePage> {
  const page = { isArchived: null, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }
  switch (kind) {
    case 'run': {
      const { runs, nextCursor } = await client.runs.list.query(page)
      return { names: runs.map(({ id, title, task, createdAt }) => ({ id, name: title === '' ? task : title, at: createdAt, project: null })), nextCursor }
    }
    case 'task': {
      const { tasks, nextCursor } = await client.projects.tasks.query(page)
      return { names: tasks.map(({ id, name, project }) => ({ id, name, at: null, project: project?.id ?? null })), nextCursor }
    }
    case 'project': {
      const { projects, nextCursor } = await client.projects.list.query(page)
      return { names: projects.map(({ id, name }) => ({ id, name, at: null, project: null })), nextCursor }
    }
    case null: return { names: [], nextCursor: null }
  }
}
