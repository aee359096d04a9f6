import { defineBlueprint } from 'mephisto-sdk/blueprint'
import * as z from 'zod'

/** People say which of two notices is easier to understand. */
export const noticePair = defineBlueprint({
  type: 'notice-pair',
  input: z.object({ first: z.string(), second: z.string() }),
  output: z.object({ easier: z.enum(['first', 'second', 'neither']) }),
})
