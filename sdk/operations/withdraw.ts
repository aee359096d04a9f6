import { isSpecial } from '../data-model/features.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { RunHold } from './run-hold.js'

/** A unit that nobody has: `created` or `launched`. */
export interface FreeUnit {
  readonly id: string
  readonly runId: string
  readonly kind: UnitKind
  readonly status: UnitStatus
}

/** Expires free units of held runs that nobody is to have any more. */
export async function withdrawUnits(hold: RunHold, units: readonly FreeUnit[]): Promise<void> {
  if (units.length === 0) return
  const withdrawn = await hold.tx.replacements.withdraw(units.map(unit => unit.id))
  for (const { id, runId, kind, status } of units) {
    if (!withdrawn.has(id)) throw new Error(`unit ${id} was to be withdrawn, and is taken while its run is held`)
    hold.note(runId, { type: 'withdraw', body: { unit: id } })
    hold.takeDown(runId, [id], 'expired')
    hold.count(runId, { unitsOpen: -1, unitsLive: status === 'launched' ? -1 : 0, areSpecial: isSpecial(kind) })
  }
}
