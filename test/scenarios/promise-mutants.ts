import type { RawClient } from '../../prisma/raw-client.js'
import type { DbOperations } from '../../sdk/ports/mephisto-db.js'
import type { ItemUnit } from '../../sdk/ports/replacement-operations.js'
import type { Attempt, Candidate } from '../../sdk/ports/unit-operations.js'
import type { ReviewRow } from '../../sdk/ports/answer-operations.js'
import type { PromiseNumber } from '../../sdk/testing/index.js'
import { afterCommit, operations, reservedAfterCommit, sqlEdit, transactions, type Break } from './promise-break.js'

/** A deliberately broken variant of the code under test. */
export interface Mutant {
  readonly name: string
  /** Made anew for each instance. `which` counts the instances on one database, from 0. */
  breaks(which: number): readonly Break[]
  /** The promise whose breach shows in the rows or the log, or the error by which the database refuses. */
  readonly caught: PromiseNumber | 'already_exists'
  /** Chance cannot tell: its clock jumps by itself. */
  readonly isHiddenFromChance?: true
  /** What it breaks is there for when several processes write at once: it is looked for on servers too. */
  readonly isConcurrent?: true
}

const units = (original: DbOperations, changed: Partial<DbOperations['units']>): DbOperations => ({ ...original, units: { ...original.units, ...changed } })

/** Everything that can be had, as it was when somebody asked first. */
function listReadBefore(): Break {
  const lists = new Map<string, readonly Candidate[]>()
  return operations((original, used) => {
    const list = async (runId: string): Promise<readonly Candidate[]> => {
      const known = lists.get(runId) ?? await original.units.candidates(runId, -1, 1000)
      lists.set(runId, known)
      return known
    }
    return units(original, {
      firstOf: async () => null,
      firstUnseen: async (runId, _, after) => {
        used()
        return (await list(runId)).find(candidate => candidate.rank > after) ?? null
      },
      candidates: async (runId, after, limit) => (await list(runId)).filter(candidate => candidate.rank > after).slice(0, limit),
    })
  })
}

/** Rows for review as they were when somebody looked first. */
function reviewReadBefore(): Break {
  const known = new Map<string, ReviewRow>()
  return operations((original, used) => units(original, {
    reviewById: async unitIds => (await original.units.reviewById(unitIds)).map(row => {
      const before = known.get(row.unitId)
      known.set(row.unitId, before ?? row)
      if (before) used()
      // The stream goes on where it is; what is old is what the decision is made from.
      return before ? { ...row, status: before.status, decision: before.decision } : row
    }),
  }))
}

/** The units of an item as somebody might have them who looks wrongly. */
const itemUnits = (change: (units: readonly ItemUnit[]) => readonly ItemUnit[]): Break => operations((original, used) => ({
  ...original, replacements: { ...original.replacements, ofAssignments: async ids => {
    used()
    return change(await original.replacements.ofAssignments(ids))
  } },
}))

const attempts = (change: (attempt: Attempt) => Attempt): Break => operations((original, used) => units(original, {
  attempts: async agentIds => {
    used()
    return (await original.units.attempts(agentIds)).map(change)
  },
}))

/** Whoever names the unit is taken for the one who has it. */
const anybodyHasIt = (): Break => attempts(attempt => (attempt.unit.status !== 'assigned' ? attempt : {
  ...attempt, agent: { ...attempt.agent, status: 'in_task', fence: attempt.unit.fence }, unit: { ...attempt.unit, agentId: attempt.agent.id },
}))

const COMPLETE = /UPDATE .*unit.* SET status = 'completed'/s
const LEASE = /UPDATE .*unit.* SET status = 'assigned'/s
const RELEASE = /UPDATE .*unit.* SET status = 'launched'/s
const EXTEND = /UPDATE .*unit.* SET lease_until = j\.t/s
const DECIDE = /UPDATE .*unit.* SET status = j\.y/s
const WITHDRAW = /UPDATE .*unit.* SET status = 'expired'/s
const WRITE_RUN = /UPDATE .*task_run.* SET reserved_minor/s

