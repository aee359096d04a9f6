import { errors, jwtVerify, SignJWT } from 'jose'
import { createBoundedMap } from '../data-model/bounded-map.js'
import { MephistoError } from '../errors.js'

/** What an agent's token says: which attempt it speaks for, and the kind of task. */
export interface AgentClaims {
  readonly agentId: string
  readonly blueprintType: string
  /** An attempt at onboarding, which has no unit. @default false */
  readonly isOnboarding?: boolean
}

/** Signs and checks the tokens that authorise everything about one attempt (JWS, HS256). */
export interface AgentTokens {
  /** A token that outlives a lease of `leaseMs` well, so that an answer that comes late can still say whose it is. */
  sign(claims: AgentClaims, leaseMs: number): Promise<string>
  /** @throws MephistoError `unauthenticated` for a forged, foreign or outdated token */
  verify(token: string): Promise<AgentClaims>
}

const AUDIENCE = 'mephisto-agent'
const SHORTEST_LIFETIME_MS = 7 * 86_400_000
const CACHE_SIZE = 20_000

/** Agent tokens under a key of their own. Checked tokens are remembered until they expire. */
export function createAgentTokens(key: Promise<CryptoKey>, now: () => number): AgentTokens {
  const known = createBoundedMap<string, { readonly claims: AgentClaims; readonly expiresAt: number }>(CACHE_SIZE)
  return {
    async sign(claims, leaseMs) {
      const expiresAt = now() + Math.max(SHORTEST_LIFETIME_MS, 2 * leaseMs)
      const token = await new SignJWT({ blueprint: claims.blueprintType, ...(claims.isOnboarding ? { onboarding: true } : {}) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setAudience(AUDIENCE).setSubject(claims.agentId)
        .setExpirationTime(Math.ceil(expiresAt / 1000)).sign(await key)
      known.set(token, { claims, expiresAt })
      return token
    },
    async verify(token) {
      const hit = known.get(token)
      if (hit && hit.expiresAt > now()) return hit.claims
      const { payload } = await jwtVerify(token, await key, {
        algorithms: ['HS256'], audience: AUDIENCE, currentDate: new Date(now()), requiredClaims: ['sub', 'exp', 'blueprint'],
      }).catch((cause: unknown) => {
        const text = cause instanceof errors.JWTExpired ? 'This session is too old' : 'This session is not valid'
        throw new MephistoError('unauthenticated', `${text}; open the task again from its link.`, { cause })
      })
      const claims = { agentId: String(payload.sub), blueprintType: String(payload['blueprint']), isOnboarding: payload['onboarding'] === true }
      known.set(token, { claims, expiresAt: (payload.exp ?? 0) * 1000 })
      return claims
    },
  }
}
