import type { Architect } from '../sdk/architects/architect.js'
import type { Mephisto } from '../sdk/create-mephisto.js'
import { fetchArchitect } from './fetch.js'
import type { PathOptions } from './host-options.js'

/** A route handler of Next's App Router (https://nextjs.org/docs/app/api-reference/file-conventions/route). */
export type NextRoute = (request: Request) => Promise<Response>

/** The route handlers of the mount, by method. */
export type NextRoutes = Readonly<Record<(typeof METHODS)[number], NextRoute>>

/** Next as the architect: `app/mephisto/[[...path]]/route.ts` exports what `routes(mephisto)` gives. */
export interface NextArchitect extends Architect {
  /**
   * What answers every request under the mount, on Next's Node runtime. `mephisto` is asked at each request and never while Next
   * builds, as {@link perProcess} is; what it throws is Next's to answer, with status 500.
   */
  routes(mephisto: () => Pick<Mephisto, 'handler'> | Promise<Pick<Mephisto, 'handler'>>): NextRoutes
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const

/** The architect for Next 15 and 16. With a `basePath` of Next's own, `baseUrl` has it too. @throws MephistoError `invalid_options` for a wrong address */
export function nextArchitect(options: PathOptions): NextArchitect {
  const { answer, ...architect } = fetchArchitect(options)
  return {
    ...architect,
    type: 'next',
    routes(mephisto) {
      const route: NextRoute = async request => answer(await mephisto())(request)
      return Object.fromEntries(METHODS.map(method => [method, route])) as NextRoutes
    },
  }
}

const KEPT = Symbol.for('mephisto-sdk/next')

/**
 * Makes something once in a process, when it is first asked for. Next bundles a module once for its routes, once for its pages and
 * once for `instrumentation.ts`, and `next dev` evaluates it anew after a change, so that a constant of a module is there many
 * times. What is kept is kept until the process ends: restart `next dev` after changing server code of a task. What `make`
 * rejects with is not kept.
 */
export function perProcess<T>(name: string, make: () => Promise<T>): () => Promise<T> {
  const shared = globalThis as { [KEPT]?: Map<string, Promise<unknown>> | undefined }
  const kept = (shared[KEPT] ??= new Map<string, Promise<unknown>>())
  return () => {
    const known = kept.get(name) as Promise<T> | undefined
    if (known !== undefined) return known
    const made = make()
    kept.set(name, made)
    made.catch(() => { kept.delete(name) })
    return made
  }
}
