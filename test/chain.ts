import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { acceptedAnswers, implement, type BlueprintImplementation } from '../sdk/index.js'

/** Somebody writes a text about a topic. */
export const draft = defineBlueprint({ type: 'draft', input: z.object({ topic: z.string() }), output: z.object({ text: z.string() }) })

/** Somebody else says whether it is good. */
export const verify = defineBlueprint({ type: 'verify', input: z.object({ text: z.string() }), output: z.object({ isGood: z.boolean(), remark: z.string().default('') }) })

/** A third one mends what is not. */
export const fix = defineBlueprint({ type: 'fix', input: z.object({ text: z.string(), remark: z.string() }), output: z.object({ text: z.string() }) })

/** The three, each fed with the accepted answers of the one before it; only texts that are not good are to be mended. */
export function chainedBlueprints(): readonly BlueprintImplementation[] {
  return [
    implement(draft),
    implement(verify, { feeds: { drafts: acceptedAnswers(draft, ({ answer }) => ({ text: answer.text })) } }),
    implement(fix, { feeds: { doubts: acceptedAnswers(verify, ({ input, answer }) => (answer.isGood ? null : { text: input.text, remark: answer.remark })) } }),
  ]
}