/** Parts of statements, on any database; parameters stay where they are. */
const cut = {
  whose: (where: RegExp): Break => sqlEdit(where, / AND u\.agent_id = j\.a AND u\.fence = j\.f/, ''),
  leaseIsGood: (where: RegExp): Break => sqlEdit(where, /coalesce\(u\.lease_until, 0\) > (\?|\$\d+)/, '(u.lease_until > $1 OR 1 = 1)'),
  fenceBefore: (): Break => sqlEdit(LEASE, / AND u\.fence = j\.f - 1/, ''),
  isLaunched: (): Break => sqlEdit(LEASE, / AND (?:\+u\.status|\(u\.status \|\| ''\)|concat\(u\.status\)) = 'launched'/, ''),
  statusBefore: (): Break => sqlEdit(DECIDE, / AND (?:\+u\.status|\(u\.status \|\| ''\)|concat\(u\.status\)) = j\.x/, ''),
  cap: (): Break => sqlEdit(WRITE_RUN, /AND \(r\.budget_minor IS NULL/, 'AND (1 = 1 OR r.budget_minor IS NULL'),
  feedBefore: (): Break => sqlEdit(WRITE_RUN, /r\.feed = (\?|\$\d+)( *(?:AND|$))/, '(r.feed = $1 OR 1 = 1)$2'),
  lock: (): Break => sqlEdit(/SELECT r\.\*.*FOR UPDATE/s, /FOR UPDATE/, ''),
}

/** Takes all of a run's money for free; what it writes are differences, which stay right. */
const noBudgetInMemory = (): Break => operations((original, used) => ({
  ...original, runs: { ...original.runs, lock: async ids => (await original.runs.lock(ids)).map(held => {
    used()
    return { ...held, run: { ...held.run, reservedMinor: held.run.reservedMinor - 1_000_000_000 } }
  }) },
}))

/** The feed's number as it was when the run was held the time before. */
function feedReadBefore(): Break {
  const known = new Map<string, number>()
  return operations((original, used) => ({
    ...original, runs: { ...original.runs, lock: async ids => (await original.runs.lock(ids)).map(held => {
      const before = known.get(held.run.id) ?? held.feed
      known.set(held.run.id, held.feed)
      used()
      return { ...held, feed: before }
    }) },
  }))
}

const withoutTransaction = (): Break => transactions((client, used) => work => {
  used()
  return work(client)
})

const beforeTheCommit = (): Break => transactions((client, used): RawClient['$transaction'] => async <Result>(work: (tx: Parameters<Parameters<RawClient['$transaction']>[0]>[0]) => Promise<Result>) => {
  let done: { readonly result: Result } | undefined
  try {
    return await client.$transaction(async tx => {
      done = { result: await work(tx) }
      return done.result
    })
  } catch (error) {
    if (!done) throw error
    used()
    return done.result
  }
})

/** Variants that nothing in the code holds up: each must be caught. */
export const MUTANTS: readonly Mutant[] = [
  { name: 'claims from a list that was read before, whatever the status is now', caught: 'P2', isConcurrent: true, breaks: () => [listReadBefore(), cut.isLaunched(), cut.fenceBefore()] },
  { name: 'gives an item twice to one worker', caught: 'already_exists', breaks: () => [operations((original, used) => units(original, {
    firstUnseen: async (runId, _, after) => {
      used()
      return (await original.units.candidates(runId, after, 1))[0] ?? null
    },
    seen: async () => new Set(),
  }))] },
  { name: 'does not raise the fence', caught: 'P5', breaks: () => [sqlEdit(LEASE, /, fence = j\.f/, ''), cut.fenceBefore()] },
  { name: 'does not ask whose lease it is when an answer comes', caught: 'P5', isConcurrent: true, breaks: () => [anybodyHasIt(), cut.whose(COMPLETE)] },
  { name: 'does not ask whether the lease is over when an answer comes', caught: 'P5', breaks: () => [
    attempts(attempt => ({ ...attempt, unit: { ...attempt.unit, leaseUntil: attempt.unit.leaseUntil === null ? null : Number.MAX_SAFE_INTEGER } })), cut.leaseIsGood(COMPLETE),
  ] },
  { name: 'extends leases that are over', caught: 'P5', breaks: () => [cut.leaseIsGood(EXTEND)] },
  { name: 'takes leases back before they are over', caught: 'P5', breaks: () => [sqlEdit(/SELECT .*FROM .*unit/s, /u\.lease_until <= (\?|\$\d+)/, '(u.lease_until <= $1 OR 1 = 1)')] },
  { name: 'gives back what somebody else has by now', caught: 'P9', breaks: () => [anybodyHasIt(), cut.whose(RELEASE)] },
  { name: 'does not look whether an answer is there already', caught: 'already_exists', isConcurrent: true, breaks: () => [operations((original, used) => ({
    ...original, submissions: { ...original.submissions, replies: async () => {
      used()
      return new Map()
    } },
  }))] },
  { name: 'stores answers after the commit', caught: 'P4', isConcurrent: true, breaks: () => [afterCommit(/INSERT INTO \S*submission/)] },
  { name: 'throws late answers away', caught: 'P4', breaks: () => [operations((original, used) => ({
    ...original, submissions: { ...original.submissions, insert: async rows => {
      used()
      await original.submissions.insert(rows.filter(row => row.outcome === 'completed'))
    } },
  }))] },
  { name: 'says done before the commit', caught: 'P4', breaks: () => [beforeTheCommit()] },
  { name: 'has no transactions', caught: 'P9', breaks: () => [withoutTransaction()] },
  { name: 'decides on what was read before, whatever the status is now', caught: 'P9', isConcurrent: true, breaks: () => [reviewReadBefore(), cut.statusBefore()] },
  { name: 'does not look whether a decision id was used already', caught: 'already_exists', isConcurrent: true, breaks: () => [operations((original, used) => ({
    ...original, audit: { ...original.audit, get: async () => {
      used()
      return null
    } },
  }))] },
  { name: 'stores the ids of requests after the commit', caught: 'P6', isConcurrent: true, breaks: () => [afterCommit(/INSERT INTO \S*audit/)] },
  { name: 'does not look whether a top-up was done already', caught: 'P6', isConcurrent: true, breaks: () => [operations((original, used) => ({
    ...original, events: { ...original.events, ofType: async () => {
      used()
      return []
    } },
  }))] },
  { name: 'brings rejected work back although others have its place', caught: 'P2', breaks: () => [itemUnits(list => list.filter(unit => unit.status !== 'completed' && unit.status !== 'assigned'))] },
  { name: 'adds units however many there are', caught: 'P2', breaks: () => [itemUnits(list => list.map(unit => (unit.status === 'accepted' || unit.status === 'completed' ? { ...unit, status: 'expired' } : unit)))] },
  { name: 'withdraws what somebody is at', caught: 'P9', breaks: () => [
    itemUnits(list => list.map(unit => (unit.status === 'assigned' ? { ...unit, status: 'launched' } : unit))), sqlEdit(WITHDRAW, /IN \('created', 'launched'\)/, "IN ('created', 'launched', 'assigned')"),
  ] },
  { name: 'forgets what it added', caught: 'P9', breaks: () => [operations((original, used) => ({
    ...original, runs: { ...original.runs, write: async (change, at) => {
      used()
      return original.runs.write({ ...change, unitsTotal: 0 }, at)
    } },
  }))] },
  { name: 'knows no budget', caught: 'P7', breaks: () => [noBudgetInMemory(), cut.cap()] },
  { name: 'books money after the commit', caught: 'P8', breaks: () => [afterCommit(/INSERT INTO \S*ledger_entry/)] },
  { name: 'does not book releases', caught: 'P8', breaks: () => [operations((original, used) => ({
    ...original, ledger: { ...original.ledger, append: async entries => {
      used()
      await original.ledger.append(entries.filter(entry => entry.kind !== 'release'))
    } },
  }))] },
  { name: 'keeps the money of leases that ended', caught: 'P8', breaks: () => [operations((original, used) => ({
    ...original,
    ledger: { ...original.ledger, append: entries => original.ledger.append(entries.filter(entry => entry.kind !== 'release')) },
    runs: { ...original.runs, write: async (change, at) => {
      used()
      return original.runs.write({ ...change, reservedMinor: Math.max(0, change.reservedMinor) }, at)
    } },
  }))] },
  { name: 'logs after the commit', caught: 'P9', breaks: () => [afterCommit(/INSERT INTO \S*event/)] },
  { name: 'numbers the feed by what was read before', caught: 'already_exists', breaks: () => [feedReadBefore()] },
  { name: 'counts answers twice', caught: 'P9', breaks: () => [operations((original, used) => ({
    ...original, runs: { ...original.runs, write: async (change, at) => {
      used()
      return original.runs.write({ ...change, unitsAnswered: 2 * change.unitsAnswered, unitsOpen: 2 * change.unitsOpen }, at)
    } },
  }))] },
  { name: 'leaves agents at work when their leases run out', caught: 'P9', breaks: () => [operations((original, used) => units(original, {
    writeAgents: async ({ added, changed }) => {
      used()
      await original.units.writeAgents({ added, changed: changed.map(agent => (agent.status === 'timeout' ? { ...agent, status: 'in_task', endedAt: null } : agent)) })
    },
  }))] },
  { name: 'has a clock of its own in one of its processes', caught: 'P10', isHiddenFromChance: true, breaks: which => [operations((original, used) => ({
    ...original, now: async () => {
      used()
      return await original.now() + which * 60_000
    },
  }))] },
]

/** Variants that only show where transactions run at the same time, on servers. */
export const RACING: readonly Mutant[] = [
  { name: 'reserves money after the commit', caught: 'P8', breaks: () => [reservedAfterCommit()] },
]

/** Variants that are held by a second line: what is broken in one place is caught in another, and no promise is. */
export const HELD: readonly (Pick<Mutant, 'name' | 'breaks'> & { readonly by: string })[] = [
  { name: 'claims from a list that was read before', by: 'the status and the fence are conditions of the claim', breaks: () => [listReadBefore()] },
  { name: 'claims whatever the status is now', by: 'the run is held from the search to the claim', breaks: () => [cut.isLaunched(), cut.fenceBefore()] },
  { name: 'completes whoever has the lease', by: 'the answer was judged while the run was held', breaks: () => [cut.whose(COMPLETE)] },
  { name: 'completes when the lease is over', by: 'the answer was judged while the run was held', breaks: () => [cut.leaseIsGood(COMPLETE)] },
  { name: 'decides on what was read before', by: 'the status is a condition of the move', breaks: () => [reviewReadBefore()] },
  { name: 'knows no budget in its statement', by: 'the totals are added up while the run is held', breaks: () => [cut.cap()] },
  { name: 'knows no budget in memory', by: 'the cap is a condition of the write', breaks: () => [noBudgetInMemory()] },
  { name: 'writes a run whatever happened to it', by: 'the run is held', breaks: () => [cut.feedBefore()] },
]

/** Does not hold the run, on servers: SQLite has one writer at a time anyway. The feed's numbers are unique, so the database refuses. */
export const unheld = (): readonly Break[] => [cut.lock()]

/** Neither holds the run nor looks at what happened to it meanwhile, and claims whatever the status is now. */
export const unheldAndUnconditional = (): readonly Break[] => [cut.lock(), cut.feedBefore(), cut.isLaunched(), cut.fenceBefore()]
