import type { DecisionEffects } from '../data-model/decision-effects.js'
import type { RunHold } from '../operations/run-hold.js'
import type { DecisionRow, ReviewRow } from '../ports/answer-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { Principal } from './principal.js'

/** Units whose decisions are taken back just now, by whom. */
interface TakenBack {
  readonly rows: readonly ReviewRow[]
  /** By unit. */
  readonly undoes: ReadonlyMap<string, DecisionRow>
  readonly principal: Principal
}

/**
 * Takes back what decisions did beside their verdicts: grants are as they were before, blocks are lifted. What somebody has changed since stays, and
 * a sentence by unit says so. Bonuses are booked back by whoever decides; work that was given to others goes with its place.
 */
export async function takeBackEffects(hold: RunHold, runtime: Runtime, { rows, undoes, principal }: TakenBack): Promise<ReadonlyMap<string, string>> {
  const effectsOn = ({ unitId }: ReviewRow): DecisionEffects => undoes.get(unitId)?.effects ?? {}
  const stays = new Map<string, string>()
  if (!rows.some(row => effectsOn(row).grants !== undefined || effectsOn(row).blockId !== undefined)) return stays
  await hold.tx.workers.lock([...new Set(rows.map(({ workerId }) => workerId))].sort())
  for (const row of rows) {
    const effects = effectsOn(row)
    if (effects.blockId !== undefined) await liftOwn(hold, effects.blockId, row.workerId)
    const changed: string[] = []
    for (const step of effects.grants ?? []) {
      if (!await restoreGrant(hold, runtime, { step, row, principal })) changed.push(`"${step.name}"`)
    }
    if (changed.length > 0) stays.set(row.unitId, `Somebody has changed ${changed.join(' and ')} of this worker since; that stays as it is.`)
  }
  return stays
}

/** A dump of another installation may name a block of somebody else here. */
async function liftOwn({ tx, at }: RunHold, blockId: string, workerId: string): Promise<void> {
  if ((await tx.blocks.get(blockId))?.workerId === workerId) await tx.blocks.lift(blockId, at)
}

type Step = NonNullable<DecisionEffects['grants']>[number]

/** False where the worker's qualification was changed since. */
async function restoreGrant({ tx, at }: RunHold, runtime: Runtime, { step: { eventId, qualificationId, value, before }, row: { workerId, unitId }, principal }: { readonly step: Step; readonly row: ReviewRow; readonly principal: Principal }): Promise<boolean> {
  const [latest] = (await tx.grants.history({ filter: { qualificationId, workerId }, direction: 'descending', limit: 1 })).rows
  // A clock that jumped back dates a later change before this one: then its value tells.
  const isAsLeft = latest?.id === eventId && ((await tx.grants.get(qualificationId, workerId))?.value ?? null) === value
  if (!isAsLeft) return false
  const act = { id: runtime.newId(), qualificationId, workerId, actorId: principal.id, reason: `taken back with the decision on unit ${unitId}`, at: Math.max(at, latest.createdAt + 1) }
  const isOver = before === null || (before.expiresAt !== null && before.expiresAt <= at)
  if (isOver) await tx.grants.revoke(act)
  else if (await tx.qualifications.get(qualificationId)) await tx.grants.grant({ ...act, value: before.value, expiresAt: before.expiresAt })
  else return false
  return true
}
