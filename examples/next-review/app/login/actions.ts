'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { COOKIE, LASTS_MS, signIn, signOut } from '../../lib/login'
import { ORIGIN } from '../../lib/origin'

/** Signs somebody in; gives what is wrong. */
export async function enter(_before: string | null, form: FormData): Promise<string> {
  const token = await signIn(String(form.get('name')), String(form.get('password')))
  if (token === null) return 'That is not a name and its password. Please try again.'
  ;(await cookies()).set(COOKIE, token, { httpOnly: true, sameSite: 'lax', path: '/', secure: ORIGIN.startsWith('https:'), maxAge: LASTS_MS / 1_000 })
  redirect('/')
}

/** Signs out. */
export async function leave(): Promise<void> {
  const jar = await cookies()
  const token = jar.get(COOKIE)?.value
  if (token !== undefined) await signOut(token)
  jar.delete(COOKIE)
  redirect('/')
}
