import type { Placement, WorkerPool } from '../worker-pool.js'
import type { Observer } from './observer.js'

/** A worker pool whose placements are counted. The same pool where nobody listens. */
export function observedPool(pool: WorkerPool, observer: Observer): WorkerPool {
  if (!observer.isOn) return pool
  return {
    ...pool,
    async place(runId, workerId) {
      const placement = await pool.place(runId, workerId)
      if (placement) observer.record('mephisto.placements', 1, { outcome: outcomeOf(placement), blueprint: placement.run.blueprintType, ...(placement.refusal === null ? {} : { reason: placement.refusal }) })
      return placement
    },
  }
}

function outcomeOf({ refusal, resumed, onboarding }: Placement): 'refused' | 'resumed' | 'onboarding' | 'assigned' {
  if (refusal !== null) return 'refused'
  if (resumed) return 'resumed'
  return onboarding === null ? 'assigned' : 'onboarding'
}
