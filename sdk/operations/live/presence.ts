import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { AgentPlace } from '../agent-places.js'

/** An attempt at a unit of work that is live. */
export type PresentAgent = Pick<AgentPlace, 'runId' | 'leaseMs'> & { readonly agentId: string; readonly unit: NonNullable<AgentPlace['unit']> }

/** Keeps the leases of those whose pages are connected to this process. */
export interface Presence {
  /** The page of somebody is connected; until the returned function is called. */
  arrive(agent: PresentAgent): () => void
  close(): void
}

interface Parts {
  readonly db: Pick<MephistoDb, 'transaction'>
  readonly runtime: Pick<Runtime, 'logger'>
  /** Told when somebody's first page here is connected, and after the last one was not for a moment. */
  onChange(agent: PresentAgent, status: 'here' | 'away'): void
}

interface Present {
  readonly agent: PresentAgent
  pages: number
  /** When the lease is to be extended next, by this process's stopwatch. */
  due: number
}

/** How often it is looked whose lease is due, ms. A lease is extended three times in its length. */
const LOOK_MS = 1_000
/** A page that asks again, or is loaded again, within so many ms was never away. */
const MOMENT_MS = 1_500

/** Nobody is present; it does nothing until somebody is. */
export function createPresence({ db, runtime, onChange }: Parts): Presence {
  const present = new Map<string, Present>()
  let timer: ReturnType<typeof setInterval> | null = null
  let isExtending = false

  async function extend(): Promise<void> {
    const now = performance.now()
    const due = [...present.values()].filter(one => one.due <= now)
    if (due.length === 0 || isExtending) return
    isExtending = true
    for (const one of due) one.due = now + one.agent.leaseMs / 3
    try {
      await db.transaction(async tx => {
        const at = await tx.now()
        await tx.units.extend(due.map(({ agent: { agentId, unit, leaseMs } }) => ({ unitId: unit.id, agentId, fence: unit.fence, until: at + leaseMs })), at)
      })
    } catch (error) {
      runtime.logger.error({ err: error }, 'the leases of those who are connected could not be extended; it is tried again')
      for (const one of due) one.due = 0
    } finally {
      isExtending = false
    }
  }

  function leave(one: Present): void {
    one.pages -= 1
    if (one.pages > 0) return
    const later = setTimeout(() => {
      if (one.pages > 0 || present.get(one.agent.agentId) !== one) return
      present.delete(one.agent.agentId)
      onChange(one.agent, 'away')
      if (present.size > 0 || timer === null) return
      clearInterval(timer)
      timer = null
    }, MOMENT_MS)
    later.unref()
  }

  return {
    arrive(agent) {
      const known = present.get(agent.agentId)
      const one = known ?? { agent, pages: 0, due: 0 }
      one.pages += 1
      present.set(agent.agentId, one)
      timer ??= setInterval(() => void extend(), LOOK_MS)
      if (!known) {
        onChange(agent, 'here')
        void extend()
      }
      let isHere = true
      return () => {
        if (isHere) leave(one)
        isHere = false
      }
    },
    close() {
      if (timer !== null) clearInterval(timer)
      timer = null
      present.clear()
    },
  }
}
