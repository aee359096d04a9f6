import type { AnyBlueprint } from '../../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../../blueprints/implement.js'
import type { AnyLiveFunctions, LiveSession } from '../../blueprints/live-server.js'
import type { LiveContract } from '../../blueprints/live.js'
import { createBoundedMap } from '../../data-model/bounded-map.js'
import type { RunLive } from '../../data-model/live.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { HookParts } from '../hook-parts.js'
import type { BlueprintRegistry } from '../registry.js'
import { effectTopicOf, liveTopicOf } from './live-topics.js'
import { namesIn, type NameOf } from './shared-state.js'

/** The item of a session, and what is known of it for good. */
export interface LivePlace {
  /** The assignment's id, which is the session's too. */
  readonly sessionId: string
  readonly runId: string
  readonly currency: string
  readonly settings: RunLive
  readonly seats: number
  readonly contract: LiveContract
  readonly functions: AnyLiveFunctions
  readonly nameOf: NameOf
  readonly topic: string
  readonly effectTopic: string
  /** What functions get, apart from the people. */
  parts(): Promise<Omit<LiveSession<AnyBlueprint>, 'people'>>
}

/** Finds the place of a session. Rejects with `not_found` for an item that there is not. */
export type LivePlaceFinder = (assignmentId: string) => Promise<LivePlace>

const MOST_PLACES = 5_000

/** Nothing of a place ever changes, so it is looked up once a process. */
export function createLivePlaceFinder({ db, blueprints, hookParts }: { readonly db: DbOperations; readonly blueprints: BlueprintRegistry; readonly hookParts: HookParts }): LivePlaceFinder {
  const known = createBoundedMap<string, LivePlace>(MOST_PLACES)
  return async assignmentId => {
    const hit = known.get(assignmentId)
    if (hit) return hit
    const item = await db.assignments.get(assignmentId)
    const run = item && await db.runs.get(item.runId)
    if (!item || !run) throw new MephistoError('not_found', `There is no assignment ${assignmentId} any more.`)
    const { contract, functions } = liveOf(blueprints.get(run.blueprintType))
    const { live: settings } = run.config
    if (!settings) throw new MephistoError('conflict', `Task run ${run.id} was launched when its blueprint "${run.blueprintType}" had nothing live.`)
    const place: LivePlace = {
      sessionId: item.id, runId: run.id, currency: run.currency, settings, seats: run.unitsPerAssignment, contract, functions, nameOf: namesIn(contract.names),
      topic: liveTopicOf(run.blueprintType), effectTopic: effectTopicOf(run.blueprintType),
      // Each time its own: what one call does to it is not the others' business.
      parts: async () => ({ ...await hookParts.of(run.id), runId: run.id, task: run.taskName, assignmentId: item.id, input: JSON.parse(item.input) as unknown }),
    }
    known.set(assignmentId, place)
    return place
  }
}

function liveOf({ blueprint, server }: BlueprintImplementation): { readonly contract: LiveContract; readonly functions: AnyLiveFunctions } {
  if (blueprint.live && server.live) return { contract: blueprint.live, functions: server.live }
  throw new MephistoError('conflict', `Blueprint "${blueprint.type}" has nothing live any more.`)
}
