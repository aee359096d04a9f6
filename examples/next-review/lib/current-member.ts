import { cookies } from 'next/headers'
import type { Member } from './generated/client'
import { COOKIE, memberOf } from './login'

/** Who looks at the page; null for somebody who is not signed in. */
export const currentMember = async (): Promise<Member | null> => memberOf((await cookies()).get(COOKIE)?.value)
