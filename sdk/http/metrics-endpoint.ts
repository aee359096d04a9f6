import { createHash, timingSafeEqual } from 'node:crypto'
import { MephistoError } from '../errors.js'
import type { Exposition } from '../ports/telemetry.js'
import type { Principal } from '../review/principal.js'
import { mayAct } from '../rpc/trpc.js'

/**
 * Answers `GET metrics` to whoever has the scrape token or the role viewer.
 * @throws MephistoError `unauthenticated`, `forbidden`
 */
export async function answerMetrics(exposition: Exposition, request: Request, authorize: (request: Request) => Promise<Principal | null>): Promise<Response> {
  if (!hasToken(exposition, request)) {
    const principal = await authorize(request)
    if (!principal) throw new MephistoError('unauthenticated', 'The metrics need a login with the role "viewer", or the bearer token of prometheus({ token }).')
    if (!mayAct(principal, 'viewer')) throw new MephistoError('forbidden', 'This needs the role "viewer".')
  }
  return new Response(await exposition.text(), { headers: { 'content-type': exposition.contentType, 'cache-control': 'no-store' } })
}

/** Compared by digests, so that neither the length nor the time tells how much of it was right. */
function hasToken({ token }: Exposition, request: Request): boolean {
  const [scheme = '', given = ''] = (request.headers.get('authorization') ?? '').split(' ', 2)
  if (token === null || scheme.toLowerCase() !== 'bearer') return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
