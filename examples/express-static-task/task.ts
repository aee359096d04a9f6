import { defineBlueprint } from 'mephisto-sdk/blueprint'
import * as z from 'zod'

/** The three kinds a sentence can be. */
export const KINDS = ['promise', 'fact', 'opinion'] as const

/** People say what kind of sentence a president spoke: a promise, a fact or an opinion. */
export const sentenceKind = defineBlueprint({
  type: 'sentence-kind',
  input: z.object({ sentence: z.string(), year: z.int(), president: z.string() }),
  output: z.object({
    kind: z.enum(KINDS, { error: 'Choose one of the three kinds.' }),
    comment: z.string().max(500, { error: 'Keep the comment to 500 characters.' }).optional(),
  }),
})
