import { createHash, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Principal } from 'mephisto-sdk'

const COOKIE = 'civic_text_lab'
const AUDIENCE = 'civic-text-lab-session'
const SESSION_SECONDS = 12 * 3600

/** The host's own login: one password for the team, a signed cookie for each reviewer. */
export interface Login {
  /** The cookie for a reviewer who gave the right password; null for a wrong one. */
  open(attempt: { readonly name: string; readonly password: string }): Promise<string | null>
  /** The cookie that ends a session. */
  readonly closingCookie: string
  /** Who sends the request: by the session's cookie, or by `authorization: Bearer <password>` for scripts; else null. */
  principalOf(request: Request): Promise<Principal | null>
}

/** Makes the login from the team's password and the secret that signs sessions. */
export function createLogin({ password, secret }: { readonly password: string; readonly secret: string }): Login {
  const key = createHash('sha256').update(`session ${secret}`).digest()
  const isPassword = (given: string) => timingSafeEqual(digest(given), digest(password))
  return {
    closingCookie: cookie('', 0),
    async open({ name, password: given }) {
      if (!isPassword(given)) return null
      const session = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' })
        .setAudience(AUDIENCE).setSubject(name).setIssuedAt().setExpirationTime(`${String(SESSION_SECONDS)}s`).sign(key)
      return cookie(session, SESSION_SECONDS)
    },
    async principalOf(request) {
      const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
      if (bearer !== undefined) return isPassword(bearer) ? principal('internal-tool', 'Internal tool') : null
      const session = cookieOf(request.headers.get('cookie') ?? '')
      if (session === null) return null
      const name = await jwtVerify(session, key, { algorithms: ['HS256'], audience: AUDIENCE, requiredClaims: ['sub', 'exp'] })
        .then(({ payload }) => payload.sub, () => undefined)
      return name === undefined ? null : principal(`reviewer:${name.toLowerCase()}`, name)
    },
  }
}

function principal(id: string, name: string): Principal {
  return { id, name, roles: ['operator', 'reviewer'] }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function cookie(value: string, maxAge: number): string {
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${String(maxAge)}`
}

function cookieOf(header: string): string | null {
  const pair = header.split(/;\s*/).find(part => part.startsWith(`${COOKIE}=`))
  return pair === undefined || pair.length === COOKIE.length + 1 ? null : pair.slice(COOKIE.length + 1)
}
