import { redirect } from 'next/navigation'
import { currentMember } from '../../lib/current-member'
import { sorting } from '../../lib/mephisto'
import { ShelfReview } from './shelf-review'

export default async function Review() {
  const member = await currentMember()
  if (member?.isKeeper !== true) redirect('/login')
  return <ShelfReview run={(await sorting()).id} />
}
