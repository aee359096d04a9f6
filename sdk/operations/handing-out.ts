import type { TaskRun } from '../data-model/entities.js'
import { ledgerEntry } from '../ledger/entries.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Candidate, HeldUnit, NewLease, Standing } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { RefusalReason } from '../protocol/refusals.js'
import { matchOwn } from './assignees/match-own.js'
import { matchUnits, pairKey } from './eligibility.js'
import { sweepExpired } from './leases.js'
import { askToLook } from './live/ask-to-look.js'
import type { NextStep } from './next-step.js'
import type { RunHold } from './run-hold.js'
import type { Search } from './unit-search.js'
import { makeSpecialUnits, type SpecialSeeker } from './special-units.js'
import type { Offer } from './unit-chooser.js'

/** Leases training, screening and gold units to those who are to have one. Who is in neither list gets an ordinary one. */
export async function leaseSpecial(hold: RunHold, runtime: Runtime, { run, seeking, steps }: Search & { readonly steps: ReadonlyMap<string, NextStep> }): Promise<{ leased: Map<Standing, HeldUnit>; refused: Map<Standing, RefusalReason> }> {
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

/** Leases to each worker the first unit of their offer that is still free; `gone` are those for whom there is none. */
export async function leaseOffered(hold: RunHold, runtime: Runtime, { run, seeking, offers }: Search & { readonly offers: ReadonlyMap<string, Offer | null> }): Promise<{ chosen: Map<Standing, HeldUnit>; gone: Standing[] }> {
  const offered = new Map(seeking.map(({ workerId }) => [workerId, offers.get(workerId)?.unitIds ?? []]))
  const wanted = [...new Set([...offered.values()].flat())]
  const free = new Map((wanted.length === 0 ? [] : await hold.tx.units.launchedAmong(run.id, wanted)).map(candidate => [candidate.unitId, candidate]))
  const pairs = [...offered].flatMap(([workerId, unitIds]) => unitIds.flatMap(unitId => {
    const candidate = free.get(unitId)
    return candidate ? [{ workerId, candidate }] : []
  }))
  const seen = pairs.length === 0 ? new Set<string>() : await hold.tx.units.seen(pairs.map(({ workerId, candidate }) => ({ workerId, assignmentId: candidate.assignmentId })))
  // Whom an item is for may have been changed since it was offered.
  const own = run.config.hasAssignees && pairs.length > 0 ? await hold.tx.assignees.among(pairs.map(({ workerId, candidate }) => ({ workerId, assignmentId: candidate.assignmentId }))) : null
  const matches = new Map<string, Candidate>()
  const taken = new Set<string>()
  for (const { workerId, candidate } of pairs) {
    const key = pairKey(workerId, candidate.assignmentId)
    if (matches.has(workerId) || taken.has(candidate.unitId) || seen.has(key) || own?.has(key) === false) continue
    taken.add(candidate.unitId)
    matches.set(workerId, candidate)
  }
  const chosen = await writeLeases(hold, runtime, { run, seeking, matches })
  return { chosen, gone: seeking.filter(standing => !chosen.has(standing)) }
}

/** Leases to each worker the next ordinary unit; `emptyHanded` are those for whom there is none. */
export async function leaseUnits(hold: RunHold, runtime: Runtime, search: Search): Promise<{ leased: Map<Standing, HeldUnit>; emptyHanded: Standing[] }> {
  const { run } = search
  const leased = new Map<Standing, HeldUnit>()
  const take = async (matches: ReadonlyMap<string, Candidate>): Promise<void> => {
    for (const [standing, unit] of await writeLeases(hold, runtime, { ...search, matches })) leased.set(standing, unit)
  }
  // As the hold has it now: leases that ran out were taken back since the run was read.
  const { matches, freeFrom } = await findUnits(hold.tx, { ...search, run: hold.run(run.id) ?? run })
  hold.searched(run.id, freeFrom)
  await take(matches)
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

/** Leases to each worker the next unit of the items that are for them; `emptyHanded` are those for whom there is none. */
export async function leaseOwn(hold: RunHold, runtime: Runtime, search: Search): Promise<{ leased: Map<Standing, HeldUnit>; emptyHanded: Standing[] }> {
  const leased = new Map<Standing, HeldUnit>()
  // What is not written yet of attempts that ended says whose items are free again.
  await hold.writeAgents()
  let seeking = search.seeking
  for (let isSwept = false; seeking.length > 0;) {
    const { matches, outrun } = await matchOwn(hold, { ...search, seeking })
    const won = await writeLeases(hold, runtime, { ...search, seeking, matches })
    for (const [standing, unit] of won) leased.set(standing, unit)
    if (won.size > 0 && outrun.length > 0) {
      seeking = outrun
      continue
    }
    seeking = search.seeking.filter(standing => !leased.has(standing))
    if (isSwept || seeking.length === 0 || await sweepExpired(hold, search.run.id, 100) === 0) break
    isSwept = true
    await hold.writeAgents()
  }
  return { leased, emptyHanded: search.seeking.filter(standing => !leased.has(standing)) }
}

/** Free units that are looked at for each worker, wherever they were last. */
const LOOKED_AT = 8

/** Units for workers, and the smallest rank of a free one that is left. */
interface Found {
  readonly matches: ReadonlyMap<string, Candidate>
  readonly freeFrom: number
}

/** Finds each worker the next unit: among the first that are free, or else ahead of where they were last, so that the cost of a search does not grow with what was done before. */
async function findUnits(tx: DbOperations, { run, seeking }: Search): Promise<Found> {
  // Where people work together the first group that is not whole is filled, wherever anybody was before.
  if (run.config.live) return findMany(tx, { run, seeking: seeking.map(standing => ({ ...standing, cursor: -1 })) })
  const [only] = seeking
  return only && seeking.length === 1 ? findOne(tx, run, only) : findMany(tx, { run, seeking })
}

async function findOne(tx: DbOperations, { id, freeFrom }: TaskRun, { workerId, cursor }: Standing): Promise<Found> {
  const first = await tx.units.firstOf(id, workerId, { fromRank: freeFrom, within: LOOKED_AT })
  if (first) return { matches: new Map([[workerId, first.unit]]), freeFrom: first.lowestRank + (first.unit.rank === first.lowestRank ? 1 : 0) }
  const ahead = await tx.units.firstUnseen(id, workerId, Math.max(cursor, freeFrom - 1))
  return { matches: new Map(ahead ? [[workerId, ahead]] : []), freeFrom }
}

async function findMany(tx: DbOperations, { run: { id, freeFrom }, seeking }: Search): Promise<Found> {
  const matches = new Map<string, Candidate>()
  let pending = seeking
  let [left, after, limit] = [freeFrom, freeFrom - 1, seeking.length + 16]
  while (pending.length > 0) {
    const candidates = await tx.units.candidates(id, after, limit)
    const found = await matchUnseen(tx, pending, candidates)
    const last = candidates.at(-1)?.rank ?? after
    if (after < freeFrom) left = lowestLeft(candidates, found) ?? last + 1
    for (const [workerId, candidate] of found) matches.set(workerId, candidate)
    pending = pending.filter(standing => !matches.has(standing.workerId))
    if (candidates.length < limit) break
    const ahead = Math.min(...pending.map(standing => standing.cursor))
    // Behind everybody is what they have had; ahead of somebody it is gone through in growing steps.
    if (ahead <= last) limit *= 4
    after = Math.max(last, ahead)
  }
  return { matches, freeFrom: left }
}

function lowestLeft(candidates: readonly Candidate[], matches: ReadonlyMap<string, Candidate>): number | undefined {
  const taken = new Set([...matches.values()].map(candidate => candidate.unitId))
  return candidates.find(candidate => !taken.has(candidate.unitId))?.rank
}

/** Matches workers with candidates, asking only about the pairs that were matched, until none of them is a repeat. */
async function matchUnseen(tx: DbOperations, pending: readonly Standing[], candidates: readonly Candidate[]): Promise<ReadonlyMap<string, Candidate>> {
  const { seen, asked } = await askBehind(tx, pending, candidates)
  for (;;) {
    const matches = matchUnits(pending, candidates, { seen, asked })
    const open = [...matches].filter(([, { unitId }]) => !asked.has(unitId)).map(([workerId, { assignmentId }]) => ({ workerId, assignmentId }))
    const repeats = open.length === 0 ? [] : [...await tx.units.seen(open)]
    if (repeats.length === 0) return matches
    for (const repeat of repeats) seen.add(repeat)
  }
}

/**
 * Asks about the first candidates that somebody has passed, about more of them as long as all are taken: they came back, or are
 * urgent. Whoever has tried an item, also one whose time ran out, gets it there no more.
 */
async function askBehind(tx: DbOperations, pending: readonly Standing[], candidates: readonly Candidate[]): Promise<{ seen: Set<string>; asked: Set<string> }> {
  const [seen, asked] = [new Set<string>(), new Set<string>()]
  const furthest = Math.max(...pending.map(standing => standing.cursor))
  const behind = candidates.filter(({ rank }) => rank <= furthest)
  let without = pending
  for (let count = LOOKED_AT; asked.size < behind.length && without.length > 0; count *= 2) {
    const next = behind.slice(asked.size, asked.size + count)
    for (const pair of await tx.units.tried(without.flatMap(({ workerId }) => next.map(({ assignmentId }) => ({ workerId, assignmentId }))))) seen.add(pair)
    for (const { unitId } of next) asked.add(unitId)
    const given = matchUnits(pending, behind.slice(0, asked.size), { seen, asked })
    if (given.size < asked.size) break
    without = pending.filter(({ workerId }) => !given.has(workerId))
  }
  return { seen, asked }
}

async function writeLeases(hold: RunHold, runtime: Runtime, search: Search & { matches: ReadonlyMap<string, Candidate> }): Promise<Map<Standing, HeldUnit>> {
  const { run, seeking, matches } = search
  const { at } = hold
  if (matches.size === 0) return new Map()
  const until = at + run.leaseMs
  const leases = [...matches].map(([workerId, { unitId, assignmentId, rank, fence }]): NewLease => ({ unitId, assignmentId, rank, fence: fence + 1, workerId, agentId: runtime.newId() }))
  const standings = new Map(seeking.map(standing => [standing.workerId, standing]))
  const held = new Map<Standing, HeldUnit>()
  const items = new Set<string>()
  // Where people work together they wait for each other first.
  const isLive = run.config.live !== undefined
  for (const lease of await hold.tx.units.lease(run.id, leases, { at, until })) {
    const { unitId, agentId, assignmentId, workerId, fence } = lease
    const standing = standings.get(workerId)
    const candidate = matches.get(workerId)
    if (!standing || !candidate) continue
    hold.book(run.id, [ledgerEntry('reserve', agentId, { runId: run.id, unitId, workerId, payMinor: run.payMinor, currency: run.currency })])
    const begun = { unit: unitId, fence, until }
    hold.add({ id: agentId, runId: run.id, workerId, unitId, assignmentId, fence, acceptedAt: at }, isLive ? { type: 'wait', body: begun, status: 'waiting' } : { type: 'begin', body: begun, status: 'in_task' })
    askToLook(hold, { runId: run.id, assignmentId, cause: `${agentId}/came` })
    if (isLive) items.add(assignmentId)
    held.set(standing, { unitId, kind: candidate.kind, agentId, assignmentId, fence, leaseUntil: until, acceptedAt: at, input: candidate.input })
  }
  if (run.config.hasAssignees) await hold.tx.assignees.note([...held].map(([{ workerId }, { assignmentId }]) => ({ assignmentId, workerId, status: 'had', rank: matches.get(workerId)?.rank ?? 0 })))
  // Made while the run is held: whoever made one later would wait for the run, and whoever holds that for them.
  if (items.size > 0) await hold.tx.sessions.hold([...items].map(id => ({ id, runId: run.id })), at)
  return held
}
