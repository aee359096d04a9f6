import * as z from 'zod'
import { defineChat } from '../../sdk/blueprints/index.js'

/** Two people talk about something, after an introduction. */
export const teaTalk = defineChat({
  type: 'tea-talk', input: z.object({ topic: z.string() }), output: z.object({ liked: z.boolean() }), names: ['Host', 'Guest'],
  onboarding: { input: z.object({}), output: z.object({ word: z.string() }) },
})
