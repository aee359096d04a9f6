import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { RunParts, UnitWorker } from '../blueprints/offered-unit.js'
import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { Candidate, Standing } from '../ports/unit-operations.js'
import { ownUnits } from './assignees/own-units.js'
import { pairKey } from './eligibility.js'
import type { HookParts } from './hook-parts.js'
import type { BlueprintRegistry } from './registry.js'
import { withinMs } from './time-limit.js'

// The hook `workerCanDoUnit` is code of the host: it is asked before the transaction that hands a unit out, so that one that is
// slow or hangs keeps nobody else waiting. What it allowed is tried in that transaction, and asked for anew when it is gone.

/** What a blueprint's hook lets a worker have. */
export interface Offer {
  /** The first ones that it allowed. */
  readonly unitIds: readonly string[]
  /** Why there is none, where that is because of the hook. */
  readonly refusal: 'none_suitable' | 'undecided' | null
}

/** Asks blueprints which units a worker can do. */
export interface UnitChooser {
  /** Whether the run's blueprint wants to be asked. */
  chooses(run: Pick<TaskRun, 'blueprintType'>): boolean
  /**
   * The next units for the worker that the hook allows, in the order in which they are handed out. `round` counts how often the
   * offers before were all taken by others. Never rejects because of the hook. @default round 0
   */
  offer(run: TaskRun, standing: Standing, round?: number): Promise<Offer>
}

interface Parts {
  readonly db: DbOperations
  readonly runtime: Pick<Runtime, 'logger'>
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
}

/** Units that are offered at first: somebody else may take the first ones meanwhile. Each further round offers so many times more, for where many people come at once. */
const OFFERED = 8
const GROWTH = 4
/** How long the hook may take for one unit, and all units of one request. */
const LONGEST_MS = 2_000
const LONGEST_SEARCH_MS = 5_000
/** After so many failures the hook is taken for broken. */
const MOST_FAILURES = 5
const [FIRST_PAGE, LARGEST_PAGE] = [32, 512]

/** A chooser over a database. */
export function createUnitChooser({ db, runtime, blueprints, hookParts }: Parts): UnitChooser {
  /** Calls the hook for one unit; null for a failure. */
  async function ask(run: TaskRun, worker: UnitWorker, { candidate, own, withinMs: ms }: { readonly candidate: Candidate; readonly own: RunParts<AnyBlueprint>; readonly withinMs: number }): Promise<boolean | null> {
    const hook = blueprints.find(run.blueprintType)?.server.workerCanDoUnit
    if (!hook) return true
    const { unitId, assignmentId, input } = candidate
    try {
      const verdict: unknown = await withinMs(ms, () => hook(worker, { ...own, runId: run.id, task: run.taskName, unitId, assignmentId, input: JSON.parse(input) as unknown }))
      if (typeof verdict === 'boolean') return verdict
      throw new MephistoError('internal', `it gave ${typeof verdict} where true or false was expected`)
    } catch (error) {
      runtime.logger.error({ err: error, blueprint: run.blueprintType, runId: run.id, unitId }, 'the hook workerCanDoUnit of a blueprint failed; the worker does not get the unit')
      return null
    }
  }

  /** What the hook gets beside the unit; null for a failure. What is still being made is there for the next one who asks. */
  async function partsOf(run: TaskRun, ms: number): Promise<RunParts<AnyBlueprint> | null> {
    try {
      return await withinMs(ms, () => hookParts.of(run.id))
    } catch (error) {
      runtime.logger.error({ err: error, blueprint: run.blueprintType, runId: run.id }, 'the shared state of a blueprint could not be made; no unit can be chosen')
      return null
    }
  }

  return {
    chooses: run => blueprints.find(run.blueprintType)?.server.workerCanDoUnit !== undefined,
    async offer(run, standing, round = 0) {
      const enough = GROWTH ** round
      const { workerId } = standing
      const known = await db.workers.get(workerId)
      if (!known) return { unitIds: [], refusal: null }
      // A stopwatch, not a clock: nothing is decided by what time it is.
      const until = performance.now() + LONGEST_SEARCH_MS
      const own = await partsOf(run, LONGEST_SEARCH_MS)
      if (own === null) return { unitIds: [], refusal: 'undecided' }
      const worker = { workerId, provider: known.provider, externalId: known.externalId }
      const unitIds: string[] = []
      let [refused, failures] = [0, 0]
      for await (const candidate of unitsFor(db, run, standing)) {
        if (candidate === 'page') {
          if (unitIds.length >= enough) break
          if (performance.now() <= until) continue
          failures += 1
          break
        }
        const verdict = await ask(run, worker, { candidate, own, withinMs: Math.min(LONGEST_MS, Math.max(1, until - performance.now())) })
        if (verdict === true) unitIds.push(candidate.unitId)
        else if (verdict === false) refused += 1
        else failures += 1
        if (unitIds.length === OFFERED * enough || failures === MOST_FAILURES) break
        if (performance.now() > until) {
          failures += 1
          break
        }
      }
      if (unitIds.length > 0) return { unitIds, refusal: null }
      if (failures > 0) return { unitIds, refusal: 'undecided' }
      return { unitIds, refusal: refused > 0 ? 'none_suitable' : null }
    },
  }
}

