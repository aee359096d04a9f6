import type { Observer } from '../operations/observing/observer.js'

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
const ROUTES = ['trpc', 'pages', 'export', 'files', 'metrics', 'health'] as const

/** Times a request by its route, never by its address: that holds ids. `path` is inside the mount, null for outside of it. */
export function observedHttp<R extends { readonly status: number }>(observer: Observer, { method, path }: { readonly method: string; readonly path: string | null }, answer: () => Promise<R>): Promise<R> {
  const route = ROUTES.find(known => path === known || path?.startsWith(`${known}/`)) ?? 'other'
  const known = METHODS.has(method) ? method : 'other'
  return observer.timed({
    instrument: 'mephisto.http.duration', attributes: { route, method: known }, outcomeOf: ({ status }) => ({ status: String(status) }),
    span: `mephisto.http ${route}`, spanAttributes: { 'http.route': route, 'http.request.method': known },
  }, async span => {
    const reply = await answer()
    span.set({ 'http.response.status_code': reply.status })
    if (reply.status >= 500) span.fail(String(reply.status))
    return reply
  })
}
