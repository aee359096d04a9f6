import * as z from 'zod'
import { entityId } from './text.js'

const MOST_UNITS = 50

/** Claims the first of these units of a run that waits for a decision and nobody else reviews; with `takeOver` the first one in any case. `instead` gives others back. */
export const claimRequest = z.strictObject({
  run: entityId,
  units: z.array(entityId).max(MOST_UNITS),
  instead: z.array(entityId).max(MOST_UNITS).default([]),
  takeOver: z.boolean().default(false),
})

/** See {@link claimRequest}. */
export type ClaimRequest = z.output<typeof claimRequest>
