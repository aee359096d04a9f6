import { MephistoError } from '../errors.js'
import type { BlueprintRegistry } from '../operations/registry.js'

/** Where pages of blueprints are, below the mount. */
const PAGES = 'pages/'

/** What is asked of a page below the mount. */
export interface PageCall {
  readonly blueprints: BlueprintRegistry
  readonly request: Request
  /** The query of its address, with its question mark. */
  readonly search: string
  /** Path inside the mount, without a leading slash. */
  readonly path: string
  /** Path of the mount, with slashes at both ends. */
  readonly basePath: string
}

/** Answers what is below `pages/`: the pages that blueprints bring with them. Null for any other path, and for what they do not have. */
export function answerPage({ blueprints, request, search, path, basePath }: PageCall): Response | null {
  if (!path.startsWith(PAGES)) return null
  const [type = '', ...rest] = path.slice(PAGES.length).split('/')
  const pages = blueprints.find(type)?.pages
  if (pages === undefined) return null
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new MephistoError('not_found', 'A page can only be read.')
  // Addresses in a page are told from where it is.
  if (rest.length === 0) return new Response(null, { status: 308, headers: { location: `${basePath}${PAGES}${type}/`, 'cache-control': 'no-cache' } })
  const reply = pages.answer({ path: rest.join('/'), search, known: request.headers.get('if-none-match') })
  if (reply === null) return null
  const isEmpty = request.method === 'HEAD' || reply.status === 304
  return new Response(isEmpty ? null : reply.body, { status: reply.status, headers: reply.headers })
}
