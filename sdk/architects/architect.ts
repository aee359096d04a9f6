/**
 * Where workers reach the task and which live transport works there. Adapters are architects: the mount in the
 * host's own app is the usual one.
 */
export interface Architect {
  readonly specVersion: 1
  /** The kind of host, such as `express`. */
  readonly type: string
  /** Where the mount is reached from outside, absolute and ending with a slash: `https://app.example/mephisto/`. */
  readonly baseUrl: string
  /** The host's page where workers do the task; links to work lead here. Null where every blueprint brings its own pages. */
  readonly taskUrl: string | null
  /** Path of the mount as the host's server sees it, from `baseUrl`: `/mephisto/`. */
  readonly basePath: string
  /** Whether browsers can open sockets at the mount; pages are told. @default whether this instance takes sockets */
  readonly sockets?: boolean
}
