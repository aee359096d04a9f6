import { errors, jwtVerify, SignJWT } from 'jose'
import { createBoundedMap, type BoundedMap } from '../data-model/bounded-map.js'
import { MephistoError } from '../errors.js'
import type { CrowdProvider, Entry } from './crowd-provider.js'
import type { ProviderContext } from './provider-context.js'

const AUDIENCE = 'mephisto-worker-entry'

const CACHE_SIZE = 20_000

/** Entry by links that the instance signs (JWS, HS256, expiring): they name the run and the worker, so that nobody becomes another worker by changing an address. */
export function signedLinks(): Required<Pick<CrowdProvider, 'invite' | 'identify'>> {
  // A page shows the same link for every unit: it is checked once and remembered, by key, until it expires.
  const known = new WeakMap<Uint8Array, BoundedMap<string, CheckedLink>>()
  return {
    async invite(entry, expiresInMs, context) {
      const expiresAt = context.now() + expiresInMs
      const credential = await new SignJWT({ run: entry.runId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setAudience(AUDIENCE)
        .setSubject(entry.externalId)
        .setJti(context.newId())
        .setIssuedAt(Math.floor(context.now() / 1000))
        .setExpirationTime(Math.ceil(expiresAt / 1000))
        .sign(context.key)
      return { credential, expiresAt }
    },
    async identify(credential, context) {
      const links = known.get(context.key) ?? createBoundedMap<string, CheckedLink>(CACHE_SIZE)
      known.set(context.key, links)
      const hit = links.get(credential)
      if (hit && hit.expiresAt > context.now()) return hit.entry
      const link = await check(credential, context)
      links.set(credential, link)
      return link.entry
    },
  }
}

interface CheckedLink {
  readonly entry: Entry
  /** Epoch ms. */
  readonly expiresAt: number
}

async function check(credential: string, context: ProviderContext): Promise<CheckedLink> {
  const { payload } = await jwtVerify(credential, context.key, {
    algorithms: ['HS256'], audience: AUDIENCE, currentDate: new Date(context.now()), requiredClaims: ['sub', 'exp', 'run'],
  }).catch((cause: unknown) => {
    if (cause instanceof errors.JWTExpired) throw new MephistoError('link_expired', 'This link has expired. Ask for a new one where you got it.', { cause })
    throw new MephistoError('unauthenticated', 'This link is not valid. Open the complete link that you were given.', { cause })
  })
  if (typeof payload.sub !== 'string' || typeof payload.run !== 'string' || payload.exp === undefined) {
    throw new MephistoError('unauthenticated', 'This link names no worker or no run. Ask for a new one.')
  }
  return { entry: { runId: payload.run, externalId: payload.sub }, expiresAt: payload.exp * 1000 }
}
