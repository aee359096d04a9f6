import { isMephistoError } from '../errors.js'
import type { Runtime } from '../ports/runtime.js'
import type { WorkParts } from '../ports/work-parts.js'
import { appendUnits } from './freeing.js'
import { goOn, runForMore } from './reopening.js'
import { byAssignment, missingUnits } from './replacing.js'
import { holdRuns, type RunHold } from './run-hold.js'

/** Units that are added in one transaction. */
const PORTION = 2_000

/** Adds to each item of a run the units that it lacks. Goes on where it was interrupted, and adds nothing twice. Returns how many. */
export async function addMoreUnits(parts: WorkParts, runId: string): Promise<number> {
  let added = 0
  for (let after: number | null = -1; after !== null;) {
    const from: number = after
    const done = await holdRuns(parts, [runId], hold => addPortion(hold, parts.runtime, { runId, after: from }))
    added += done.units
    after = done.last
  }
  await holdRuns(parts, [runId], async hold => {
    if ((await hold.tx.runs.widening({ runId, limit: 1 })).length > 0) hold.note(runId, { type: 'top_up', body: { id: null, of: null, rows: 0, units: 0, isLast: 'yes' } })
  })
  return added
}

/** Goes on where a process that added units is gone. */
export async function finishMoreUnits(parts: WorkParts, limit: number): Promise<void> {
  for (const runId of await parts.db.runs.widening({ limit })) {
    await addMoreUnits(parts, runId).catch((error: unknown) => {
      // It is ending at this moment, say: then the next round looks again.
      if (!isMephistoError(error) || (error.code !== 'conflict' && error.code !== 'illegal_move')) throw error
    })
  }
}

/** Looks through so many items; `last` is where the next portion goes on, null at the end. */
async function addPortion(hold: RunHold, runtime: Runtime, { runId, after }: { readonly runId: string; readonly after: number }): Promise<{ units: number; last: number | null }> {
  const run = runForMore(hold, runId)
  const { order } = run.config.supply
  const items = await hold.tx.runs.items(runId, { after, limit: Math.max(1, Math.floor(PORTION / run.unitsPerAssignment)) })
  const known = byAssignment(await hold.tx.replacements.ofAssignments(items.map(item => item.id)))
  const units = items.flatMap(item => missingUnits(known.get(item.id) ?? [], { wanted: run.unitsPerAssignment, order })).map(unit => ({ ...unit, id: runtime.newId() }))
  if (units.length > 0) {
    goOn(hold, run)
    await appendUnits(hold, run, units)
    hold.note(runId, { type: 'top_up', body: { id: null, of: null, rows: 0, units: units.length } })
    hold.count(runId, { unitsTotal: units.length, unitsOpen: units.length })
  }
  return { units: units.length, last: items.at(-1)?.position ?? null }
}
