import type { Stock } from '../../data-model/data-feed.js'
import type { TaskRun } from '../../data-model/entities.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { affordableUnits, capsNow } from '../caps.js'

/** How full a run is that takes rows from its feed now; null for one that takes none: paused, over, its feed not open, its budget used up. */
export async function stockOf(db: DbOperations, run: TaskRun): Promise<Stock | null> {
  const settings = run.config.dataFeed
  if (!settings || run.status !== 'running' || run.dataFeed?.status !== 'open') return null
  // Units that the provider will not show are no stock: nobody can have them.
  const lost = run.config.supply.publishing?.publishesUnits === true ? await db.publications.countUnits(run.id, ['publish_failed']) : 0
  const free = await db.feeds.countFree(run.id, settings.ahead + lost) - lost
  return affordableUnits(run, await capsNow(db, run)) <= free ? null : { ahead: settings.ahead, free, unitsPerAssignment: run.unitsPerAssignment }
}
