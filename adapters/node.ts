import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Architect } from '../sdk/architects/architect.js'
import { hostArchitect, innerUrlOf, mountPath, type PathOptions } from './host-options.js'
import { answerNodeRequest, type HandlerOwner } from './node-request.js'

/** A plain Node server as the architect: ask `answer` first in the server's request listener. */
export interface NodeArchitect extends Architect {
  /**
   * Answers what is under the mount; false, with nothing done, for any other request, which is the host's. What fails before an
   * answer began is answered with status 500, and `onError` is told. @default onError nobody
   */
  answer(mephisto: HandlerOwner, exchange: NodeExchange): boolean
}

/** A request with its response, as Node's server gives them. */
export interface NodeExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  onError?(error: unknown): void
}

/** The architect for `node:http` and `node:https`. @throws MephistoError `invalid_options` for a wrong address */
export function nodeArchitect(options: PathOptions): NodeArchitect {
  const architect = hostArchitect('node', options)
  const path = mountPath(options, architect)
  return {
    ...architect,
    answer(mephisto, { request, response, onError }) {
      const innerUrl = innerUrlOf(path, request.url ?? '/')
      if (innerUrl === null) return false
      answerNodeRequest(mephisto, { request, response, innerUrl, baseUrl: architect.baseUrl }).catch((error: unknown) => {
        onError?.(error)
        if (response.headersSent) response.destroy()
        else response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error')
      })
      return true
    },
  }
}
