import * as z from 'zod'
import { moneyView } from './worker-views.js'

/** What a reviewer wrote to a worker about a unit, with the decision's bonus. */
export const messageView = z.object({
  id: z.string(),
  unit: z.string(),
  text: z.string(),
  bonus: moneyView.nullable(),
  at: z.iso.datetime(),
})

/** Reply of `agent.messages`: the latest first, at most 20. What was taken back is no longer there. */
export const messagesReply = z.object({ messages: z.array(messageView) })

/** See {@link messageView}. */
export type MessageView = z.infer<typeof messageView>
/** See {@link messagesReply}. */
export type MessagesReply = z.infer<typeof messagesReply>
