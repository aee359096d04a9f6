import * as z from 'zod'
import type { AnyBlueprint } from '../../blueprints/blueprint.js'
import { LEAVE_POLICIES, TOO_FEW_POLICIES, type RunLive } from '../../data-model/live.js'
import type { Money } from '../../data-model/money.js'
import { moneySchema } from '../../data-model/money-schema.js'
import type { UnitOrder } from '../../data-model/rank.js'
import { refusedLaunch } from '../launch-refusal.js'

/** {@link LaunchSettings.live} with its bounds. */
export const LIVE_SHAPE = z.strictObject({
  minPeople: z.int().min(1).max(1000).exactOptional(),
  lobbyMs: z.int().min(1_000).max(86_400_000).default(300_000),
  whenTooFew: z.enum(TOO_FEW_POLICIES).default('release'),
  lobbyPay: moneySchema.exactOptional(),
  whenSomebodyLeaves: z.enum(LEAVE_POLICIES).default('end'),
  replacementsPerAssignment: z.int().min(0).max(1000).default(0),
  absenceMs: z.int().min(5_000).max(3_600_000).default(30_000),
})

/** What of a launch says how people work together. */
export interface LiveLaunch {
  readonly live?: unknown
  readonly unitsPerAssignment: number
  readonly order: UnitOrder
  readonly maxLiveUnits?: number | undefined
  readonly pay: Money
  readonly training?: unknown
  readonly screening?: unknown
  readonly gold?: unknown
}

/** How people come together in a run, and how long they may be away, ms; null for work that is not live. @throws MephistoError `invalid_input`, naming the option */
export function checkLive({ type, live }: AnyBlueprint, options: LiveLaunch): { readonly live: RunLive; readonly absenceMs: number } | null {
  const { unitsPerAssignment, order, maxLiveUnits, pay, training, screening, gold } = options
  if (!live) {
    if (options.live !== undefined) throw refusedLaunch('live', `blueprint "${type}" has nothing live; leave it out`)
    return null
  }
  const given = LIVE_SHAPE.parse(options.live ?? {})
  const { minPeople = unitsPerAssignment, lobbyPay, absenceMs, ...rest } = given
  if (minPeople > unitsPerAssignment) throw refusedLaunch('live.minPeople', `is more than the ${String(unitsPerAssignment)} who work at an item together (unitsPerAssignment)`)
  if (lobbyPay && lobbyPay.currency !== pay.currency) throw refusedLaunch('live.lobbyPay', 'must be in the currency of pay')
  if (lobbyPay && lobbyPay.minor > pay.minor) throw refusedLaunch('live.lobbyPay', 'must not be more than pay, which is all that is held for somebody who waits')
  if (order === 'breadth_first' && unitsPerAssignment > 1) throw refusedLaunch('order', 'must be fifo or random where people work together: one group after the other is filled')
  if (maxLiveUnits !== undefined && maxLiveUnits % unitsPerAssignment !== 0) throw refusedLaunch('maxLiveUnits', `must let whole groups in: a multiple of ${String(unitsPerAssignment)}`)
  for (const [name, feature] of Object.entries({ training, screening, gold })) {
    if (feature) throw refusedLaunch(name, 'is about items that one person answers alone, and this work is live; launch a run of another blueprint for it')
  }
  return { live: { ...rest, minPeople, lobbyPayMinor: lobbyPay?.minor ?? 0 }, absenceMs }
}
