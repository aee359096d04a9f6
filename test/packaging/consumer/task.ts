import { defineBlueprint, type InferInput, type InferOutput } from 'mephisto-sdk/blueprint'
import * as z from 'zod'

export const sentiment = defineBlueprint({
  type: 'sentiment',
  input: z.object({ text: z.string(), language: z.string().default('en') }),
  output: z.object({ label: z.enum(['positive', 'negative']), comment: z.string().optional() }),
})

export type Item = InferInput<typeof sentiment>
export type Answer = InferOutput<typeof sentiment>
