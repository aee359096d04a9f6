import { instant } from '../data-model/instant.js'
import { MephistoError } from '../errors.js'
import type { ReviewClaim } from '../ports/claim-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { ClaimRequest } from '../protocol/review-requests.js'
import type { ClaimReply, ClaimView } from '../protocol/review-views.js'
import type { Principal } from './principal.js'

/** For how long others leave a unit to whoever reviews it, ms. A page that shows it claims it again in time. */
export const CLAIM_MS = 120_000

/** Who reviews what just now, so that two reviewers do not read the same answer. */
export interface ReviewClaims {
  /**
   * Claims the first of the units that waits for a decision and that nobody else has, and gives back those that are named `instead`.
   * @throws MephistoError `not_found` for a unit that is not of the run
   */
  claim(principal: Principal, request: ClaimRequest): Promise<ClaimReply>
  /** Claims of units, by unit. */
  of(unitIds: readonly string[]): Promise<ReadonlyMap<string, ClaimView>>
}

/** The claims over a database. */
export function createReviewClaims({ db }: { readonly db: MephistoDb }): ReviewClaims {
  const claimsAt = async (unitIds: readonly string[], at: number): Promise<ReadonlyMap<string, ReviewClaim>> => new Map((await db.claims.of(unitIds, at)).map(claim => [claim.unitId, claim]))
  return {
    async claim(principal, { run, units, instead, takeOver }) {
      const runs = await db.units.runsOfUnits(units)
      const stranger = units.find(id => runs.get(id) !== run)
      if (stranger !== undefined) throw new MephistoError('not_found', `Run ${run} has no unit ${stranger}; name units of this run.`)
      const at = await db.now()
      await db.claims.release(instead, principal.id)
      await db.claims.remove({ runId: run, at })
      const others = new Map([...await claimsAt(units, at)].filter(([, { actorId }]) => actorId !== principal.id))
      const waiting = new Set(units.length === 0 ? [] : (await db.units.find({ filter: { ids: units, statuses: ['completed'] }, limit: units.length })).rows.map(({ id }) => id))
      let claimed: string | null = null
      for (const unitId of units) {
        if (!waiting.has(unitId) || (!takeOver && others.has(unitId))) continue
        if (!await db.claims.claim({ unitId, runId: run, actorId: principal.id, actorName: principal.name, until: at + CLAIM_MS, at, takesOver: takeOver })) continue
        claimed = unitId
        break
      }
      return { claimed, claims: [...await claimsAt(units, at)].map(([unit, claim]) => ({ unit, ...toClaimView(claim) })) }
    },

    async of(unitIds) {
      if (unitIds.length === 0) return new Map()
      return new Map([...await claimsAt(unitIds, await db.now())].map(([unitId, claim]) => [unitId, toClaimView(claim)]))
    },
  }
}

function toClaimView({ actorId, actorName, until }: ReviewClaim): ClaimView {
  return { by: actorId, byName: actorName, until: instant(until) }
}
