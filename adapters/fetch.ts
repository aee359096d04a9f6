import type { Architect } from '../sdk/architects/architect.js'
import type { Mephisto } from '../sdk/create-mephisto.js'
import { hostArchitect, innerUrlOf, mountPath, type PathOptions } from './host-options.js'

/** Any server of `Request → Response` as the architect, such as Hono: `app.all('/mephisto/*', c => answer(c.req.raw))`. */
export interface FetchArchitect extends Architect {
  /** What answers every request under the mount; 404 for any other. */
  answer(mephisto: Pick<Mephisto, 'handler'>): (request: Request) => Promise<Response>
}

/** The architect for servers of `Request → Response` on Node. @throws MephistoError `invalid_options` for a wrong address */
export function fetchArchitect(options: PathOptions): FetchArchitect {
  const architect = hostArchitect('fetch', options)
  const path = mountPath(options, architect)
  const origin = architect.baseUrl.replace(/\/$/, '')
  return {
    ...architect,
    answer: mephisto => async request => {
      const { pathname, search } = new URL(request.url)
      const innerUrl = innerUrlOf(path, pathname + search)
      if (innerUrl === null) return new Response('Not Found', { status: 404 })
      // The instance goes by its public address, whatever name the host was reached by.
      return mephisto.handler(new Request(origin + innerUrl, request))
    },
  }
}
