import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { perProcess } from 'mephisto-sdk/next'
import { database } from './database'
import type { Member } from './generated/client'

export const COOKIE = 'shed'
/** How long somebody stays signed in, ms. */
export const LASTS_MS = 12 * 3_600_000

/** One password for the neighbourhood: an app of yours has a login already. */
export const password = perProcess('password', () => Promise.resolve(process.env['SHED_PASSWORD'] ?? randomBytes(6).toString('base64url')))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const hashOf = (token: string): string => digest(token).toString('hex')

/** Signs a member in: the cookie's value; null for a wrong name or password. */
export async function signIn(name: string, given: string): Promise<string | null> {
  const prisma = await database()
  const member = await prisma.member.findUnique({ where: { name } })
  if (!timingSafeEqual(digest(given), digest(await password())) || member === null) return null
  const token = randomBytes(24).toString('base64url')
  await prisma.session.deleteMany({ where: { endsAt: { lt: new Date() } } })
  await prisma.session.create({ data: { tokenHash: hashOf(token), endsAt: new Date(Date.now() + LASTS_MS), memberId: member.id } })
  return token
}

/** Who has this cookie. */
export async function memberOf(token: string | undefined): Promise<Member | null> {
  if (token === undefined) return null
  const session = await (await database()).session.findUnique({ where: { tokenHash: hashOf(token) }, include: { member: true } })
  return session !== null && session.endsAt > new Date() ? session.member : null
}

/** Forgets a cookie. */
export async function signOut(token: string): Promise<void> {
  await (await database()).session.deleteMany({ where: { tokenHash: hashOf(token) } })
}
