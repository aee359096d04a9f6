import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'

/** The accepted share of what was decided of a worker's answers; null before anything was. Pure. */
export function acceptedShareOf({ accepted, softRejected, rejected }: WorkerStatisticsView): number | null {
  const decided = accepted + softRejected + rejected
  return decided === 0 ? null : accepted / decided
}
