import type { RequestHandler } from 'express'
import type { Architect } from '../sdk/architects/architect.js'
import { hostArchitect, type HostOptions } from './host-options.js'
import { answerNodeRequest, type HandlerOwner } from './node-request.js'

/** Express as the architect: mount `middleware(mephisto)` with `app.use(path, …)`, before body parsers. */
export interface ExpressArchitect extends Architect {
  /** The middleware that answers everything under the mount. Errors go to Express's own error handling. */
  middleware(mephisto: HandlerOwner): RequestHandler
}

/** The architect for Express 4.17+ and 5. @throws MephistoError `invalid_options` for a wrong address */
export function expressArchitect(options: HostOptions): ExpressArchitect {
  const architect = hostArchitect('express', options)
  return {
    ...architect,
    middleware: mephisto => (request, response, next) => {
      answerNodeRequest(mephisto, { request, response, innerUrl: request.url, baseUrl: architect.baseUrl }).catch(next)
    },
  }
}
