/** What is shown of a run. */
export const RUN_PARTS = ['overview', 'answers', 'workers', 'remarks'] as const
/** See {@link RUN_PARTS}. */
export type RunPart = (typeof RUN_PARTS)[number]

/** A place about people: all workers or one, all qualifications or one, each by its id. */
export type PeoplePlace =
  | { readonly page: 'workers' | 'qualifications' }
  | { readonly page: 'worker'; readonly worker: string }
  | { readonly page: 'qualification'; readonly qualification: string }

/** Where somebody is in the console. */
export type ConsolePlace =
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly run: string; readonly part: RunPart }
  | { readonly page: 'remarks' }
  | PeoplePlace

/** A place as a path without a leading slash, such as `runs/<id>/workers`: for an address of the host's, or behind a `#`. */
export function textOfPlace(place: ConsolePlace): string {
  switch (place.page) {
    case 'run': return `runs/${encodeURIComponent(place.run)}${place.part === 'overview' ? '' : `/${place.part}`}`
    case 'worker': return `workers/${encodeURIComponent(place.worker)}`
    case 'qualification': return `qualifications/${encodeURIComponent(place.qualification)}`
    default: return place.page
  }
}

/** The place that {@link textOfPlace} wrote; the list of runs for anything else. */
export function placeOfText(text: string): ConsolePlace {
  const [page, named, part = 'overview'] = text.split('/')
  const id = named === undefined ? '' : decoded(named) ?? ''
  switch (page) {
    case 'remarks': return { page }
    case 'workers': return id === '' ? { page } : { page: 'worker', worker: id }
    case 'qualifications': return id === '' ? { page } : { page: 'qualification', qualification: id }
    default: {
      const known = RUN_PARTS.find(one => one === part)
      return page === 'runs' && id !== '' && known !== undefined ? { page: 'run', run: id, part: known } : { page: 'runs' }
    }
  }
}

/** The page of the navigation that a place is under. */
export function sectionOf(place: ConsolePlace): 'runs' | 'workers' | 'qualifications' | 'remarks' {
  switch (place.page) {
    case 'run': return 'runs'
    case 'worker': return 'workers'
    case 'qualification': return 'qualifications'
    default: return place.page
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
