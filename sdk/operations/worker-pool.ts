import type { TaskRun } from '../data-model/entities.js'
import { isNameless } from '../data-model/erasure.js'
import { isEnded } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import { ledgerEntry } from '../ledger/entries.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { Candidate, HeldUnit, LeaseEnd, NewLease, Standing } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { RefusalReason } from '../protocol/refusals.js'
import type { GroupCommit, Outcome } from './group-commit.js'
import { nextSteps, spansRuns } from './admission.js'
import { affordableUnits, emptyHandedReason, matchUnits, pairKey, runRefusal } from './eligibility.js'
import { releaseLeases, sweepExpired } from './leases.js'
import type { NextStep } from './next-step.js'
import type { BlueprintRegistry } from './registry.js'
import { makeSpecialUnits, type SpecialSeeker } from './special-units.js'
import { createUnitChooser, type Offer, type UnitChooser } from './unit-chooser.js'
import type { RunHold } from './run-hold.js'

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
}

/** The worker pool over a database: concurrent requests of this process share one transaction. */
export function createWorkerPool({ db, group, runtime, blueprints }: Parts): WorkerPool {
  const chooser = createUnitChooser({ db, runtime, blueprints })
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

/** Whether the worker's name was taken away; a process may have remembered them under it. */
function isGone({ externalId }: Standing): boolean {
  return externalId !== null && isNameless(externalId)
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
  if (affordableUnits(run) === 0) return 'budget_exhausted'
  if (await findAlone(db, run.id, standing)) return null
  return emptyHandedReason(await db.units.anyOpen(run.id))
}

/** A unit for one worker: ahead of where they were, or else among those that came back. */
async function findAlone(db: DbOperations, runId: string, { workerId, cursor }: Standing): Promise<Candidate | null> {
  return await db.units.firstUnseen(runId, workerId, cursor) ?? db.units.firstUnseen(runId, workerId, -1)
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
  const affordable = await affordableNow(hold, run.id, admitted.length)
  refuse(admitted.slice(affordable), 'budget_exhausted')
  const place = (leased: ReadonlyMap<Standing, HeldUnit>): void => {
    for (const [standing, unit] of leased) placements.set(standing.workerId, { run, standing, at, unit, resumed: false, refusal: null, onboarding: null })
  }
  const { leased: special, refused } = await leaseSpecial(hold, runtime, { run, seeking: admitted.slice(0, affordable), steps })
  place(special)
  for (const [standing, reason] of refused) refuse([standing], reason)
  const ordinary = admitted.slice(0, affordable).filter(standing => !placements.has(standing.workerId))
  if (isChosen) {
    const { chosen, gone } = await leaseOffered(hold, runtime, { run, seeking: ordinary, offers })
    place(chosen)
    for (const standing of gone) {
      const offer = offers.get(standing.workerId)
      const isFreed = await sweepExpired(hold, run.id, 100) > 0
      if (!offer || offer.unitIds.length > 0 || isFreed) placements.set(standing.workerId, { run, standing, at, isToBeMade: true })
      else refuse([standing], offer.refusal ?? emptyHandedReason(await tx.units.anyOpen(run.id)))
    }
    return placements
  }
  const { leased, emptyHanded } = await leaseUnits(hold, runtime, { run, seeking: ordinary })
  place(leased)
  if (emptyHanded.length > 0) refuse(emptyHanded, emptyHandedReason(await tx.units.anyOpen(run.id)))
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

/** Leases training, screening and gold units to those who are to have one. Who is in neither list gets an ordinary one. */
async function leaseSpecial(hold: RunHold, runtime: Runtime, { run, seeking, steps }: Search & { readonly steps: ReadonlyMap<string, NextStep> }): Promise<{ leased: Map<Standing, HeldUnit>; refused: Map<Standing, RefusalReason> }> {
  const seekers = seeking.flatMap((standing): SpecialSeeker[] => {
    const step = steps.get(standing.workerId)
    return step?.kind === 'special' ? [{ standing, step }] : []
  })
  const refused = new Map<Standing, RefusalReason>()
  if (seekers.length === 0) return { leased: new Map(), refused }
  const { matches, without } = await makeSpecialUnits(hold, runtime, { run, seekers })
  for (const { standing } of seekers) {
    const reason = without.get(standing.workerId)
    if (reason !== undefined && reason !== 'work') refused.set(standing, reason)
  }
  return { leased: await writeLeases(hold, runtime, { run, seeking, matches }), refused }
}

/** How many of the wanted units the budget can reserve; money of leases that ran out is freed before it says too few. */
async function affordableNow(hold: RunHold, runId: string, wanted: number): Promise<number> {
  const affordable = (): number => {
    const run = hold.run(runId)
    return run ? affordableUnits(run) : 0
  }
  if (affordable() < wanted) await sweepExpired(hold, runId, 500)
  return affordable()
}

interface Search { readonly run: TaskRun; readonly seeking: readonly Standing[] }

/** Leases to each worker the first unit of their offer that is still free; `gone` are those for whom there is none. */
async function leaseOffered(hold: RunHold, runtime: Runtime, { run, seeking, offers }: Search & Pick<Batch, 'offers'>): Promise<{ chosen: Map<Standing, HeldUnit>; gone: Standing[] }> {
  const offered = new Map(seeking.map(({ workerId }) => [workerId, offers.get(workerId)?.unitIds ?? []]))
  const wanted = [...new Set([...offered.values()].flat())]
  const free = new Map((wanted.length === 0 ? [] : await hold.tx.units.launchedAmong(run.id, wanted)).map(candidate => [candidate.unitId, candidate]))
  const pairs = [...offered].flatMap(([workerId, unitIds]) => unitIds.flatMap(unitId => {
    const candidate = free.get(unitId)
    return candidate ? [{ workerId, candidate }] : []
  }))
  const seen = pairs.length === 0 ? new Set<string>() : await hold.tx.units.seen(pairs.map(({ workerId, candidate }) => ({ workerId, assignmentId: candidate.assignmentId })))
  const matches = new Map<string, Candidate>()
  const taken = new Set<string>()
  for (const { workerId, candidate } of pairs) {
    if (matches.has(workerId) || taken.has(candidate.unitId) || seen.has(pairKey(workerId, candidate.assignmentId))) continue
    taken.add(candidate.unitId)
    matches.set(workerId, candidate)
  }
  const chosen = await writeLeases(hold, runtime, { run, seeking, matches })
  return { chosen, gone: seeking.filter(standing => !chosen.has(standing)) }
}

async function leaseUnits(hold: RunHold, runtime: Runtime, search: Search): Promise<{ leased: Map<Standing, HeldUnit>; emptyHanded: Standing[] }> {
  const { run } = search
  const leased = new Map<Standing, HeldUnit>()
  const take = async (matches: ReadonlyMap<string, Candidate>): Promise<void> => {
    for (const [standing, unit] of await writeLeases(hold, runtime, { ...search, matches })) leased.set(standing, unit)
  }
  await take(await findAhead(hold.tx, search))
  const remaining = (): Standing[] => search.seeking.filter(standing => !leased.has(standing))
  if (remaining().length > 0) {
    await sweepExpired(hold, run.id, 100)
    await hold.writeAgents()
  }
  for (const standing of remaining()) {
    const found = await hold.tx.units.firstUnseen(run.id, standing.workerId, -1)
    if (found) await take(new Map([[standing.workerId, found]]))
  }
  return { leased, emptyHanded: remaining() }
}

/** Looks ahead of where each worker was last, so that the cost of a search does not grow with what was done before. */
async function findAhead(tx: DbOperations, { run, seeking }: Search): Promise<Map<string, Candidate>> {
  const found = new Map<string, Candidate>()
  const [only] = seeking
  if (only && seeking.length === 1) {
    const candidate = await tx.units.firstUnseen(run.id, only.workerId, only.cursor)
    return candidate ? found.set(only.workerId, candidate) : found
  }
  let pending = [...seeking]
  let after = Math.min(...pending.map(standing => standing.cursor))
  for (let limit = pending.length + 16; pending.length > 0; limit *= 4) {
    const candidates = await tx.units.candidates(run.id, after, limit)
    const taken = new Set([...found.values()].map(candidate => candidate.unitId))
    const matches = await matchUnseen(tx, pending, candidates.filter(candidate => !taken.has(candidate.unitId)))
    for (const [workerId, candidate] of matches) found.set(workerId, candidate)
    pending = pending.filter(standing => !found.has(standing.workerId))
    if (candidates.length < limit) break
    after = Math.max(candidates.at(-1)?.rank ?? after, Math.min(...pending.map(standing => standing.cursor)))
  }
  return found
}

/** Matches workers with candidates, asking only about the pairs that were matched, until none of them is a repeat. */
async function matchUnseen(tx: DbOperations, pending: readonly Standing[], candidates: readonly Candidate[]): Promise<ReadonlyMap<string, Candidate>> {
  const seen = new Set<string>()
  for (;;) {
    const matches = matchUnits(pending, candidates, seen)
    const asked = [...matches].map(([workerId, { assignmentId }]) => ({ workerId, assignmentId }))
    const repeats = asked.length === 0 ? [] : [...await tx.units.seen(asked)]
    if (repeats.length === 0) return matches
    for (const repeat of repeats) seen.add(repeat)
  }
}

async function writeLeases(hold: RunHold, runtime: Runtime, search: Search & { matches: ReadonlyMap<string, Candidate> }): Promise<Map<Standing, HeldUnit>> {
  const { run, seeking, matches } = search
  const { at } = hold
  if (matches.size === 0) return new Map()
  const until = at + run.leaseMs
  const leases = [...matches].map(([workerId, { unitId, assignmentId, rank, fence }]): NewLease => ({ unitId, assignmentId, rank, fence: fence + 1, workerId, agentId: runtime.newId() }))
  const standings = new Map(seeking.map(standing => [standing.workerId, standing]))
  const held = new Map<Standing, HeldUnit>()
  for (const lease of await hold.tx.units.lease(run.id, leases, { at, until })) {
    const { unitId, agentId, assignmentId, workerId, fence } = lease
    const standing = standings.get(workerId)
    const candidate = matches.get(workerId)
    if (!standing || !candidate) continue
    hold.book(run.id, [ledgerEntry('reserve', agentId, { runId: run.id, unitId, workerId, payMinor: run.payMinor, currency: run.currency })])
    hold.add({ id: agentId, runId: run.id, workerId, unitId, assignmentId, fence, acceptedAt: at }, { type: 'begin', body: { unit: unitId, fence, until }, status: 'in_task' })
    held.set(standing, { unitId, kind: candidate.kind, agentId, assignmentId, fence, leaseUntil: until, acceptedAt: at, input: candidate.input })
  }
  return held
}
