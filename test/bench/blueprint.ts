import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'

/** A small task, so that what is measured is the path and not the payload. */
export const benchTask = defineBlueprint({
  type: 'bench',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['promise', 'fact', 'opinion']), comment: z.string().max(200).optional() }),
})

/** Rows of input, about a sentence each. */
export function* benchRows(count: number): Generator<{ text: string }> {
  for (let index = 0; index < count; index += 1) yield { text: `Sentence ${String(index)}: the government will build what was promised to the people.` }
}
