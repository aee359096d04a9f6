import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'

/** Takes whatever people write. */
export const odd = defineBlueprint({
  type: 'odd',
  input: z.object({ text: z.string() }),
  output: z.object({ said: z.string(), mood: z.enum(['glad', 'annoyed']), tree: z.record(z.string(), z.unknown()).optional() }),
})
