import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'

/** The small task that tests use. */
export const sentiment = defineBlueprint({
  type: 'sentiment',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['positive', 'negative']), comment: z.string().max(20).optional() }),
})

/** Launch options of a run of `count` items. */
export function sentimentRun(count: number) {
  return { task: 'tweets', requester: 'lab', provider: 'inhouse', data: Array.from({ length: count }, (_, index) => ({ text: `text ${String(index)}` })) }
}
