import type { WorkOf } from '../review/kit/link-to.js'

/** What is shown of a run. */
export const RUN_PARTS = ['overview', 'answers', 'workers', 'reviewers', 'remarks'] as const
/** See {@link RUN_PARTS}. */
export type RunPart = (typeof RUN_PARTS)[number]

/** A place about people: all workers or one, all qualifications or one, each by its id. */
export type PeoplePlace =
  | { readonly page: 'workers' | 'qualifications' }
  | { readonly page: 'worker'; readonly worker: string }
  | { readonly page: 'qualification'; readonly qualification: string }

/** A place about what work belongs to and what it costs: projects and tasks, each by name or id, money, exports and the audit log. */
export type WorkPlace =
  | { readonly page: 'projects' | 'audit' }
  | { readonly page: 'project'; readonly project: string }
  | { readonly page: 'task'; readonly task: string }
  /** `of`: whose money, or which answers, are chosen at first; null for none. */
  | { readonly page: 'spending' | 'exports'; readonly of: WorkOf | null }

/** Where somebody is in the console. */
export type ConsolePlace =
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly run: string; readonly part: RunPart }
  | { readonly page: 'remarks' }
  | PeoplePlace
  | WorkPlace

/** A place as a path without a leading slash, such as `runs/<id>/workers`: for an address of the host's, or behind a `#`. */
export function textOfPlace(place: ConsolePlace): string {
  switch (place.page) {
    case 'run': return `runs/${encodeURIComponent(place.run)}${place.part === 'overview' ? '' : `/${place.part}`}`
    case 'worker': return `workers/${encodeURIComponent(place.worker)}`
    case 'qualification': return `qualifications/${encodeURIComponent(place.qualification)}`
    case 'project': return `projects/${encodeURIComponent(place.project)}`
    case 'task': return `tasks/${encodeURIComponent(place.task)}`
    case 'spending': case 'exports': return `${place.page}${place.of === null ? '' : `/${place.of.kind}/${encodeURIComponent(place.of.id)}`}`
    default: return place.page
  }
}

/** The place that {@link textOfPlace} wrote; the list of runs for anything else. */
export function placeOfText(text: string): ConsolePlace {
  const [page, first = '', second = 'overview'] = text.split('/')
  const id = decoded(first)
  switch (page) {
    case 'remarks': case 'audit': return { page }
    case 'workers': return id === '' ? { page } : { page: 'worker', worker: id }
    case 'qualifications': return id === '' ? { page } : { page: 'qualification', qualification: id }
    case 'projects': return id === '' ? { page } : { page: 'project', project: id }
    case 'tasks': return id === '' ? { page: 'projects' } : { page: 'task', task: id }
    case 'spending': case 'exports': return { page, of: workIn(text) }
    default: {
      const known = RUN_PARTS.find(one => one === second)
      return page === 'runs' && id !== '' && known !== undefined ? { page: 'run', run: id, part: known } : { page: 'runs' }
    }
  }
}

/** A page of the navigation. */
export type ConsoleSection = 'runs' | 'projects' | 'workers' | 'qualifications' | 'spending' | 'exports' | 'remarks' | 'audit'

/** The page of the navigation that a place is under. */
export function sectionOf(place: ConsolePlace): ConsoleSection {
  switch (place.page) {
    case 'run': return 'runs'
    case 'worker': return 'workers'
    case 'qualification': return 'qualifications'
    case 'project': case 'task': return 'projects'
    default: return place.page
  }
}

const KINDS = ['run', 'task', 'project'] as const

/** The work that an address such as `exports/run/<id>` chooses; null for none. */
function workIn(text: string): WorkOf | null {
  const [, first, second = ''] = text.split('/')
  const [kind, id] = [KINDS.find(one => one === first), decoded(second)]
  return kind === undefined || id === '' ? null : { kind, id }
}

/** An id or name in an address; empty for none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
