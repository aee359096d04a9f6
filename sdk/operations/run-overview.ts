import type { TaskRun } from '../data-model/entities.js'
import { ORIGINAL_SCHEMA } from '../data-model/features.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { GoldCounts, GoldPlace, LeaseCounts, PeopleCounts } from '../ports/overview-operations.js'
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
  const run = await requireRun(db, runId)
  const { hasAssignees = false, features } = run.config
  const at = await db.now()
  const place = goldPlace(run)
  const [last, people, leases, gold] = await Promise.all([
    db.runs.lastPosition(runId),
    db.overviews.people(runId, { hasAssignees, hasOnboarding: features.onboarding !== null, hasOtherKinds: features.training !== null || features.screening !== null || place !== null }),
    db.overviews.leases(runId, { at, soon: at + SOON_MS }),
    place === null ? { right: 0, wrong: 0 } : db.overviews.gold(runId, place),
  ])
  return { items: last + 1, people: { ...people, invited: hasAssignees ? people.invited : null }, leases, gold: { ...gold, score: scoreOf(gold) } }
}

/** Where a run's gold units are; null where it has none. Pure. */
export function goldPlace({ blueprintType, config: { features: { gold, training, screening } } }: Pick<TaskRun, 'blueprintType' | 'config'>): GoldPlace | null {
  if (blueprintType === ORIGINAL_SCHEMA) return 'anywhere'
  if (gold === null) return null
  return training === null && screening === null ? 'alone' : 'apart'
}

/** The share of right ones; null for none. Pure. */
function scoreOf({ right, wrong }: GoldCounts): number | null {
  return right + wrong === 0 ? null : right / (right + wrong)
}
