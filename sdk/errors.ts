/**
 * The one table of errors: code → HTTP status → tRPC code. Every failure that leaves this package is a
 * {@link MephistoError} with one of these codes; callers compare codes, never classes or messages.
 */
export const ERROR_TABLE = {
  invalid_options: { http: 500, trpc: 'INTERNAL_SERVER_ERROR' },
  invalid_input: { http: 400, trpc: 'BAD_REQUEST' },
  invalid_answer: { http: 422, trpc: 'UNPROCESSABLE_CONTENT' },
  unauthenticated: { http: 401, trpc: 'UNAUTHORIZED' },
  link_expired: { http: 401, trpc: 'UNAUTHORIZED' },
  forbidden: { http: 403, trpc: 'FORBIDDEN' },
  not_found: { http: 404, trpc: 'NOT_FOUND' },
  already_exists: { http: 409, trpc: 'CONFLICT' },
  illegal_move: { http: 409, trpc: 'CONFLICT' },
  conflict: { http: 409, trpc: 'CONFLICT' },
  page_outdated: { http: 412, trpc: 'PRECONDITION_FAILED' },
  budget_exhausted: { http: 409, trpc: 'CONFLICT' },
  too_large: { http: 413, trpc: 'PAYLOAD_TOO_LARGE' },
  too_many_requests: { http: 429, trpc: 'TOO_MANY_REQUESTS' },
  unsupported_media: { http: 415, trpc: 'UNSUPPORTED_MEDIA_TYPE' },
  database_unwritable: { http: 503, trpc: 'SERVICE_UNAVAILABLE' },
  database_locked: { http: 503, trpc: 'SERVICE_UNAVAILABLE' },
  database_newer: { http: 503, trpc: 'SERVICE_UNAVAILABLE' },
  unavailable: { http: 503, trpc: 'SERVICE_UNAVAILABLE' },
  internal: { http: 500, trpc: 'INTERNAL_SERVER_ERROR' },
} as const satisfies Record<string, { http: number; trpc: string }>

/** The name of a failure; see {@link ERROR_TABLE} for the HTTP status of each. */
export type MephistoErrorCode = keyof typeof ERROR_TABLE

/** One thing that is wrong with a value: where (`path`), which rule (`rule`, zod's issue code) and a sentence. */
export interface Problem {
  readonly path: string
  readonly rule: string
  readonly message: string
}

// Written so that bundlers leave this class out of pages that do not use it.
const MARKER = /* @__PURE__ */ Symbol.for('mephisto-sdk.error')

/** The error class of this package. Recognise it with {@link isMephistoError}: two installed copies stay compatible. */
export class MephistoError extends Error {
  override readonly name = 'MephistoError'
  declare readonly [MARKER]: true
  readonly code: MephistoErrorCode
  readonly problems: readonly Problem[]

  constructor(code: MephistoErrorCode, message: string, options: { cause?: unknown; problems?: readonly Problem[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this[MARKER] = true
    this.code = code
    this.problems = options.problems ?? []
  }
}

/** True for an error of this package, whichever installed copy made it. */
export function isMephistoError(value: unknown): value is MephistoError {
  return typeof value === 'object' && value !== null && MARKER in value
}

interface IssueLike {
  readonly path: readonly PropertyKey[]
  readonly code?: string
  readonly message: string
}

/** Turns schema issues (zod's shape) into {@link Problem}s; `path` is written as in `answer.labels[2]`. */
export function problemsOf(issues: readonly IssueLike[], root: string): Problem[] {
  return issues.map(issue => ({
    path: issue.path.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`), root),
    rule: issue.code ?? 'custom',
    message: issue.message,
  }))
}

/** One line for people: `answer.label: Invalid option …; answer.note: Too big …`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(problem => (problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`)).join('; ')
}
