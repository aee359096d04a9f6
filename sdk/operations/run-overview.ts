import type { MephistoDb } from '../ports/mephisto-db.js'
import type { GoldCounts, LeaseCounts, PeopleCounts } from '../ports/overview-operations.js'
import { ORIGINAL_SCHEMA } from './original/item-rows.js'
import { requireRun } from './named-place.js'

/** A run at a glance. */
export interface RunOverview {
  /** Items of ordinary work. */
  readonly items: number
  /** People, each once in every number; `invited` is null where items are for everybody. */
  readonly people: Omit<PeopleCounts, 'invited'> & { readonly invited: number | null }
  /** Units under way; instants are epoch ms. */
  readonly leases: LeaseCounts
  /** Decided gold units; `score` is the share of right ones, null before any is decided. */
  readonly gold: GoldCounts & { readonly score: number | null }
}

/** Leases that run out within so long end soon. */
const SOON_MS = 300_000

/** How far a run's people have come, which leases are under way and how its gold units went. @throws MephistoError `not_found` */
export async function readOverview(db: MephistoDb, runId: string): Promise<RunOverview> {
  const { blueprintType, config: { hasAssignees = false } } = await requireRun(db, runId)
  const at = await db.now()
  const [last, people, leases, gold] = await Promise.all([
    db.runs.lastPosition(runId),
    db.overviews.people(runId, { hasAssignees }), db.overviews.leases(runId, { at, soon: at + SOON_MS }), db.overviews.gold(runId, { areAmongOthers: blueprintType === ORIGINAL_SCHEMA }),
  ])
  return { items: last + 1, people: { ...people, invited: hasAssignees ? people.invited : null }, leases, gold: { ...gold, score: scoreOf(gold) } }
}

/** The share of right ones; null for none. Pure. */
function scoreOf({ right, wrong }: GoldCounts): number | null {
  return right + wrong === 0 ? null : right / (right + wrong)
}
