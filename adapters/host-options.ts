import type { Architect } from '../sdk/architects/architect.js'
import { MephistoError } from '../sdk/errors.js'

/** Where a host mounts the SDK and where its task page is. */
export interface HostOptions {
  /** The mount as browsers reach it, absolute: `https://app.example/mephisto/`. */
  readonly baseUrl: string
  /** The host's page where workers do the task, absolute or from `baseUrl`. @default the mount itself */
  readonly taskUrl?: string
}

/**
 * The architect of a host server.
 * @throws MephistoError `invalid_options` for an address that is not absolute http(s)
 */
export function hostArchitect(type: string, options: HostOptions): Architect {
  const base = absolute(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`)
  const taskUrl = new URL(options.taskUrl ?? '', base)
  return { specVersion: 1, type, baseUrl: base.href, basePath: base.pathname, taskUrl: taskUrl.href }
}

function absolute(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new MephistoError('invalid_options', `Option "baseUrl" must be an absolute http or https address such as https://app.example/mephisto/, not "${address}".`)
}
