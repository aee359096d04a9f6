import * as z from 'zod'
import { LEAVE_POLICIES, TOO_FEW_POLICIES } from '../../data-model/live.js'
import { moneySchema } from '../../data-model/money-schema.js'

/** How people come together, with its bounds and defaults: `live` of a launch. */
export const LIVE_SHAPE = z.strictObject({
  minPeople: z.int().min(1).max(1000).exactOptional(),
  lobbyMs: z.int().min(1_000).max(86_400_000).default(300_000),
  whenTooFew: z.enum(TOO_FEW_POLICIES).default('release'),
  lobbyPay: moneySchema.exactOptional(),
  whenSomebodyLeaves: z.enum(LEAVE_POLICIES).default('end'),
  replacementsPerAssignment: z.int().min(0).max(1000).default(0),
  absenceMs: z.int().min(5_000).max(3_600_000).default(30_000),
})
