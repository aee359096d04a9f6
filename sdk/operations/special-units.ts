import { SPECIAL_RANK, type SpecialKind } from '../data-model/features.js'
import type { TaskRun } from '../data-model/entities.js'
import type { Candidate, Standing } from '../ports/unit-operations.js'
import type { NewSpecialUnit, SpecialTally } from '../ports/special-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { RefusalReason } from '../protocol/refusals.js'
import type { NextStep } from './next-step.js'
import type { RunHold } from './run-hold.js'

/** A worker whose next unit is a special one. */
export interface SpecialSeeker {
  readonly standing: Standing
  readonly step: Extract<NextStep, { kind: 'special' }>
}

/** Units made for workers, and who gets none: for each, why, or that an ordinary unit will do. */
export interface SpecialMatches {
  readonly matches: ReadonlyMap<string, Candidate>
  readonly without: ReadonlyMap<string, RefusalReason | 'work'>
}

/**
 * Makes training, screening and gold units for those who are to have one, each for its one worker: ready to be leased in the
 * same transaction. Training items come in their order, the others by chance.
 */
export async function makeSpecialUnits(hold: RunHold, runtime: Runtime, { run, seekers }: { readonly run: TaskRun; readonly seekers: readonly SpecialSeeker[] }): Promise<SpecialMatches> {
  const { tx, at } = hold
  const matches = new Map<string, Candidate>()
  const without = new Map<string, RefusalReason | 'work'>()
  const units: NewSpecialUnit[] = []
  const left = new Map<SpecialKind, number>()
  for (const { standing: { workerId }, step } of seekers) {
    const places = left.get(step.unit) ?? await placesLeft(hold, run, step.unit)
    const items = places > 0 ? await tx.special.unanswered(run.id, step.unit, workerId) : []
    const item = step.unit === 'training' ? items[0] : items[Math.floor(runtime.random() * items.length)]
    left.set(step.unit, item ? places - 1 : places)
    if (!item) {
      without.set(workerId, step.orElse === 'work' ? 'work' : withoutItem(step.unit, await tx.special.tally(run.id, step.unit, workerId)))
      continue
    }
    // Others may get the same item in this transaction.
    const unitIndex = item.nextIndex + units.filter(unit => unit.assignmentId === item.assignmentId).length
    const unit = { id: runtime.newId(), assignmentId: item.assignmentId, unitIndex, kind: step.unit }
    units.push(unit)
    matches.set(workerId, { unitId: unit.id, kind: unit.kind, assignmentId: unit.assignmentId, rank: SPECIAL_RANK, fence: 0, input: item.input })
  }
  if (units.length === 0) return { matches, without }
  await tx.special.addUnits({ id: run.id, payMinor: run.payMinor }, units, at)
  hold.note(run.id, { type: 'add', body: { units: units.length } })
  hold.count(run.id, { unitsTotal: units.length, unitsOpen: units.length, areSpecial: true })
  return { matches, without }
}

/**
 * Why there is no item for somebody who is to answer one. Where all were answered and decided, and what they were to show is
 * still missing, that is final: too many answers were wrong, or an operator took back what the right ones had earned.
 */
function withoutItem(kind: SpecialKind, { wrong, open, undecided }: SpecialTally): RefusalReason {
  if (undecided > 0) return 'being_checked'
  if (open > 0) return 'no_places_left'
  return kind === 'gold' && wrong > 0 ? 'gold_failed' : 'not_qualified'
}

/** How many more units of a kind the run may have. */
async function placesLeft(hold: RunHold, { id, config: { features } }: TaskRun, kind: SpecialKind): Promise<number> {
  const most = kind === 'training' ? null : features[kind]?.mostUnits ?? null
  return most === null ? Infinity : most - await hold.tx.special.count(id, kind)
}