/** The units that a worker could have, and the end of each page of the search. */
function unitsFor(db: DbOperations, run: TaskRun, standing: Standing): AsyncGenerator<Candidate | 'page', void, undefined> {
  if (run.config.hasAssignees) return own(db, run, standing.workerId)
  // Where people work together the first group that is not whole is filled, wherever anybody was before.
  return unseen(db, run, run.config.live ? { workerId: standing.workerId, cursor: -1 } : standing)
}

/** Those of the items that are for the worker. */
async function* own(db: DbOperations, run: TaskRun, workerId: string): AsyncGenerator<Candidate | 'page', void, undefined> {
  for await (const { candidates } of ownUnits(db, run, workerId)) {
    yield* candidates
    yield 'page'
  }
}

/**
 * The units that a worker could have, and the end of each page of the search: the first that are free, then those ahead of where the worker
 * was, then the others that came back.
 */
async function* unseen(db: DbOperations, { id: runId, freeFrom }: Pick<TaskRun, 'id' | 'freeFrom'>, { workerId, cursor }: Pick<Standing, 'workerId' | 'cursor'>): AsyncGenerator<Candidate | 'page', void, undefined> {
  const first = new Set<string>()
  const ahead = { from: cursor, to: Infinity }
  const parts: readonly { from: number; to: number; most?: number }[] = cursor < 0 ? [ahead] : [{ from: freeFrom - 1, to: cursor, most: OFFERED }, ahead, { from: -1, to: cursor }]
  for (const { from, to, most } of parts) {
    let after = from
    for (let limit = most ?? FIRST_PAGE; ; limit = Math.min(limit * 4, LARGEST_PAGE)) {
      const found = await db.units.candidates(runId, after, limit)
      const candidates = found.filter(({ unitId, rank }) => rank <= to && !first.has(unitId))
      const pairs = candidates.map(({ assignmentId }) => ({ workerId, assignmentId }))
      // Whoever let the time of an item run out gets it again when nothing else is left.
      const done = pairs.length === 0 ? new Set<string>() : await (most === undefined ? db.units.seen(pairs) : db.units.tried(pairs))
      const open = candidates.filter(({ assignmentId }) => !done.has(pairKey(workerId, assignmentId)))
      if (most !== undefined) for (const { unitId } of open) first.add(unitId)
      yield* open
      yield 'page'
      if (most !== undefined || found.length < limit || (found.at(-1)?.rank ?? to) > to) break
      after = found.at(-1)?.rank ?? after
    }
  }
}
