import { isSpecial } from '../data-model/features.js'
import type { Attempt } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { Principal } from '../review/principal.js'
import { writeDecisions } from '../review/decisions.js'
import { oncePerId } from '../review/once-per-id.js'
import { grantAll, screeningGrants } from '../review/special-verdicts.js'
import type { RunHold } from './run-hold.js'

/** Who decides when a judge has said what is right. */
const JUDGE: Principal = { id: 'mephisto:judge', name: 'Automatic check', roles: ['reviewer'] }

/** An answer that counts, and whether it is right; null when nobody can tell yet. */
export interface JudgedAttempt {
  readonly attempt: Attempt
  readonly isRight: boolean | null
}

/**
 * Decides training, screening and gold units in the transaction that stores their answers: a right one is accepted, a wrong
 * one soft-rejected, which pays it all the same. An ordinary unit that screens is left to the reviewers; its worker passes or not.
 */
export async function noteRightness(hold: RunHold, runtime: Runtime, answers: readonly JudgedAttempt[]): Promise<void> {
  for (const { attempt: { agent, run, unit }, isRight } of answers) {
    if (isRight === null) continue
    const screening = hold.run(run.id)?.config.features.screening
    if (!isSpecial(unit.kind)) {
      if (screening) await grantAll(hold, runtime, { verdict: { row: { workerId: agent.workerId, unitId: unit.id, kind: unit.kind }, actorId: JUDGE.id }, grants: screeningGrants(screening, isRight) })
      continue
    }
    const verdict = isRight ? 'approve' : 'soft_reject'
    const request = { decisionId: runtime.newId(), unitIds: [unit.id], verdict, note: null }
    await oncePerId(hold, { principal: JUDGE, action: verdict, request }, async () => {
      const rows = await hold.tx.units.reviewById([unit.id])
      return [...(await writeDecisions(hold, runtime, { principal: JUDGE, verb: verdict, batchId: request.decisionId, note: null, rows, undoes: new Map() })).values()]
    })
  }
}
