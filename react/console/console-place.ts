import type { WorkOf } from '../review/link-to.js'

/** What is shown of a run. */
export const RUN_PARTS = ['overview', 'answers', 'workers', 'remarks'] as const
/** See {@link RUN_PARTS}. */
export type RunPart = (typeof RUN_PARTS)[number]

/** Where somebody is in the console. */
export type ConsolePlace =
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly run: string; readonly part: RunPart }
  | { readonly page: 'projects' }
  /** By name or id, as the task. */
  | { readonly page: 'project'; readonly project: string }
  | { readonly page: 'task'; readonly task: string }
  /** `of`: whose money, or which answers, are chosen at first; null for none. */
  | { readonly page: 'spending' | 'exports'; readonly of: WorkOf | null }
  | { readonly page: 'audit' }
  | { readonly page: 'remarks' }

/** A place as a path without a leading slash, such as `runs/<id>/workers`: for an address of the host's, or behind a `#`. */
export function textOfPlace(place: ConsolePlace): string {
  switch (place.page) {
    case 'run': return `runs/${encodeURIComponent(place.run)}${place.part === 'overview' ? '' : `/${place.part}`}`
    case 'project': return `projects/${encodeURIComponent(place.project)}`
    case 'task': return `tasks/${encodeURIComponent(place.task)}`
    case 'spending': case 'exports': return `${place.page}${place.of === null ? '' : `/${place.of.kind}/${encodeURIComponent(place.of.id)}`}`
    default: return place.page
  }
}

/** The place that {@link textOfPlace} wrote; the list of runs for anything else. */
export function placeOfText(text: string): ConsolePlace {
  const [page = '', first, second, ...more] = text.split('/')
  return (more.length > 0 ? null : placeIn(page, first, second)) ?? { page: 'runs' }
}

function placeIn(page: string, first: string | undefined, second: string | undefined): ConsolePlace | null {
  const id = first === undefined ? null : named(first)
  switch (page) {
    case 'remarks': case 'audit': return { page }
    case 'runs': {
      const part = RUN_PARTS.find(one => one === (second ?? 'overview'))
      return id === null || part === undefined ? null : { page: 'run', run: id, part }
    }
    case 'projects': return first === undefined ? { page } : id === null ? null : { page: 'project', project: id }
    case 'tasks': return id === null ? null : { page: 'task', task: id }
    case 'spending': case 'exports': {
      const [kind, of] = [KINDS.find(one => one === first), second === undefined ? null : named(second)]
      return { page, of: kind === undefined || of === null ? null : { kind, id: of } }
    }
    default: return null
  }
}

const KINDS = ['run', 'task', 'project'] as const

/** An id or name in an address; null for none. */
function named(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text)
    return decoded === '' ? null : decoded
  } catch {
    return null
  }
}
