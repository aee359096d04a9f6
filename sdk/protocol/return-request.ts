import * as z from 'zod'
import { LONGEST_RETURN_TEXT, RETURN_REASONS } from '../data-model/return-reason.js'
import { writtenText } from './text.js'

/** Request of `agent.return`. Nobody has to say why; earlier pages never do, and earlier servers pass over it. */
export const returnRequest = z.object({
  why: z.object({ reason: z.enum(RETURN_REASONS), text: writtenText(LONGEST_RETURN_TEXT).optional() }).optional(),
})
