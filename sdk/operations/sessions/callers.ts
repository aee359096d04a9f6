import type { AnyBlueprint } from '../../blueprints/blueprint.js'
import type { CalledUnit } from '../../blueprints/remote-procedure.js'
import { createBoundedMap } from '../../data-model/bounded-map.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { HookParts } from '../hook-parts.js'

/** Whose call it is, and at which unit: what a procedure knows of it beside the call. */
export type Caller = Omit<CalledUnit<AnyBlueprint>, 'callId' | 'signal'>

/** What never changes of a caller; the item's input as JSON text. */
type KnownCaller = Omit<Caller, 'args' | 'shared' | 'input'> & { readonly inputText: string }

const MOST_AGENTS = 5_000

/** Finds who calls, once for each attempt: nothing of it ever changes. Null for an attempt that is gone, or that has no unit. */
export function createCallerFinder({ db, hookParts }: { readonly db: DbOperations; readonly hookParts: HookParts }): (agentId: string) => Promise<Caller | null> {
  const known = createBoundedMap<string, KnownCaller>(MOST_AGENTS)
  const find = async (agentId: string): Promise<KnownCaller | null> => {
    const agent = await db.agents.get(agentId)
    if (!agent || agent.unitId === null || agent.assignmentId === null) return null
    const [run, item, worker] = await Promise.all([db.runs.get(agent.runId), db.assignments.get(agent.assignmentId), db.workers.get(agent.workerId)])
    if (!run || !item || !worker) return null
    return {
      runId: run.id, task: run.taskName, unitId: agent.unitId, assignmentId: item.id, agentId, inputText: item.input,
      worker: { workerId: worker.id, provider: worker.provider, externalId: worker.externalId },
    }
  }
  return async agentId => {
    const caller = known.get(agentId) ?? await find(agentId)
    if (caller === null) return null
    known.set(agentId, caller)
    // Each call has its own: what one does to it is not the others' business.
    const { inputText, ...rest } = caller
    return { ...rest, input: JSON.parse(inputText) as unknown, ...await hookParts.of(caller.runId) }
  }
}
