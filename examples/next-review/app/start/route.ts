import { redirect } from 'next/navigation'
import { currentMember } from '../../lib/current-member'
import { mephisto, sorting } from '../../lib/mephisto'

/** From the app's login to the work: a link of the member's own. */
export async function GET(): Promise<never> {
  const member = await currentMember()
  if (member === null) redirect('/login')
  const [instance, run] = [await mephisto(), await sorting()]
  redirect((await instance.invite({ run: run.id, worker: member.name })).url)
}
