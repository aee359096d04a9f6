import type { AnyBlueprint } from '../../blueprints/blueprint.js'
import type { RunLive } from '../../data-model/live.js'
import { refusedLaunch } from '../launch-refusal.js'
import type { ParsedOptions } from '../launch-options.js'
import { LIVE_SHAPE } from './live-shape.js'

/** How people come together in a run, and how long they may be away, ms; null for work that is not live. @throws MephistoError `invalid_input`, naming the option */
export function checkLive({ type, live }: AnyBlueprint, options: ParsedOptions): { readonly live: RunLive; readonly absenceMs: number } | null {
  const { unitsPerAssignment, order, maxLiveUnits, pay, training, screening, gold } = options
  if (!live) {
    if (options.live !== undefined) throw refusedLaunch('live', `blueprint "${type}" has nothing live; leave it out`)
    return null
  }
  const { minPeople = unitsPerAssignment, lobbyPay, absenceMs, ...rest } = options.live ?? LIVE_SHAPE.parse({})
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
