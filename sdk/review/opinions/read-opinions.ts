import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Opinion } from './judgement.js'

/** What was said of units, by unit. */
export type Opinions = ReadonlyMap<string, readonly Opinion[]>

/** What reviewers think of the present answers of units, by unit, the latest of each reviewer. */
export async function opinionsOf(db: DbOperations, unitIds: readonly string[]): Promise<Opinions> {
  const found = new Map<string, Map<string, Opinion>>()
  for (const row of await db.decisions.opinionsOf(unitIds)) {
    const verdict = row.effects.opinion
    if (verdict === undefined) continue
    const ofUnit = found.get(row.unitId) ?? new Map<string, Opinion>()
    found.set(row.unitId, ofUnit.set(row.actorId, { actorId: row.actorId, actorName: row.actorName, verdict, note: row.note, at: row.createdAt }))
  }
  return new Map([...found].map(([unitId, ofUnit]) => [unitId, [...ofUnit.values()]]))
}
