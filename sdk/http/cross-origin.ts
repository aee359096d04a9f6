/** What is said to pages of another origin (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export interface CrossOrigin {
  /** The headers of a reply to a page of this origin; null for none: the mount's own pages, programs, and pages that may not read it. */
  headersFor(origin: string | null | undefined): Readonly<Record<string, string>> | null
}

/** How long a browser remembers what it may send, s: as long as Chromium does at most. */
const REMEMBERED_S = 7_200

/**
 * Lets pages of these origins call the mount, with tokens and never with cookies: a page of theirs acts for the worker or the
 * program whose token it has, and not for whoever is logged in to the host.
 */
export function createCrossOrigin(origins: readonly string[], baseUrl: string): CrossOrigin {
  const own = new URL(baseUrl).origin
  const others = new Set(origins.filter(origin => origin !== own))
  return {
    headersFor: origin => (typeof origin === 'string' && others.has(origin)
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'content-disposition, retry-after', vary: 'origin' }
      : null),
  }
}

/** The answer to a browser that asks ahead whether a page may send something; null for any other request. */
export function preflightReply({ method, headers }: Request, allowed: Readonly<Record<string, string>>): Response | null {
  if (method !== 'OPTIONS' || !headers.has('access-control-request-method')) return null
  return new Response(null, { status: 204, headers: {
    ...allowed, 'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE', 'access-control-max-age': String(REMEMBERED_S),
    'access-control-allow-headers': headers.get('access-control-request-headers') ?? '', vary: 'origin, access-control-request-headers',
  } })
}
