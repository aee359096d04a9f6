import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { MephistoError } from '../errors.js'
import { WIRE_HEADER } from '../protocol/wire-version.js'
import { appRouter } from '../rpc/router.js'
import { readBody } from './body.js'
import { answerConsole } from './console-endpoint.js'
import { preflightReply } from './cross-origin.js'
import { answerDownload } from './downloads-endpoint.js'
import { errorReply } from './error-reply.js'
import { eventBody } from './event-body.js'
import { answerFiles } from './files-endpoint.js'
import { rpcContext, type HandlerParts } from './handler-parts.js'
import { answerHot, hotNameOf } from './hot-calls.js'
import { answerMetrics } from './metrics-endpoint.js'
import { observedHttp } from './observed-http.js'
import { answerPage } from './page-endpoint.js'

/** The one entrance: tRPC under `trpc/`, pages of blueprints under `pages/`, files of answers under `files/`, downloads under `export/` and `transcripts/`, the console at `console/`, `metrics` where a telemetry has some, `health`; everything else is 404. */
export function createHandler(parts: HandlerParts): (request: Request) => Promise<Response> {
  return request => {
    const url = new URL(request.url)
    const path = url.pathname.startsWith(parts.basePath) ? url.pathname.slice(parts.basePath.length) : null
    const allowed = parts.crossOrigin.headersFor(request.headers.get('origin'))
    return observedHttp(parts.services.observer, { method: request.method, path }, async () => {
      const preflight = allowed === null ? null : preflightReply(request, allowed)
      if (preflight !== null) return preflight
      const response = await route(parts, request, { url, path }).catch((error: unknown) => errorResponse(parts, request, error))
      for (const [name, value] of Object.entries(allowed ?? {})) response.headers.append(name, value)
      return response
    })
  }
}

async function route(parts: HandlerParts, request: Request, { url, path }: { readonly url: URL; readonly path: string | null }): Promise<Response> {
  if (path?.startsWith('trpc/')) return answerRpc(parts, request, { path, search: url.search })
  const download = path === null ? null : answerDownload({ ...parts, request, path, search: url.searchParams })
  if (download !== null) return download
  if (path === 'metrics' && request.method === 'GET' && parts.exposition) return answerMetrics(parts.exposition, request, parts.authorize)
  const file = path === null ? null : answerFiles({ files: parts.services.files, tokens: parts.services.tokens, request, url, path, during: work => parts.during(work) })
  if (file !== null) return file
  const page = path === null ? null : answerPage({ blueprints: parts.services.blueprints, request, search: url.search, path, basePath: parts.basePath })
  if (page !== null) return page
  const console = path === null ? null : answerConsole({ options: parts.console, request, path, basePath: parts.basePath })
  if (console !== null) return console
  if (path === 'health' && request.method === 'GET') return Response.json({ ok: !parts.isClosing() }, { status: parts.isClosing() ? 503 : 200, headers: { 'cache-control': 'no-store' } })
  throw new MephistoError('not_found', `There is nothing at ${url.pathname} in this Mephisto mount (its base path is ${parts.basePath}).`)
}

async function answerRpc(parts: HandlerParts, request: Request, { path, search }: { path: string; search: string }): Promise<Response> {
  const { method, headers, signal } = request
  const said = { method, path, query: search.slice(1), contentType: headers.get('content-type') ?? undefined }
  const name = hotNameOf(said)
  const caller = { authorization: headers.get('authorization') ?? undefined, wire: headers.get(WIRE_HEADER) ?? undefined }
  if (name !== null) {
    const reply = await answerHot(parts, name, { ...said, ...caller, lastEventId: headers.get('last-event-id') ?? undefined, readBody: maxBytes => readBody(request, maxBytes), signal: () => signal })
    return new Response(typeof reply.body === 'string' ? reply.body : eventBody(reply.body, signal), { status: reply.status, headers: reply.headers })
  }
  const body = method === 'POST' ? await readBody(request, parts.maxBodyBytes) : null
  const context = rpcContext(parts, caller, () => request)
  const replayed = body === null ? request : new Request(request.url, { method: request.method, headers: request.headers, body, signal: request.signal })
  const response = await fetchRequestHandler({
    endpoint: `${parts.basePath}trpc`, req: replayed, router: appRouter, createContext: () => context, allowBatching: true,
    responseMeta: () => ({ headers: new Headers({ 'cache-control': 'no-store' }) }),
  })
  // tRPC leaves this out where it could not make out what was sent.
  if (!response.ok && !response.headers.get('content-type')?.includes('json')) response.headers.set('content-type', 'application/json')
  return response
}

/** Every failure has the shape of tRPC's errors, so that a client needs to know one. */
function errorResponse(parts: HandlerParts, request: Request, error: unknown): Response {
  const { status, body } = errorReply(error)
  // Whoever sends half a request and goes away is no failure of ours.
  if (status >= 500 && !request.signal.aborted) parts.services.runtime.logger.error({ err: error }, 'a request failed')
  return new Response(body, { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
}
