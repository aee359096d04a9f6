import * as z from 'zod'
import { LEAVE_POLICIES, TOO_FEW_POLICIES } from '../../data-model/live.js'
import { moneySchema } from '../../data-model/money-schema.js'

/** How people come together, with its bounds and defaults: `live` of a launch. */
export const LIVE_SHAPE = z.strictObject({
  minPeople: z.int().min(1).max(1000).exactOptional().describe('So many are enough to begin when the time of the lobby is over; without it, all of them.'),
  lobbyMs: z.int().min(1_000).max(86_400_000).default(300_000).describe('How long a group waits to be whole, at first and after somebody left, ms.'),
  whenTooFew: z.enum(TOO_FEW_POLICIES).default('release').describe('When too few have come by then: let them go (release), wait on (wait), or begin with bots (bots).'),
  lobbyPay: moneySchema.exactOptional().describe('What those get who are let go; without it, nothing.'),
  whenSomebodyLeaves: z.enum(LEAVE_POLICIES).default('end').describe('When somebody leaves: it ends (end), somebody else comes (replace), a bot plays (bot), or it goes on (go_on).'),
  replacementsPerAssignment: z.int().min(0).max(1000).default(0).describe('How often at most an item is begun anew because somebody left.'),
  absenceMs: z.int().min(5_000).max(3_600_000).default(30_000).describe('How long a page may be away before its worker has left, ms.'),
})
