import type { Architect } from '../sdk/architects/architect.js'
import { MephistoError } from '../sdk/errors.js'

/** Where a host mounts the SDK and where its task page is. */
export interface HostOptions {
  /** The mount as browsers reach it, absolute: `https://app.example/mephisto/`. */
  readonly baseUrl: string
  /**
   * The host's page where workers do the task, absolute or a path from the host's root: `/work`. Outside of the mount, without a
   * fragment. @default none: every blueprint brings its own pages
   */
  readonly taskUrl?: string
  /**
   * Whether browsers can open sockets at the mount; pages are told, and do not try where they cannot. False behind a proxy that lets none
   * through, true where another process takes them. @default whether `attachWebSocket` was called for this instance
   */
  readonly sockets?: boolean
}

/** {@link HostOptions} where the host does not say itself at which path it has the mount. */
export interface PathOptions extends HostOptions {
  /** The mount's path as your server sees it, for one behind a proxy that takes a part of the path away: `/mephisto`. @default the path of `baseUrl` */
  readonly path?: string
}

/**
 * The architect of a host server.
 * @throws MephistoError `invalid_options` for a mount that is not absolute http(s), or a task page inside it or with a fragment
 */
export function hostArchitect(type: string, options: HostOptions): Architect {
  const base = absolute(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`)
  const taskUrl = options.taskUrl === undefined ? null : taskPage(options.taskUrl, base).href
  return { specVersion: 1, type, baseUrl: base.href, basePath: base.pathname, taskUrl, ...(options.sockets === undefined ? {} : { sockets: options.sockets }) }
}

/** The mount's path as the host's server sees it, with slashes at both ends. @throws MephistoError `invalid_options` for one that is none */
export function mountPath({ path }: PathOptions, { basePath }: Architect): string {
  if (path === undefined) return basePath
  if (/^\/[^?#*:]*$/.test(path)) return path.endsWith('/') ? path : `${path}/`
  throw new MephistoError('invalid_options', `Option "path" must be the mount's path as your server sees it, such as /mephisto, not "${path}".`)
}

/** Path and query inside the mount, with a leading slash; null for what is outside. */
export function innerUrlOf(path: string, url: string): string | null {
  if (url.startsWith(path)) return url.slice(path.length - 1)
  const bare = path.slice(0, -1)
  return url === bare || url.startsWith(`${bare}?`) ? `/${url.slice(bare.length)}` : null
}

function taskPage(address: unknown, base: URL): URL {
  const url = typeof address === 'string' && URL.canParse(address, base) ? new URL(address, base) : null
  if (url && url.hash === '' && !(url.origin === base.origin && `${url.pathname}/`.startsWith(base.pathname) && base.pathname !== '/')) return url
  throw new MephistoError('invalid_options', `Option "taskUrl" must be your page where workers do the task, outside of the mount ${base.pathname} and without a #fragment, such as "/work", not "${String(address)}".`)
}

function absolute(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new MephistoError('invalid_options', `Option "baseUrl" must be an absolute http or https address such as https://app.example/mephisto/, not "${address}".`)
}
