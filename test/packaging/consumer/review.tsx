import { createMephistoClient } from 'mephisto-sdk/client'
import { defineReview, ReviewApp, useReviewQueue } from 'mephisto-sdk/react/review'
import 'mephisto-sdk/react/review.css'
import { sentiment } from './task.js'

export const client = createMephistoClient({ url: '/mephisto/' })

export const view = defineReview(sentiment, ({ input, answer, unit }) => (
  <p>{input.text} ({input.language}): {answer.label} {answer.comment} by {unit.worker}</p>
))

export function ReviewPage() {
  return <ReviewApp client={client} views={[view]} loginHref="/login" onNavigate={place => { window.location.hash = place.run }} />
}

export function Waiting({ run }: { run: string }) {
  const queue = useReviewQueue({ client, run, statuses: ['completed'] })
  return <p>{queue.units?.length ?? 0} waiting</p>
}
