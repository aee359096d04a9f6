import { instant } from '../../data-model/instant.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { OpinionView } from '../../protocol/review-views.js'
import type { Principal } from '../principal.js'
import type { Opinion } from './judgement.js'

/** What reviewers think of the present answers of units, by unit, the latest of each reviewer. */
export async function opinionsOf(db: DbOperations, unitIds: readonly string[]): Promise<ReadonlyMap<string, readonly Opinion[]>> {
  const found = new Map<string, Map<string, Opinion>>()
  for (const row of await db.decisions.opinionsOf(unitIds)) {
    const verdict = row.effects.opinion
    if (verdict === undefined) continue
    const ofUnit = found.get(row.unitId) ?? new Map<string, Opinion>()
    found.set(row.unitId, ofUnit.set(row.actorId, { actorId: row.actorId, actorName: row.actorName, verdict, note: row.note, at: row.createdAt }))
  }
  return new Map([...found].map(([unitId, ofUnit]) => [unitId, [...ofUnit.values()]]))
}

/** Whether somebody may know what others think of an answer: who has said so themselves, or is to decide between two, or once it is decided. Pure. */
export function maySeeOpinions(opinions: readonly Opinion[], { principal, isWaiting }: { readonly principal: Principal; readonly isWaiting: boolean }): boolean {
  return !isWaiting || opinions.length > 1 || opinions.some(({ actorId }) => actorId === principal.id)
}

/** Opinions as somebody may see them. Pure. */
export function toOpinionViews(opinions: readonly Opinion[], seen: { readonly principal: Principal; readonly isWaiting: boolean }): OpinionView[] {
  const isOpen = maySeeOpinions(opinions, seen)
  return opinions.map(({ actorId, actorName, verdict, note, at }) => ({ by: actorId, byName: actorName, verdict: isOpen ? verdict : null, note: isOpen ? note : null, at: instant(at) }))
}
