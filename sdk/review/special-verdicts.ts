import { isSpecial, type GoldFeature, type RunFeatures, type ScreeningFeature, type TrainingFeature } from '../data-model/features.js'
import type { RunHold } from '../operations/run-hold.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { DecideVerb } from './deciding.js'

/** A decision on a training, screening or gold unit, whoever took it. */
export interface SpecialVerdict {
  /** The unit as it was before the decision. */
  readonly row: ReviewRow
  readonly verb: DecideVerb
  readonly actorId: string
}

/** What is granted of a qualification: a value, or null for nothing. */
type Grants = ReadonlyMap<string, number | null>

/** Keeps what decisions on special units mean for their workers, as qualifications, in the same transaction. */
export async function noteVerdicts(hold: RunHold, runtime: Runtime, verdicts: readonly SpecialVerdict[]): Promise<void> {
  const special = verdicts.filter(({ row }) => isSpecial(row.kind))
  if (special.length === 0) return
  // The same worker may be judged in another run at this moment.
  await hold.tx.workers.lock([...new Set(special.map(({ row }) => row.workerId))].sort())
  for (const verdict of special) {
    const features = hold.run(verdict.row.runId)?.config.features
    if (features) await grantAll(hold, runtime, { verdict, grants: await grantsOf(hold, features, verdict) })
  }
}

async function grantsOf(hold: RunHold, features: RunFeatures, verdict: SpecialVerdict): Promise<Grants> {
  switch (verdict.row.kind) {
    case 'gold': return features.gold ? goldGrants(hold, features.gold, verdict) : new Map()
    case 'screening': return features.screening ? screeningGrants(features.screening, rightness(verdict.verb)) : new Map()
    case 'training': return features.training ? trainingGrants(hold, features.training, verdict) : new Map()
    case 'standard': case 'compensation': return new Map()
  }
}

/** True for a right answer, false for a wrong one, null for one that is open again. */
function rightness(verb: DecideVerb): boolean | null {
  switch (verb) {
    case 'approve': case 'overturn': return true
    case 'soft_reject': case 'reject': return false
    case 'undo': return null
  }
}

async function goldGrants(hold: RunHold, { rightId, wrongId }: GoldFeature, { row, verb }: SpecialVerdict): Promise<Grants> {
  const before = row.status === 'accepted' ? true : row.status === 'completed' ? null : false
  const after = rightness(verb)
  const facts = await hold.tx.workers.facts({ workerIds: [row.workerId], qualificationIds: [rightId, wrongId], taskId: null, earnings: null, at: hold.at })
  const granted = facts.get(row.workerId)?.grants
  const counted = (id: string, isRight: boolean): [string, number] => [id, Math.max(0, (granted?.get(id) ?? 0) + Number(after === isRight) - Number(before === isRight))]
  return new Map([counted(rightId, true), counted(wrongId, false)].filter(([id, value]) => value !== (granted?.get(id) ?? 0)))
}

/** What an answer that screens grants its worker. */
export function screeningGrants({ passedId, failedId }: ScreeningFeature, isRight: boolean | null): Grants {
  return new Map([[passedId, isRight === true ? 1 : null], [failedId, isRight === false ? 1 : null]])
}

async function trainingGrants({ tx }: RunHold, { qualificationId }: TrainingFeature, { row }: SpecialVerdict): Promise<Grants> {
  const { right, open } = await tx.special.tally(row.runId, 'training', row.workerId)
  return new Map([[qualificationId, open === 0 ? right : null]])
}

/** Grants and revokes for one verdict. */
export async function grantAll({ tx, at }: RunHold, runtime: Runtime, { verdict: { row, actorId }, grants }: { readonly verdict: Pick<SpecialVerdict, 'actorId'> & { readonly row: Pick<ReviewRow, 'workerId' | 'unitId' | 'kind'> }; readonly grants: Grants }): Promise<void> {
  for (const [qualificationId, value] of grants) {
    const act = { id: runtime.newId(), qualificationId, workerId: row.workerId, actorId, reason: `${row.kind} unit ${row.unitId}`, at }
    if (value === null) await tx.grants.revoke(act)
    else await tx.grants.grant({ ...act, value })
  }
}
