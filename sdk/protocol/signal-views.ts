import * as z from 'zod'

/** Request of `agent.signal`: something that the others at the item are to know for the moment. */
export const signalRequest = z.object({ name: z.string().min(1).max(64), value: z.unknown().optional() })
/** See {@link signalRequest}. */
export type SignalRequest = z.input<typeof signalRequest>
/** Reply of `agent.signal`. */
export const signalReply = z.object({})

/** What a page is told that others let it know. */
export interface SignalView {
  /** The attempt of whoever said it. */
  readonly from: string
  readonly name: string
  readonly value: unknown
}
