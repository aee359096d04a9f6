/** Why the server's data cannot be shown: what a person can do about it is different for each kind. */
export interface ReviewFailure {
  /**
   * `not_logged_in`: log in at the host app. `role_missing`: ask for a role. `not_found`: nothing there (any more).
   * `refused`: a definite no. `broken`: the server failed, its log says why. `away`: no reliable answer, trying again may help.
   */
  readonly kind: 'not_logged_in' | 'role_missing' | 'not_found' | 'refused' | 'broken' | 'away'
  /** A sentence for people. */
  readonly message: string
}

/** What is said where the server has said nothing of its own. Screens say it in their own language. */
export const UNSAID = { not_logged_in: 'You are not logged in.', role_missing: 'Reviewing needs the role reviewer.', away: 'The server cannot be reached right now.' } as const
const AWAY: ReviewFailure = { kind: 'away', message: UNSAID.away }
const KINDS: Readonly<Record<string, ReviewFailure['kind']>> = {
  unauthenticated: 'not_logged_in',
  link_expired: 'not_logged_in',
  forbidden: 'role_missing',
  not_found: 'not_found',
  unavailable: 'away',
  database_locked: 'away',
  database_unwritable: 'away',
  internal: 'broken',
  invalid_options: 'broken',
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined
}

/** Sorts an error of a client call. An answer that is not the SDK's own (a proxy's page, no network) counts as `away`. */
export function reviewFailureOf(error: unknown): ReviewFailure {
  const code = property(property(error, 'data'), 'mephistoCode') ?? property(error, 'code')
  const message = property(error, 'message')
  if (typeof code === 'string' && typeof message === 'string') {
    const kind = KINDS[code] ?? 'refused'
    return kind === 'away' ? AWAY : { kind, message }
  }
  const status = property(property(property(error, 'meta'), 'response'), 'status')
  if (status === 401) return { kind: 'not_logged_in', message: UNSAID.not_logged_in }
  if (status === 403) return { kind: 'role_missing', message: UNSAID.role_missing }
  return AWAY
}
