import { UNIT_STATUSES } from '../../data-model/lifecycle.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { RollUpMoney } from '../../ports/roll-up-operations.js'
import type { SpendView, TaskStatisticsView } from '../../protocol/data-views.js'
import { everyStatus } from '../../review/projects/project-rows.js'
import { requireTask } from '../named-place.js'
import { tallyOf } from './task-answers.js'

/** What came of a task; each answer is read once. @throws MephistoError `not_found` */
export async function taskStatistics(db: MephistoDb, named: string): Promise<TaskStatisticsView> {
  const task = await requireTask(db, named)
  const { id, name, blueprintType } = task
  const sums = (await db.rollUps.ofTasks([id])).get(id)
  return {
    task: { id, name, blueprintType }, runs: [...sums?.runs.values() ?? []].reduce((all, runs) => all + runs, 0), units: everyStatus(UNIT_STATUSES, sums?.standardUnits),
    workers: sums?.workers ?? 0, spend: spendOf(sums?.money ?? []), ...await tallyOf(db, task),
  }
}

/** Money of runs as it is shown. Spent is what was earned, paid out or not (docs/decisions/0005-spent.md). */
function spendOf(money: readonly RollUpMoney[]): SpendView[] {
  return money.map(({ currency, spentMinor, owedMinor, reservedMinor }) => ({
    spent: { minor: spentMinor, currency }, owed: { minor: owedMinor, currency }, reserved: { minor: reservedMinor, currency },
  }))
}
