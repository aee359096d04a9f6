import type { FastifyPluginCallback } from 'fastify'
import type { Architect } from '../sdk/architects/architect.js'
import { hostArchitect, innerUrlOf, mountPath, type PathOptions } from './host-options.js'
import { answerNodeRequest, type HandlerOwner } from './node-request.js'

/** Fastify as the architect: `app.register(architect.plugin(mephisto))`. */
export interface FastifyArchitect extends Architect {
  /** The plugin that answers everything under the mount, encapsulated: the host's parsers, hooks and routes stay as they are. Errors go to Fastify's own error handling. */
  plugin(mephisto: HandlerOwner): FastifyPluginCallback
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

/** The architect for Fastify 5. @throws MephistoError `invalid_options` for a wrong address */
export function fastifyArchitect(options: PathOptions): FastifyArchitect {
  const architect = hostArchitect('fastify', options)
  const path = mountPath(options, architect)
  return {
    ...architect,
    plugin: mephisto => (app, _options, done) => {
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', (_request, _payload, parsed) => { parsed(null) })
      app.route({ method: METHODS, url: `${path}*`, handler: async (request, reply) => {
        const { raw } = request
        // What hooks of the host said before, such as headers of CORS.
        for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
        await answerNodeRequest(mephisto, { request: raw, response: reply.raw, innerUrl: innerUrlOf(path, raw.url ?? '/') ?? '/', baseUrl: architect.baseUrl })
        return reply.hijack()
      } })
      done()
    },
  }
}
