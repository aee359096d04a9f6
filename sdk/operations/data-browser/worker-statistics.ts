import type * as z from 'zod'
import type { Worker } from '../../data-model/entities.js'
import type { UnitStatus } from '../../data-model/lifecycle.js'
import type { UnitKind } from '../../data-model/unit-kind.js'
import type { WorkerExtra, WorkerSum } from '../../ports/data-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { workerStatisticsQuery } from '../../protocol/data-requests.js'
import type { WorkerPayView, WorkerStatisticsListView, WorkerStatisticsView } from '../../protocol/data-views.js'
import { findPerson } from '../../review/people/named-people.js'
import { toWorkerView } from '../../review/people/people-rows.js'
import { rangeOf, scopeOf, whenOf } from './named-work.js'

const HOUR_MS = 3_600_000

/** A page of workers with what they did, in the order in which they were first known. */
export async function workerStatistics(db: MephistoDb, query: z.output<typeof workerStatisticsQuery>): Promise<WorkerStatisticsListView> {
  const { worker, qualified, cursor, limit } = query
  const scope = await scopeOf(db, query)
  const ids = await db.data.workers({
    scope, limit: limit + 1, ...(cursor === undefined ? {} : { after: cursor }), ...(worker ? { workerId: (await findPerson(db, worker)).id } : {}),
    ...(qualified ? { qualification: await rangeOf(db, qualified) } : {}),
  })
  const shown = ids.slice(0, limit)
  const workers = new Map((await db.workers.find({ filter: { ids: shown }, limit: Math.max(1, shown.length) })).rows.map(row => [row.id, row]))
  const within = { scope, ...whenOf(query) }
  const [sums, extras] = await Promise.all([db.data.workerSums(shown, within), db.data.workerExtras(shown, within)])
  return {
    workers: shown.flatMap(id => {
      const known = workers.get(id)
      return known ? [statisticsOf(known, sums.filter(sum => sum.workerId === id), extras.filter(extra => extra.workerId === id))] : []
    }),
    nextCursor: ids.length > limit ? shown.at(-1) ?? null : null,
  }
}

/** One worker's statistics from sums over their units and what they got beside. Pure. */
function statisticsOf(worker: Worker, sums: readonly WorkerSum[], extras: readonly WorkerExtra[]): WorkerStatisticsView {
  const unitsOf = (status?: UnitStatus, kind: UnitKind = 'standard'): number =>
    total(sums.filter(sum => sum.kind === kind && (status === undefined || sum.status === status)), sum => sum.units)
  const [right, wrong] = [unitsOf('accepted', 'gold'), unitsOf('soft_rejected', 'gold') + unitsOf('rejected', 'gold')]
  const middle = sums.flatMap(sum => sum.middleMs ?? [])
  const currencies = [...new Set([...sums, ...extras].map(({ currency }) => currency))].sort()
  return {
    worker: toWorkerView(worker), answered: unitsOf(), waiting: unitsOf('completed'), accepted: unitsOf('accepted'),
    softRejected: unitsOf('soft_rejected'), rejected: unitsOf('rejected'),
    gold: { right, wrong, score: right + wrong === 0 ? null : right / (right + wrong) }, totalMs: total(sums, sum => sum.totalMs),
    medianMs: middle.length === 0 ? null : Math.round((Math.min(...middle) + Math.max(...middle)) / 2),
    pay: currencies.map(currency => payOf(currency, sums.filter(sum => sum.currency === currency), extras.find(extra => extra.currency === currency)?.minor ?? 0)),
  }
}

/** What work of one currency earned: accepted and soft-rejected units (docs/decisions/0005-spent.md). */
function payOf(currency: string, sums: readonly WorkerSum[], extra: number): WorkerPayView {
  const earning = sums.filter(({ status }) => status === 'accepted' || status === 'soft_rejected')
  const [earned, ms] = [total(earning, sum => sum.payMinor), total(earning, sum => sum.totalMs)]
  return {
    earned: { minor: earned, currency }, waiting: { minor: total(sums.filter(sum => sum.status === 'completed'), sum => sum.payMinor), currency },
    extra: { minor: extra, currency }, hourly: ms === 0 ? null : { minor: Math.round(earned * HOUR_MS / ms), currency },
  }
}

function total(sums: readonly WorkerSum[], of: (sum: WorkerSum) => number): number {
  return sums.reduce((all, sum) => all + of(sum), 0)
}
