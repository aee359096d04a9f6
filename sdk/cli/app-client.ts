import { createMephistoClient, type MephistoClient } from '../client/create-mephisto-client.js'
import { isMephistoError, MephistoError, type MephistoErrorCode, type Problem } from '../errors.js'

/** Which app, and what its login needs. */
export interface AppAddress {
  /** The mount, ending with a slash. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** How long an app has to answer, ms: where it looks, and where it does something that may be large. */
const LOOK_MS = 30_000
const ACT_MS = 600_000

/** The typed client of an app. Its calls fail as {@link appTrouble} reads them. */
export function appClient({ url, headers }: AppAddress): MephistoClient {
  return createMephistoClient({
    url, headers,
    async fetch(input, init) {
      const response = await sent(url, input as string | URL, { ...init, redirect: 'manual', signal: AbortSignal.timeout(init?.method === 'POST' ? ACT_MS : LOOK_MS) })
      const isAct = init?.method === 'POST'
      const text = await response.text().catch((cause: unknown) => { throw new MephistoError('unavailable', `The answer of ${url} broke off.${isAct ? MAYBE : ''}`, { cause }) })
      if (!isReply(text)) throw notMephisto(url, response, isAct)
      return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } })
    },
  })
}

/** A download that an app began to send. */
interface Download {
  readonly body: AsyncIterable<Uint8Array>
  readonly headers: Headers
}

/** Opens a download of an app. @throws MephistoError with what the app said */
export async function openDownload({ url, headers }: AppAddress, address: string): Promise<Download> {
  const controller = new AbortController()
  const timer = setTimeout(() => { controller.abort(new DOMException('no answer in time', 'TimeoutError')) }, LOOK_MS)
  const response = await sent(url, address, { headers, redirect: 'manual', signal: controller.signal }).finally(() => { clearTimeout(timer) })
  if (response.status === 200 && response.headers.has('content-disposition') && response.body) return { body: piecesOf(response.body), headers: response.headers }
  const text = await response.text().catch(() => '')
  throw isReply(text) ? replied(text) ?? notMephisto(url, response) : notMephisto(url, response)
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function sent(url: string, input: string | URL, init: RequestInit): Promise<Response> {
  return fetch(input, init).catch((cause: unknown) => {
    const { name, message, cause: inner } = cause as Error
    const { code = '', message: why = '' } = inner instanceof Error ? inner as NodeJS.ErrnoException : {}
    if (init.method !== 'POST' || (name !== 'TimeoutError' && !MAYBE_DONE.has(code))) {
      throw new MephistoError('unavailable', `Nothing answers at ${url}: ${name === 'TimeoutError' ? 'no answer in time' : why === '' ? message : why}. Check --url or MEPHISTO_URL, and that the app runs.`, { cause })
    }
    throw new MephistoError('unavailable', `${url} has not answered (${why === '' ? message : why}). ${MAYBE.trim()}`, { cause })
  })
}

/** What is said where an act may have been done without our hearing of it. */
const MAYBE = ' It may have done what was asked all the same: look before you ask again, or, where the command has one, repeat it with the same --request-id.'
/** What goes wrong when a request may have come in. */
const MAYBE_DONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

interface Reply {
  readonly result?: unknown
  readonly error?: { readonly message?: unknown; readonly data?: { readonly mephistoCode?: MephistoErrorCode; readonly problems?: readonly Problem[] } }
}

/** Whether this is what our procedures answer with. */
function isReply(text: string): boolean {
  return parsed(text) !== null
}

function parsed(text: string): Reply | null {
  try {
    const reply = JSON.parse(text) as Reply | null
    return reply?.result !== undefined || typeof reply?.error?.data?.mephistoCode === 'string' ? reply : null
  } catch {
    return null
  }
}

function replied(text: string): MephistoError | null {
  const { error } = parsed(text) ?? {}
  return error?.data?.mephistoCode === undefined ? null : refusal(error.data.mephistoCode, String(error.message), error.data.problems)
}

/** The login of an app, a proxy before it or another app has answered. */
function notMephisto(url: string, { status, headers }: Response, isAct = false): MephistoError {
  if (status === 401 || status === 403) return new MephistoError(status === 401 ? 'unauthenticated' : 'forbidden', `The app at ${url} wants a login (HTTP ${String(status)}). ${LOGIN_HINT}`)
  if (status >= 300 && status < 400) return new MephistoError('unavailable', `${url} sends elsewhere, to ${headers.get('location') ?? 'nowhere'} (HTTP ${String(status)}). If that is a login: ${LOGIN_HINT} Else give that address with --url.`)
  if (status === 413 || status === 414) return new MephistoError('too_large', `What was sent is too large for ${url}, or for a proxy before it (HTTP ${String(status)}).`)
  if (status >= 500) return new MephistoError('unavailable', `The app at ${url}, or a proxy before it, is in trouble (HTTP ${String(status)}). Its log says more.${isAct ? MAYBE : ''}`)
  return new MephistoError('not_found', `What answers at ${url} is not Mephisto (HTTP ${String(status)}). Give the address of its mount, such as https://app.example/mephisto/.`)
}

const LOGIN_HINT = 'Give what it needs with --header or MEPHISTO_HEADER, such as "authorization: Bearer …".'

function refusal(code: MephistoErrorCode, message: string, problems: readonly Problem[] = []): MephistoError {
  return new MephistoError(code, code === 'unauthenticated' ? `${message} ${LOGIN_HINT}` : message, { problems })
}

/** What a failed call of {@link appClient} says: what the app said, or why it did not. */
export function appTrouble(error: unknown): unknown {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if (isMephistoError(one)) return one
    const { data } = one as { readonly data?: { readonly mephistoCode?: MephistoErrorCode; readonly problems?: readonly Problem[] } | null }
    if (typeof data?.mephistoCode === 'string') return refusal(data.mephistoCode, one.message, data.problems)
  }
  return error
}
