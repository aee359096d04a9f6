import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import { LEFT_STATUSES } from '../../data-model/lifecycle.js'
import type { AgentPlace } from '../agent-places.js'

/** An attempt at a unit of work that is live. */
export type PresentAgent = Pick<AgentPlace, 'runId'> & { readonly agentId: string; readonly unit: NonNullable<AgentPlace['unit']> }

/** Keeps the leases of those whose pages are connected to this process. */
export interface Presence {
  /** The page of somebody is connected; until the returned function is called. */
  arrive(agent: PresentAgent): () => void
  close(): void
}

interface Parts {
  readonly db: Pick<MephistoDb, 'transaction' | 'units'>
  readonly runtime: Pick<Runtime, 'logger'>
  /** Told when somebody's first page here is connected, and after the last one was not for a moment. */
  onChange(agent: PresentAgent, status: 'here' | 'away'): void
  /** Told when somebody whose page is connected has left all the same. */
  onGone(agent: PresentAgent): void
}

interface Present {
  readonly agent: PresentAgent
  pages: number
  /** When the lease is to be extended next, by this process's stopwatch. */
  due: number
  /** When the lease ends that this process gave last, epoch ms; 0 before the first. */
  until: number
}

/** How often it is looked whose lease is due, ms. A lease is extended three times in its length. */
const LOOK_MS = 1_000
/** A page that asks again, or is loaded again, within so many ms was never away. */
const MOMENT_MS = 1_500

/** Nobody is present; it does nothing until somebody is. */
export function createPresence({ db, runtime, onChange, onGone }: Parts): Presence {
  const present = new Map<string, Present>()
  let timer: ReturnType<typeof setInterval> | null = null
  let isExtending = false

  async function extend(): Promise<void> {
    const now = performance.now()
    const due = [...present.values()].filter(one => one.due <= now)
    if (due.length === 0 || isExtending) return
    isExtending = true
    // Set when it is known how long leases are by now.
    for (const one of due) one.due = Infinity
    try {
      const attempts = await db.transaction(async tx => {
        const at = await tx.now()
        const found = (await tx.units.attempts(due.map(({ agent }) => agent.agentId))).map(attempt => ({ ...attempt, until: at + attempt.run.leaseMs }))
        await tx.units.extend(found.toSorted((one, other) => (one.unit.id < other.unit.id ? -1 : 1)).map(({ agent, unit, until }) => ({ unitId: unit.id, agentId: agent.id, fence: agent.fence, until })), at)
        return new Map(found.map(attempt => [attempt.agent.id, attempt]))
      })
      for (const one of due) {
        const attempt = attempts.get(one.agent.agentId)
        if (!attempt || LEFT_STATUSES.includes(attempt.agent.status)) {
          forget(one)
          continue
        }
        // Another process has kept the lease since, and has taken them for away perhaps when their page there was gone.
        if (one.until !== 0 && attempt.unit.leaseUntil !== one.until && one.pages > 0) onChange(one.agent, 'here')
        Object.assign(one, { due: now + attempt.run.leaseMs / 3, until: attempt.until })
      }
    } catch (error) {
      runtime.logger.error({ err: error }, 'the leases of those who are connected could not be extended; it is tried again')
      for (const one of due) one.due = 0
    } finally {
      isExtending = false
    }
  }

  function remove({ agent }: Present): void {
    present.delete(agent.agentId)
    if (present.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }

  function forget(one: Present): void {
    if (present.get(one.agent.agentId) !== one) return
    remove(one)
    onGone(one.agent)
  }

  function leave(one: Present): void {
    one.pages -= 1
    if (one.pages > 0) return
    const isBack = (): boolean => one.pages > 0 || present.get(one.agent.agentId) !== one
    const later = setTimeout(() => {
      if (isBack()) return
      remove(one)
      void isElsewhere(one).then(isThere => { if (!isThere && !present.has(one.agent.agentId)) onChange(one.agent, 'away') })
    }, MOMENT_MS)
    later.unref()
  }

  /** Whether the page has come to another process meanwhile, which has extended the lease since. */
  async function isElsewhere({ agent: { agentId }, until }: Present): Promise<boolean> {
    if (until === 0) return false
    try {
      const [attempt] = await db.units.attempts([agentId])
      return (attempt?.unit.leaseUntil ?? 0) > until
    } catch (error) {
      runtime.logger.error({ err: error, agentId }, 'it could not be found out whether a page is connected elsewhere')
      return false
    }
  }

  return {
    arrive(agent) {
      const known = present.get(agent.agentId)
      const one = known ?? { agent, pages: 0, due: 0, until: 0 }
      one.pages += 1
      present.set(agent.agentId, one)
      timer ??= setInterval(() => void extend(), LOOK_MS)
      if (!known) onChange(agent, 'here')
      // Said by the lease: a process that they were at before is not to take them for away.
      if (one.pages === 1) {
        one.due = 0
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
