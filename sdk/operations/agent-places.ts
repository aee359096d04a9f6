import { createBoundedMap } from '../data-model/bounded-map.js'
import type { TaskRun } from '../data-model/entities.js'
import { isSpecial, NO_FEATURES, type RunFeatures } from '../data-model/features.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { AgentUnit, HeldUnit } from '../ports/unit-operations.js'

/** Where an agent's answers belong, and what is looked at as they come. */
export interface AgentPlace {
  readonly runId: string
  /** The version of the page that there was at launch: of answers whose page does not tell its own. */
  readonly pageBuild: string | null
  readonly isJudged: boolean
  readonly isAttended: boolean
  /** What it is at; null for an onboarding. */
  readonly unit: Omit<AgentUnit, 'kind'> | null
  /** The session in which its packets are: its own, or that of its item where people work together. */
  readonly sessionId: string
  /** Whether people work together, and are there or not. */
  readonly isLive: boolean
}

/** Finds the place of an attempt. Rejects with `not_found` for one that there is not. */
export type PlaceFinder = (agentId: string) => Promise<AgentPlace>

/** Where attempts belong. */
export interface AgentPlaces {
  readonly find: PlaceFinder
  /** Remembers an attempt at a unit that was handed out here, so that nobody has to look it up when its answer comes. */
  learn(unit: HeldUnit, run: TaskRun): void
}

const CACHE_SIZE = 20_000

/** An agent's run and unit never change, so they are looked up once a process, or never by the one that handed the unit out. */
export function createAgentPlaces(db: MephistoDb): AgentPlaces {
  const known = createBoundedMap<string, AgentPlace>(CACHE_SIZE)
  const settings = createBoundedMap<string, RunSetting>(CACHE_SIZE)
  const settingOf = async (runId: string): Promise<RunSetting> => {
    const hit = settings.get(runId)
    if (hit) return hit
    const found = settingIn((await db.runs.get(runId))?.config)
    settings.set(runId, found)
    return found
  }
  return {
    async find(agentId) {
      const hit = known.get(agentId)
      if (hit) return hit
      const found = (await db.units.placesOfAgents([agentId])).get(agentId)
      if (!found) throw new MephistoError('not_found', `There is no agent ${agentId}; the attempt this belongs to does not exist.`)
      const place = placeOf(agentId, { ...found, setting: await settingOf(found.runId) })
      known.set(agentId, place)
      return place
    },
    // Not as it is held: what people work on is long, and not for keeping.
    learn({ agentId, unitId, assignmentId, kind, fence }, run) {
      known.set(agentId, placeOf(agentId, { runId: run.id, unit: { id: unitId, assignmentId, kind, fence }, setting: settingIn(run.config) }))
    },
  }
}

type RunSetting = Pick<AgentPlace, 'pageBuild'> & { readonly features: RunFeatures; readonly hasLive: boolean }

function settingIn(config: TaskRun['config'] | undefined): RunSetting {
  return { features: config?.features ?? NO_FEATURES, pageBuild: config?.page?.build ?? null, hasLive: config?.live !== undefined }
}

function placeOf(agentId: string, { runId, unit, setting }: { readonly runId: string; readonly unit: AgentUnit | null; readonly setting: RunSetting }): AgentPlace {
  const { features: { screening, attention }, pageBuild, hasLive } = setting
  return {
    runId, pageBuild, unit, isLive: hasLive && unit !== null, sessionId: hasLive && unit ? unit.assignmentId : agentId,
    isJudged: unit !== null && (isSpecial(unit.kind) || screening?.items === 0), isAttended: unit !== null && attention !== null && unit.kind !== 'training',
  }
}
