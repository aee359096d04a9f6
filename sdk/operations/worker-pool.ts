import type { TaskRun } from '../data-model/entities.js'
import { isNameless } from '../data-model/erasure.js'
import { isEnded } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { Candidate, HeldUnit, LeaseEnd, Standing } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { RefusalReason } from '../protocol/refusals.js'
import type { GroupCommit, Outcome } from './group-commit.js'
import { nextSteps, spansRuns } from './admission.js'
import { matchOwn } from './assignees/match-own.js'
import { ownUnits } from './assignees/own-units.js'
import { affordableUnits, capRefusal, capsNow } from './caps.js'
import { emptyHandedReason, runRefusal } from './eligibility.js'
import { leaseOffered, leaseOwn, leaseSpecial, leaseUnits } from './handing-out.js'
import type { HookParts } from './hook-parts.js'
import { releaseLeases, sweepExpired } from './leases.js'
import type { BlueprintRegistry } from './registry.js'
import { createUnitChooser, type Offer, type UnitChooser } from './unit-chooser.js'
import type { RunHold } from './run-hold.js'
import type { Search } from './unit-search.js'

/** An onboarding in a worker's hands. */
export interface HeldOnboarding {
  readonly agentId: string
  /** JSON text. */
  readonly input: string
}

/** What a worker who asks for work gets: the unit, the onboarding before it, or the true reason why there is none. */
export type Placement = { readonly run: TaskRun; readonly standing: Standing; readonly at: number } & (
  | { readonly unit: HeldUnit; readonly resumed: boolean; readonly refusal: null; readonly onboarding: null }
  | { readonly unit: null; readonly resumed: boolean; readonly refusal: null; readonly onboarding: HeldOnboarding }
  | { readonly unit: null; readonly resumed: false; readonly refusal: RefusalReason; readonly onboarding: null }
)

/** Admits workers and leases them one unit at a time. */
export interface WorkerPool {
  /**
   * The worker's unit under way in the run, or a newly leased one, or why there is none; null, and nothing is leased, for a
   * worker whose name was taken away: whoever comes with it is somebody else.
   * @throws MephistoError `not_found` for an unknown run
   */
  place(runId: string, workerId: string): Promise<Placement | null>
  /** What {@link place} would say now, leasing nothing: the refusal it can know of, and the unit under way. */
  look(runId: string, workerId: string): Promise<{ run: TaskRun; standing: Standing; refusal: RefusalReason | null } | null>
}

/** A worker asks for work; `offer` is what the run's blueprint lets them have, null while it has not been asked. */
interface Request { readonly runId: string; readonly workerId: string; readonly offer: Offer | null }

/** It is the blueprint's turn to say which units the worker can do. */
interface Choice { readonly run: TaskRun; readonly standing: Standing; readonly at: number; readonly isToBeMade: true }

/** How often a blueprint is asked anew, because others took what it allowed. */
const MOST_CHOICES = 5

interface Parts {
  readonly db: MephistoDb
  readonly group: GroupCommit
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
}

/** The worker pool over a database: concurrent requests of this process share one transaction. */
export function createWorkerPool({ db, group, runtime, blueprints, hookParts }: Parts): WorkerPool {
  const chooser = createUnitChooser({ db, runtime, blueprints, hookParts })
  const place = group.share<Request, Placement | Choice | null>(async (hold, batch) => {
    const placements = new Map<string, Map<string, Placement | Choice | null>>()
    await lockWorkers(hold, batch)
    for (const runId of new Set(batch.map(request => request.runId))) {
      const offers = new Map(batch.filter(request => request.runId === runId).map(({ workerId, offer }) => [workerId, offer]))
      const run = hold.run(runId)
      const placed = await placeWorkers(hold, runtime, { runId, offers, isChosen: run !== undefined && chooser.chooses(run) })
      await hold.tx.runs.noteRefusals(runId, [...placed].flatMap(([workerId, one]) => (one === null || 'isToBeMade' in one || one.refusal === null ? [] : [{ workerId, reason: one.refusal }])), hold.at)
      placements.set(runId, placed)
    }
    return batch.map(({ runId, workerId }): Outcome<Placement | Choice | null> => {
      const value = placements.get(runId)?.get(workerId)
      return value === undefined ? { ok: false, error: unknownRun(runId) } : { ok: true, value }
    })
  })
  return {
    async place(runId, workerId) {
      let placed = await place({ runId, workerId, offer: null })
      for (let round = 0; placed && 'isToBeMade' in placed && round < MOST_CHOICES; round += 1) {
        placed = await place({ runId, workerId, offer: await chooser.offer(placed.run, placed.standing, round) })
      }
      if (!placed || !('isToBeMade' in placed)) return placed
      const { run, standing, at } = placed
      return { run, standing, at, unit: null, resumed: false, refusal: 'all_taken', onboarding: null }
    },
    async look(runId, workerId) {
      const run = await db.runs.get(runId)
      const at = await db.now()
      const [standing] = await db.units.standings(runId, [workerId], at)
      if (!run || !standing) throw unknownRun(runId)
      if (isGone(standing)) return null
      const held = standing.held !== null && standing.held.leaseUntil > at
      const refusal = standing.block === null && held && !isEnded(run.status) ? null : runRefusal(run) ?? await refusalNow({ db, chooser }, { run, standing, at })
      return { run, standing: held ? standing : { ...standing, held: null }, refusal }
    },
  }
}

