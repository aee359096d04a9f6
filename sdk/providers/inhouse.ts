import { errors, jwtVerify, SignJWT } from 'jose'
import { MephistoError } from '../errors.js'
import type { CrowdProvider } from './crowd-provider.js'

const AUDIENCE = 'mephisto-worker-entry'

/**
 * Your own people: they come with a signed link (JWS, HS256, expiring) that names the run and the worker, so that
 * nobody becomes another worker by changing an address. Pay is kept in the ledger as owed and settled outside.
 */
export function inhouse(): CrowdProvider {
  return {
    specVersion: 1,
    type: 'inhouse',
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
      const { payload } = await jwtVerify(credential, context.key, {
        algorithms: ['HS256'], audience: AUDIENCE, currentDate: new Date(context.now()), requiredClaims: ['sub', 'exp', 'run'],
      }).catch((cause: unknown) => {
        if (cause instanceof errors.JWTExpired) throw new MephistoError('link_expired', 'This link has expired. Ask for a new one where you got it.', { cause })
        throw new MephistoError('unauthenticated', 'This link is not valid. Open the complete link that you were given.', { cause })
      })
      if (typeof payload.sub !== 'string' || typeof payload.run !== 'string') {
        throw new MephistoError('unauthenticated', 'This link names no worker or no run. Ask for a new one.')
      }
      return { runId: payload.run, externalId: payload.sub }
    },
  }
}
