import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'

const text = z.object({ text: z.string().max(20_000) })

/** A task whose page asks the server for help. */
export const helping = defineBlueprint({
  type: 'helping', input: z.object({ topic: z.string() }), output: z.object({ essay: z.string() }),
  procedures: {
    shout: { input: text, output: z.object({ text: z.string(), topic: z.string(), by: z.string() }) },
    refuse: { input: z.object({ secret: z.string() }), output: z.null() },
    crash: { input: z.object({}), output: z.null() },
    lie: { input: z.object({}), output: z.object({ count: z.number() }) },
    hang: { input: z.object({}), output: z.null() },
    nothing: { input: z.undefined(), output: z.void() },
    perhaps: { input: z.object({ n: z.int() }).optional(), output: z.int() },
    flood: { input: z.object({ characters: z.int() }), output: z.string() },
  },
})
