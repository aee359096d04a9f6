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

/** What a page acts with: a token for its calls, and what new ones are had for (the access and refresh tokens of RFC 6749, section 1.5). */
export interface AgentPass {
  readonly agentToken: string
  readonly renewal: string
}

/** Signs and checks the tokens that authorise everything about one attempt (JWS, HS256). */
export interface AgentTokens {
  /**
   * A token for calls, and a renewal that outlives a lease of `leaseMs` well, so that an answer that comes late can still say whose it is. `at` is the
   * database's time: tokens go by it, as leases do, so that hosts whose clocks are wrong agree on when one is too old.
   */
  sign(claims: AgentClaims, lease: { readonly leaseMs: number; readonly at: number }): Promise<AgentPass>
  /** @throws MephistoError `unauthenticated` for a forged, foreign or outdated token, and for a renewal */
  verify(token: string): Promise<AgentClaims>
  /** A new token for calls. @throws MephistoError `unauthenticated` for a forged, foreign or outdated renewal, and for a token for calls */
  renew(renewal: string): Promise<string>
}

const AUDIENCES = { call: 'mephisto-agent', renewal: 'mephisto-renewal' } as const
const CALL_LIFETIME_MS = 15 * 60_000
const SHORTEST_RENEWAL_LIFETIME_MS = 7 * 86_400_000
const CACHE_SIZE = 20_000

/** Times that tokens go by, epoch ms. */
export interface TokenClocks {
  /** This host's, which may be wrong. */
  hostNow(): number
  /** Asked ahead of a new token, and before one is refused for its age. */
  databaseNow(): Promise<number>
}

/** Agent tokens under a key of their own. Checked tokens for calls are remembered until they expire. */
export function createAgentTokens(key: Promise<CryptoKey>, { hostNow, databaseNow }: TokenClocks): AgentTokens {
  /** By how much the database's clock was ahead of this host's when it was last looked at. */
  let databaseAhead = 0
  const now = (): number => hostNow() + databaseAhead
  const lookUp = async (): Promise<void> => { databaseAhead = await databaseNow() - hostNow() }
  const known = createBoundedMap<string, { readonly claims: AgentClaims; readonly expiresAt: number }>(CACHE_SIZE)

  async function signed(claims: AgentClaims, audience: string, expiresAt: number): Promise<string> {
    return new SignJWT({ blueprint: claims.blueprintType, ...(claims.isOnboarding ? { onboarding: true } : {}) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setAudience(audience).setSubject(claims.agentId)
      .setExpirationTime(Math.ceil(expiresAt / 1000)).sign(await key)
  }

  async function signCall(claims: AgentClaims): Promise<string> {
    const expiresAt = now() + CALL_LIFETIME_MS
    const token = await signed(claims, AUDIENCES.call, expiresAt)
    known.set(token, { claims, expiresAt })
    return token
  }

  async function read(token: string, audience: string, outdated: string): Promise<{ readonly claims: AgentClaims; readonly expiresAt: number }> {
    const checked = async (): ReturnType<typeof jwtVerify> => jwtVerify(token, await key, {
      algorithms: ['HS256'], audience, currentDate: new Date(now()), requiredClaims: ['sub', 'exp', 'blueprint'],
    })
    const { payload } = await checked().catch(async (cause: unknown) => {
      if (!(cause instanceof errors.JWTExpired)) throw cause
      await lookUp()
      return checked()
    }).catch((cause: unknown) => {
      if (!(cause instanceof errors.JOSEError || cause instanceof TypeError)) throw cause
      throw new MephistoError('unauthenticated', cause instanceof errors.JWTExpired ? outdated : 'This session is not valid; open the task again from its link.', { cause })
    })
    const claims = { agentId: String(payload.sub), blueprintType: String(payload['blueprint']), isOnboarding: payload['onboarding'] === true }
    return { claims, expiresAt: (payload.exp ?? 0) * 1000 }
  }

  return {
    async sign(claims, { leaseMs, at }) {
      databaseAhead = at - hostNow()
      const renewal = await signed(claims, AUDIENCES.renewal, now() + Math.max(SHORTEST_RENEWAL_LIFETIME_MS, 2 * leaseMs))
      return { agentToken: await signCall(claims), renewal }
    },
    async verify(token) {
      const hit = known.get(token)
      if (hit && hit.expiresAt > now()) return hit.claims
      const checked = await read(token, AUDIENCES.call, 'This token is too old; have it renewed, or open the task again from its link.')
      known.set(token, checked)
      return checked.claims
    },
    async renew(renewal) {
      const { claims } = await read(renewal, AUDIENCES.renewal, 'This session is too old; open the task again from its link.')
      await lookUp()
      return signCall(claims)
    },
  }
}
