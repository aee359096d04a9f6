import { errors, jwtVerify, SignJWT } from 'jose'
import { MephistoError } from '../../errors.js'

/** Signs and checks what authorises the download of one file (JWS, HS256). */
export interface FileTokens {
  sign(fileId: string): Promise<{ readonly token: string; readonly expiresAt: number }>
  /** @throws MephistoError `unauthenticated` for a token that is missing, forged, outdated or another file's */
  verify(token: string | null, fileId: string): Promise<void>
}

const AUDIENCE = 'mephisto-file'
/** Long enough to look at a page of review, ms. */
const LIFETIME_MS = 15 * 60_000

/** Download tokens under a key of their own. */
export function createFileTokens(key: Promise<CryptoKey>, now: () => number): FileTokens {
  return {
    async sign(fileId) {
      const expiresAt = Math.ceil((now() + LIFETIME_MS) / 1000) * 1000
      const token = await new SignJWT().setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setAudience(AUDIENCE).setSubject(fileId).setExpirationTime(expiresAt / 1000).sign(await key)
      return { token, expiresAt }
    },
    async verify(token, fileId) {
      await jwtVerify(token ?? '', await key, { algorithms: ['HS256'], audience: AUDIENCE, subject: fileId, currentDate: new Date(now()), requiredClaims: ['exp'] }).catch((cause: unknown) => {
        throw new MephistoError('unauthenticated', cause instanceof errors.JWTExpired ? 'This link to a file is too old; open the answer again.' : 'This link to a file is not valid.', { cause })
      })
    },
  }
}
