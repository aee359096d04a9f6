import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunParts } from '../blueprints/offered-unit.js'
import { createBoundedMap } from '../data-model/bounded-map.js'
import { requireRun } from './named-place.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import { presentArgs } from './present-args.js'
import type { BlueprintRegistry } from './registry.js'
import { withinMs } from './time-limit.js'

/** What the hooks of runs get in this process, made when the first of them needs it. */
export interface HookParts {
  /**
   * Of a run: always the same while the process remembers it. Rejects with what the blueprint's `sharedState` throws, or when it
   * takes longer than a minute; the next one who asks has it made anew.
   */
  of(runId: string): Promise<RunParts<AnyBlueprint>>
  /** Takes what was made for a launch, for the run that came of it. */
  keep(runId: string, parts: RunParts<AnyBlueprint>): void
}

/** Runs of which a process remembers the parts: those that were asked for last. */
const MOST_RUNS = 100
const LONGEST_MS = 60_000

/** Hook parts over a database. */
export function createHookParts({ db, blueprints }: { readonly db: DbOperations; readonly blueprints: BlueprintRegistry }): HookParts {
  const known = createBoundedMap<string, Promise<RunParts<AnyBlueprint>>>(MOST_RUNS)
  return {
    of(runId) {
      const hit = known.get(runId)
      if (hit) return hit
      const making = (async () => {
        const run = await requireRun(db, runId)
        const implementation = blueprints.get(run.blueprintType)
        return makeParts(implementation, { task: run.taskName, args: presentArgs(implementation, run) })
      })()
      known.set(runId, making)
      making.catch(() => { known.delete(runId) })
      return making
    },
    keep(runId, parts) {
      known.set(runId, Promise.resolve(parts))
    },
  }
}

/** What the hooks of a run with these args get. Rejects with what the blueprint's `sharedState` throws. */
export async function makeParts({ server }: BlueprintImplementation, run: { readonly task: string; readonly args: RunParts<AnyBlueprint>['args'] }): Promise<RunParts<AnyBlueprint>> {
  return { args: run.args, shared: await withinMs(LONGEST_MS, () => server.sharedState?.(run)) }
}