/** Holds workers whose work in other runs counts too, all at once and in one order, so that nobody waits in a circle. */
async function lockWorkers(hold: RunHold, batch: readonly Request[]): Promise<void> {
  const workerIds = batch.filter(({ runId }) => spansRuns(hold.run(runId)?.config.gates)).map(request => request.workerId)
  if (workerIds.length > 0) await hold.tx.workers.lock([...new Set(workerIds)].sort())
}

/**
 * Whether the worker's name was taken away, or the worker, whom a launch had made that failed; a process may have remembered them
 * under it.
 */
function isGone({ externalId }: Standing): boolean {
  return externalId === null || isNameless(externalId)
}

/** Why a worker would get nothing in a run that hands units out; null when there is something. */
async function refusalNow({ db, chooser }: { readonly db: DbOperations; readonly chooser: UnitChooser }, { run, standing, at }: { run: TaskRun; standing: Standing; at: number }): Promise<RefusalReason | null> {
  const step = (await nextSteps(db, run, { standings: [standing], at })).get(standing.workerId)
  if (step?.kind === 'refused') return step.reason
  if (step?.kind !== 'work') return null
  const refusal = await nothingLeft(db, { run, standing, at })
  if (refusal !== null || !chooser.chooses(run)) return refusal
  return (await chooser.offer(run, standing)).refusal
}

/** Why a worker would find no ordinary unit now; null when there is one. */
async function nothingLeft(db: DbOperations, { run, standing, at }: { run: TaskRun; standing: Standing; at: number }): Promise<RefusalReason | null> {
  if ((await db.units.expiredLeases(run.id, at, 1)).length > 0) return null
  const caps = await capsNow(db, run)
  if (affordableUnits(run, caps) === 0) return capRefusal(caps)
  if (await findAlone(db, run, standing)) return null
  return emptyHandedReason(await db.units.anyOpen(run.id), run)
}

/** A unit for one worker: ahead of where they were, or else among those that came back; where items are for particular people, of their own. */
async function findAlone(db: DbOperations, run: TaskRun, { workerId, cursor }: Standing): Promise<Candidate | null> {
  if (!run.config.hasAssignees) return await db.units.firstUnseen(run.id, workerId, cursor) ?? db.units.firstUnseen(run.id, workerId, -1)
  for await (const { candidates: [first] } of ownUnits(db, run, workerId)) if (first) return first
  return null
}

function unknownRun(runId: string): MephistoError {
  return new MephistoError('not_found', `There is no task run ${runId}. Check the link, or list the runs.`)
}

interface Batch {
  readonly runId: string
  /** By worker. */
  readonly offers: ReadonlyMap<string, Offer | null>
  /** Whether the run's blueprint says who can do which unit. */
  readonly isChosen: boolean
}

