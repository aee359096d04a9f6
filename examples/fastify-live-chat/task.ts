import { defineChat } from 'mephisto-sdk/blueprint'
import * as z from 'zod'

/** What the two are called, by their places. */
export const NEIGHBOURS = ['Alex', 'Sam'] as const
/** Where two people can stand after a talk. */
export const CLOSER = ['closer together', 'as before', 'further apart'] as const

/** Two neighbours talk about a change in their street, and each says afterwards what came of it. */
export const streetTalk = defineChat({
  type: 'street-talk',
  input: z.object({ question: z.string() }),
  output: z.object({
    views: z.enum(CLOSER, { error: 'Choose one of the three.' }),
    learnt: z.string().max(300, { error: 'Keep it to 300 characters.' }).optional(),
  }),
  names: NEIGHBOURS,
})
