import * as z from 'zod'
import { defineBlueprint, type InferInput, type InferOutput } from '../blueprints/blueprint.js'
import { implement } from '../blueprints/implement.js'

/**
 * A task kind for trying things out: each item is a number, and a right answer is that number times `args.factor` (2 unless a
 * launch says otherwise). Its onboarding passes whoever hands in `shouldPass: true`.
 */
export const mockBlueprint = defineBlueprint({
  type: 'mock',
  args: z.object({ factor: z.int().default(2) }),
  onboarding: { input: z.object({}), output: z.object({ shouldPass: z.boolean() }) },
  input: z.object({ number: z.int() }),
  output: z.object({ number: z.int() }),
})

/** {@link mockBlueprint} as an instance runs it: with a judge, so that training, screening and gold can be tried. */
export const mockTask = implement(mockBlueprint, {
  validateOnboarding: ({ shouldPass }) => shouldPass,
  judge: ({ number }, { input, args }) => number === input.number * args.factor,
  passesAttention: ({ number }, { input, args }) => number === input.number * args.factor,
})

/** Items for a run of {@link mockBlueprint}: the numbers from 0 on. */
export function mockData(count: number): InferInput<typeof mockBlueprint>[] {
  return Array.from({ length: count }, (_, number) => ({ number }))
}

/** What a simulated worker answers who is right. */
export function mockAnswer({ input, run }: { readonly input: InferInput<typeof mockBlueprint>; readonly run: { readonly args: { readonly factor: number } } }): InferOutput<typeof mockBlueprint> {
  return { number: input.number * run.args.factor }
}