async function placeWorkers(hold: RunHold, runtime: Runtime, { runId, offers, isChosen }: Batch): Promise<Map<string, Placement | Choice | null>> {
  const placements = new Map<string, Placement | Choice | null>()
  const run = hold.run(runId)
  if (!run) return placements
  const { tx, at } = hold
  const seeking: Standing[] = []
  const overdue: LeaseEnd[] = []
  for (const standing of await tx.units.standings(run.id, [...offers.keys()], at)) {
    const { held, workerId, block } = standing
    if (isGone(standing)) {
      placements.set(workerId, null)
      continue
    }
    if (held && held.leaseUntil > at && block === null && !isEnded(run.status)) placements.set(workerId, { run, standing, at, unit: held, resumed: true, refusal: null, onboarding: null })
    else seeking.push(standing)
    if (held && held.leaseUntil <= at) overdue.push({ ...held, runId: run.id, workerId, payMinor: run.payMinor })
  }
  await releaseLeases(hold, overdue, 'time_out')
  const refuse = (standings: readonly Standing[], refusal: RefusalReason): void => {
    for (const standing of standings) placements.set(standing.workerId, { run, standing, at, unit: null, resumed: false, refusal, onboarding: null })
  }
  const refusal = runRefusal(run)
  if (refusal) {
    refuse(seeking, refusal)
    return placements
  }
  const steps = await nextSteps(tx, run, { standings: seeking, at })
  const admitted: Standing[] = []
  const unknown: Standing[] = []
  for (const standing of seeking) {
    const step = steps.get(standing.workerId)
    if (step?.kind === 'refused') refuse([standing], step.reason)
    else if (step?.kind === 'onboarding') unknown.push(standing)
    else admitted.push(standing)
  }
  for (const [standing, begun] of await beginOnboardings(hold, runtime, { run, seeking: unknown })) {
    if (begun === 'being_checked') refuse([standing], begun)
    else placements.set(standing.workerId, { run, standing, at, unit: null, refusal: null, ...begun })
  }
  if (admitted.length === 0) return placements
  const affordable = await affordableNow(hold, run, admitted.length)
  refuse(admitted.slice(affordable), capRefusal(hold.caps(run.id)))
  const place = (leased: ReadonlyMap<Standing, HeldUnit>): void => {
    for (const [standing, unit] of leased) placements.set(standing.workerId, { run, standing, at, unit, resumed: false, refusal: null, onboarding: null })
  }
  const { leased: special, refused } = await leaseSpecial(hold, runtime, { run, seeking: admitted.slice(0, affordable), steps })
  place(special)
  for (const [standing, reason] of refused) refuse([standing], reason)
  const ordinary = admitted.slice(0, affordable).filter(standing => !placements.has(standing.workerId))
  if (isChosen) {
    if (run.config.hasAssignees) {
      // What is offered is found without holding the run, where nothing can be noted.
      await hold.writeAgents()
      await matchOwn(hold, { run, seeking: ordinary.filter(({ workerId }) => !offers.get(workerId)) })
    }
    const { chosen, gone } = await leaseOffered(hold, runtime, { run, seeking: ordinary, offers })
    place(chosen)
    const emptyHanded = gone.filter(({ workerId }) => offers.get(workerId)?.unitIds.length === 0)
    // What leases that ran out have freed has not been offered yet.
    const isFreed = emptyHanded.length > 0 && await sweepExpired(hold, run.id, 100) > 0
    const refused = isFreed ? [] : emptyHanded
    for (const standing of gone) if (!refused.includes(standing)) placements.set(standing.workerId, { run, standing, at, isToBeMade: true })
    const reason = refused.length > 0 ? emptyHandedReason(await tx.units.anyOpen(run.id), run) : null
    for (const standing of refused) refuse([standing], offers.get(standing.workerId)?.refusal ?? reason ?? 'none_left_for_you')
    return placements
  }
  const lease = run.config.hasAssignees ? leaseOwn : leaseUnits
  const { leased, emptyHanded } = await lease(hold, runtime, { run, seeking: ordinary })
  place(leased)
  if (emptyHanded.length > 0) refuse(emptyHanded, emptyHandedReason(await tx.units.anyOpen(run.id), run))
  return placements
}

/** Begins the onboarding of each of these workers, or goes on with it. */
async function beginOnboardings(hold: RunHold, runtime: Runtime, { run, seeking }: Search): Promise<Map<Standing, { onboarding: HeldOnboarding; resumed: boolean } | 'being_checked'>> {
  const begun = new Map<Standing, { onboarding: HeldOnboarding; resumed: boolean } | 'being_checked'>()
  const input = run.config.features.onboarding?.input ?? 'null'
  const attempts = new Map((await hold.tx.onboardings.underWay(run.id, seeking.map(standing => standing.workerId))).map(attempt => [attempt.workerId, attempt]))
  for (const standing of seeking) {
    const attempt = attempts.get(standing.workerId)
    const agentId = attempt?.agentId ?? runtime.newId()
    begun.set(standing, attempt?.status === 'waiting' ? 'being_checked' : { onboarding: { agentId, input }, resumed: attempt !== undefined })
    if (attempt) continue
    hold.add({ id: agentId, runId: run.id, workerId: standing.workerId, unitId: null, assignmentId: null, fence: 0, acceptedAt: hold.at }, { type: 'onboard', body: {}, status: 'onboarding' })
  }
  return begun
}

/** How many of the wanted units the budget can reserve; money of leases that ran out is freed before it says too few. */
async function affordableNow(hold: RunHold, run: TaskRun, wanted: number): Promise<number> {
  const affordable = (): number => affordableUnits(run, hold.caps(run.id))
  if (affordable() < wanted) await sweepExpired(hold, run.id, 500)
  return affordable()
}
