/** What is shown of a run. */
export const RUN_PARTS = ['overview', 'answers', 'workers', 'remarks'] as const
/** See {@link RUN_PARTS}. */
export type RunPart = (typeof RUN_PARTS)[number]

/** Where somebody is in the console. */
export type ConsolePlace =
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly run: string; readonly part: RunPart }
  | { readonly page: 'remarks' }

/** A place as a path without a leading slash, such as `runs/<id>/workers`: for an address of the host's, or behind a `#`. */
export function textOfPlace(place: ConsolePlace): string {
  if (place.page !== 'run') return place.page
  return `runs/${encodeURIComponent(place.run)}${place.part === 'overview' ? '' : `/${place.part}`}`
}

/** The place that {@link textOfPlace} wrote; the list of runs for anything else. */
export function placeOfText(text: string): ConsolePlace {
  const [page, run, part = 'overview'] = text.split('/')
  if (page === 'remarks') return { page }
  const known = RUN_PARTS.find(one => one === part)
  const id = run === undefined ? null : decoded(run)
  return page === 'runs' && id !== null && id !== '' && known !== undefined ? { page: 'run', run: id, part: known } : { page: 'runs' }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
