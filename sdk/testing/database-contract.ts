import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { FULL_SUPPLY, NO_GATES } from '../data-model/entities.js'
import { NO_FEATURES } from '../data-model/features.js'
import { isMephistoError, type MephistoErrorCode } from '../errors.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { DbOperations, LockedRun, MephistoDb, RunChange } from '../ports/mephisto-db.js'
import type { Candidate, NewLease } from '../ports/unit-operations.js'
import { entityContract } from './entity-contract.js'
import { addRun } from './entity-fixture.js'

/** A test runner's `test`, and how to open the database under test: empty, each time another one. */
export interface DatabaseContractOptions {
  test(name: string, body: () => Promise<void>): void
  open(): Promise<MephistoDb>
}

const AT = Date.UTC(2026, 0, 1)
const LEASE_MS = 60_000

interface Fixture {
  readonly db: MephistoDb
  readonly runId: string
}

/** What every implementation of MephistoDb must do. Ours run it, and so can others. */
export function databaseContract({ test, open }: DatabaseContractOptions): void {
  entityContract({ test, open })
  const withRun = (name: string, body: (fixture: Fixture) => Promise<void>, run: RunShape = {}): void => {
    test(name, async () => {
      const db = await open()
      try {
        await body({ db, runId: await insertRun(db, run) })
      } finally {
        await db.close()
      }
    })
  }

  withRun('finds or makes tasks, requesters and workers, and makes each once', async ({ db }) => {
    const ids = await Promise.all([1, 2, 3].map(() => db.tasks.ensureTask({ id: v7(), name: 'same', blueprintType: 'b', at: AT })))
    assert.equal(new Set(ids).size, 1)
    const workers = await Promise.all([1, 2, 3].map(number => db.workers.ensure({ id: v7(), provider: 'p', externalId: 'ann', pseudonym: `w-${String(number)}`, at: AT })))
    assert.equal(new Set(workers.map(worker => worker.id)).size, 1)
    assert.equal(new Set(workers.map(worker => worker.pseudonym)).size, 1)
  })

  withRun('removes names that nothing uses, and no others', async ({ db, runId }) => {
    const run = await db.runs.get(runId)
    assert.ok(run)
    const [requester] = (await db.requesters.find({})).rows
    const projectId = await db.projects.ensure({ id: v7(), name: 'study', at: AT })
    const [known, stranger] = [await worker(db, 'known'), await worker(db, 'stranger')]
    await db.transaction(tx => tx.workers.admit(runId, [known], AT))
    await db.transaction(tx => tx.tasks.removeUnused({ taskId: run.taskId, requesterId: requester?.id ?? '', projectId }))
    await db.transaction(tx => tx.workers.removeUnused([known, stranger]))
    assert.ok(await db.workers.get(known))
    assert.equal(await db.workers.get(stranger), null)
    assert.ok(await db.tasks.get(run.taskId))
    assert.ok(await db.requesters.get(requester?.id ?? ''))
    assert.equal(await db.projects.get(projectId), null)
    const made = { taskId: v7(), requesterId: v7(), projectId: v7() }
    await db.tasks.ensureTask({ id: made.taskId, name: 'new', blueprintType: 'b', at: AT })
    await db.tasks.ensureRequester({ id: made.requesterId, provider: 'p', name: 'new', at: AT })
    await db.projects.ensure({ id: made.projectId, name: 'new', at: AT })
    await db.tasks.attach(made.taskId, made.projectId)
    await db.transaction(tx => tx.tasks.removeUnused({ ...made, taskId: v7() }))
    assert.ok(await db.projects.get(made.projectId))
    await db.projects.setBudget(made.projectId, { minor: 5, currency: 'USD' })
    await db.transaction(tx => tx.tasks.removeUnused(made))
    assert.equal(await db.tasks.get(made.taskId), null)
    assert.equal(await db.requesters.get(made.requesterId), null)
    assert.ok(await db.projects.get(made.projectId))
  })

  withRun('refuses a task name under another blueprint', async ({ db }) => {
    await db.tasks.ensureTask({ id: v7(), name: 'same', blueprintType: 'b', at: AT })
    await rejects(db.tasks.ensureTask({ id: v7(), name: 'same', blueprintType: 'c', at: AT }), 'conflict')
  })

  withRun('keeps a run as it was given, counts its units and lists newest first', async ({ db, runId }) => {
    const run = await db.runs.get(runId)
    assert.equal(run?.unitsTotal, 6)
    assert.equal(run.unitsOpen, 6)
    assert.equal(run.budgetMinor, null)
    assert.deepEqual(run.config, { title: 'Titel mit Umlaut ü 😀', description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: { question: 'Ü 😀?' }, page: { url: 'https://app.example/work', build: 'v1' } })
    assert.equal((await db.runs.countUnits(runId)).launched, 6)
    const second = await insertRun(db, {})
    assert.deepEqual((await db.runs.list({ limit: 10 })).map(item => item.id), [second, runId])
    assert.deepEqual((await db.runs.list({ limit: 10, after: second })).map(item => item.id), [runId])
    assert.deepEqual(await db.runs.list({ limit: 10, statuses: ['paused'] }), [])
    assert.equal(await db.runs.get('nowhere'), null)
  })

  withRun('holds a run for one transaction at a time and writes what was done to it once', async ({ db, runId }) => {
    const paused = await Promise.all([1, 2, 3].map(() => db.transaction(async tx => {
      const [locked] = await tx.runs.lock([runId])
      if (!locked || locked.run.status !== 'running') return false
      return tx.runs.write({ ...unchanged(locked), status: 'paused' }, AT)
    })))
    assert.equal(paused.filter(Boolean).length, 1)
    const run = await db.runs.get(runId)
    assert.equal(run?.status, 'paused')
    const [after] = await db.transaction(tx => tx.runs.lock([runId, 'nowhere']))
    assert.equal(after?.head.count, after?.feed)
    assert.deepEqual(await db.runs.lock([]), [])
  })

  withRun('refuses to write a run that was changed since it was held', async ({ db, runId }) => {
    const [locked] = await db.transaction(tx => tx.runs.lock([runId]))
    assert.ok(locked)
    assert.equal(await db.runs.write(unchanged(locked), AT), true)
    await rejects(db.transaction(tx => tx.runs.write(unchanged(locked), AT)), 'database_locked')
  })

  withRun('adds to totals up to the budget and not beyond it', async ({ db, runId }) => {
    const add = (reservedMinor: number, owedMinor = 0) => db.transaction(async tx => {
      const [locked] = await tx.runs.lock([runId])
      return locked !== undefined && tx.runs.write({ ...unchanged(locked), reservedMinor, owedMinor }, AT)
    })
    const results = await Promise.all(Array.from({ length: 5 }, () => add(10)))
    assert.equal(results.filter(Boolean).length, 2)
    assert.equal((await db.runs.get(runId))?.reservedMinor, 20)
    assert.equal(await add(-10, 10), true)
    assert.equal(await add(10), false)
  }, { budgetMinor: 25 })

  withRun('leases a unit to one worker, with a fence that goes up', async ({ db, runId }) => {
    const [unit] = await db.units.candidates(runId, -1, 1)
    assert.ok(unit)
    const [ann, ben] = [await worker(db, 'ann'), await worker(db, 'ben')]
    const lease = (workerId: string, fence = 1): NewLease => ({ ...unit, workerId, agentId: v7(), fence })
    const first = await leaseOne(db, runId, lease(ann))
    assert.equal(first?.fence, 1)
    assert.equal(await leaseOne(db, runId, lease(ben)), undefined)
    const [standing] = await db.units.standings(runId, [ann], AT)
    assert.equal(standing?.held?.unitId, unit.unitId)
    await releaseAgent(db, first.agentId, 'returned')
    assert.equal(await leaseOne(db, runId, lease(ben)), undefined, 'under a fence that has gone by')
    assert.equal((await leaseOne(db, runId, lease(ben, 2)))?.fence, 2)
    const pairs = [ann, ben].map(workerId => ({ workerId, assignmentId: unit.assignmentId }))
    assert.deepEqual(await db.units.tried([...pairs, { workerId: await worker(db, 'cem'), assignmentId: unit.assignmentId }]), new Set([`${ann}/${unit.assignmentId}`, `${ben}/${unit.assignmentId}`]))
    assert.deepEqual(await db.units.seen(pairs), new Set([`${ann}/${unit.assignmentId}`, `${ben}/${unit.assignmentId}`]))
  })

  withRun('finds which of some units are still free in a run', async ({ db, runId }) => {
    const [taken, ...free] = await db.units.candidates(runId, -1, 3)
    assert.ok(taken && free.length > 0)
    const { runId: other } = await addRun(db)
    const [foreign] = await db.units.candidates(other, -1, 1)
    await leaseOne(db, runId, { ...taken, workerId: await worker(db, 'ann'), agentId: v7(), fence: 1 })
    const asked = [taken, ...free, foreign].flatMap(unit => unit?.unitId ?? [])
    const byRank = (units: readonly Candidate[]): readonly Candidate[] => [...units].sort((a, b) => a.rank - b.rank)
    assert.deepEqual(byRank(await db.units.launchedAmong(runId, [...asked, v7()])), free)
  })

  withRun('never lets one worker hold two units of an assignment', async ({ db, runId }) => {
    const units = (await db.units.candidates(runId, -1, 3)).filter((unit, _, all) => unit.assignmentId === all[0]?.assignmentId)
    const ann = await worker(db, 'ann')
    assert.ok(units[0] && units[1])
    await leaseOne(db, runId, { ...units[0], workerId: ann, agentId: v7(), fence: 1 })
    await rejects(leaseOne(db, runId, { ...units[1], workerId: ann, agentId: v7(), fence: 1 }), 'already_exists')
    assert.equal((await db.runs.countUnits(runId)).assigned, 1)
  })

  withRun('completes, extends and takes back only under the current lease', async ({ db, runId }) => {
    const agent = await takeUnit(db, runId, 'ann')
    const held = { unitId: agent.unitId, agentId: agent.agentId, fence: agent.fence }
    assert.equal((await db.units.extend([{ ...held, fence: 9, until: AT + 1 }], AT)).size, 0)
    assert.equal((await db.units.extend([{ ...held, until: AT + 90_000 }], AT + 1)).size, 1)
    assert.equal((await db.units.complete([{ ...held, fence: 9 }], AT)).size, 0)
    assert.equal((await db.units.complete([held], AT + 90_000)).size, 0, 'a lease that has run out')
    assert.deepEqual(await db.units.expiredLeases(runId, AT + 89_999, 10), [])
    assert.equal((await db.units.expiredLeases(runId, AT + 90_000, 10)).length, 1)
    assert.deepEqual(await db.units.runsWithExpiredLeases(AT + 90_000, 10), [runId])
    assert.equal((await db.units.complete([held], AT + 1)).size, 1)
    assert.equal((await db.units.complete([held], AT + 1)).size, 0, 'twice')
    assert.deepEqual(await db.units.release([held]), [])
  })

  withRun('stores one counted answer a unit, any number set aside, and replays replies', async ({ db, runId }) => {
    const agent = await takeUnit(db, runId, 'ann')
    const row = (clientId: string, outcome: 'completed' | 'set_aside'): NewSubmission => ({
      id: v7(), runId, agentId: agent.agentId, unitId: agent.unitId, workerId: agent.workerId, clientId, outcome,
      reason: outcome === 'completed' ? null : 'already_submitted', answer: '{"text":"ü \\u0000 😀"}', schemaHash: 'h', pageBuild: null, fence: 1, reply: `"${clientId}"`, at: AT,
    })
    await db.submissions.insert([row('first', 'completed')])
    await db.submissions.insert([row('second', 'set_aside'), row('third', 'set_aside')])
    await rejects(db.submissions.insert([row('fourth', 'completed')]), 'already_exists')
    await rejects(db.submissions.insert([row('first', 'set_aside')]), 'already_exists')
    const replies = await db.submissions.replies([{ agentId: agent.agentId, clientId: 'first' }, { agentId: agent.agentId, clientId: 'none' }])
    assert.deepEqual([...replies.values()], ['"first"'])
    const answers = await db.units.answers({ runId, includeSetAside: true, limit: 10 })
    assert.equal(answers.length, 3)
    assert.equal(answers[0]?.answer, '{"text":"ü \\u0000 😀"}')
    assert.equal((await db.units.answers({ runId, includeSetAside: false, limit: 10 })).length, 1)
    const stretch = (from: number, to: number, includeSetAside = true) => db.units.answersOfItems({ runId, currency: 'USD', includeSetAside, from, to })
    assert.deepEqual(await stretch(0, 100), answers)
    const at = answers[0].position
    assert.deepEqual([(await stretch(at, at + 1, false)).length, await stretch(at + 1, 100), await stretch(0, at)], [1, [], []])
    await rejects(db.units.answers({ runId, includeSetAside: true, limit: 10, after: "1' OR 1=1" }), 'invalid_input')
  })

  withRun('decides a unit from the status that was seen, once', async ({ db, runId }) => {
    const agent = await takeUnit(db, runId, 'ann')
    await db.units.complete([agent], AT)
    const move = { unitId: agent.unitId, from: 'completed', to: 'accepted' } as const
    const results = await Promise.all([db.units.decide([move], AT), db.units.decide([{ ...move, to: 'rejected' }], AT)])
    assert.equal(results.filter(moved => moved.size === 1).length, 1)
  })

  withRun('books a ledger entry once however often it is tried', async ({ db, runId }) => {
    const entry = { entryKey: 'reserve:x', runId, unitId: null, workerId: null, kind: 'reserve', debit: 'budget', credit: 'reserved', amountMinor: 7, currency: 'USD', at: AT } as const
    const booked = await Promise.allSettled([1, 2, 3].map(() => db.ledger.append([{ ...entry, id: v7() }])))
    assert.equal(booked.filter(result => result.status === 'fulfilled').length, 1)
    await rejects(db.ledger.append([{ ...entry, id: v7() }]), 'already_exists')
    assert.deepEqual(await db.ledger.balances(runId), { reservedMinor: 7, owedMinor: 0, paidMinor: 0 })
  })

  withRun('rolls a transaction back as a whole and leaves writes beside it alone', async ({ db, runId }) => {
    const beside: Promise<unknown>[] = []
    await assert.rejects(db.transaction(async tx => {
      const [locked] = await tx.runs.lock([runId])
      assert.ok(locked && await tx.runs.write({ ...unchanged(locked), status: 'paused' }, AT))
      beside.push(db.tasks.ensureTask({ id: v7(), name: 'beside', blueprintType: 'b', at: AT }))
      throw new RangeError('on purpose')
    }), RangeError)
    await Promise.all(beside)
    assert.equal((await db.runs.get(runId))?.status, 'running')
    await rejects(db.tasks.ensureTask({ id: v7(), name: 'beside', blueprintType: 'c', at: AT }), 'conflict')
  })

  withRun('expires what is open and frees its money exactly', async ({ db, runId }) => {
    await takeUnit(db, runId, 'ann')
    const ended = await db.transaction(tx => tx.units.expireOpen(runId, 100))
    assert.equal(ended.unitIds.length, 6)
    assert.equal(ended.leases.length, 1)
    assert.equal((await db.runs.countUnits(runId)).expired, 6)
    await db.runs.remove(runId).catch(() => undefined)
  })
}

interface RunShape { readonly budgetMinor?: number }

async function insertRun(db: MephistoDb, shape: RunShape): Promise<string> {
  const taskId = await db.tasks.ensureTask({ id: v7(), name: 'task', blueprintType: 'b', at: AT })
  const requesterId = await db.tasks.ensureRequester({ id: v7(), provider: 'p', name: 'lab', at: AT })
  const id = v7()
  await db.runs.insert({
    id, taskId, requesterId, provider: 'p', blueprintType: 'b', schemaHash: 'h', config: { title: 'Titel mit Umlaut ü 😀', description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: { question: 'Ü 😀?' }, page: { url: 'https://app.example/work', build: 'v1' } },
    unitsPerAssignment: 2, leaseMs: LEASE_MS, currency: 'USD', payMinor: 5, budgetMinor: shape.budgetMinor ?? null, at: AT,
  })
  const assignments = [0, 1, 2].map(position => ({ id: v7(), position, input: JSON.stringify({ position }), unitIds: [v7(), v7()] }))
  await db.transaction(tx => tx.runs.addAssignments({ id, payMinor: 5 }, assignments, AT))
  const [locked] = await db.runs.lock([id])
  assert.ok(locked)
  assert.equal(await db.runs.write({ ...unchanged(locked), status: 'running', startedAt: AT }, AT), true)
  return id
}

async function worker(db: MephistoDb, name: string): Promise<string> {
  return (await db.workers.ensure({ id: v7(), provider: 'p', externalId: name, pseudonym: `w-${name}`, at: AT })).id
}

async function leaseOne(db: DbOperations, runId: string, lease: NewLease): Promise<NewLease | undefined> {
  const [won] = await db.units.lease(runId, [lease], { at: AT, until: AT + LEASE_MS })
  if (won) {
    const { agentId: id, workerId, unitId, assignmentId, fence } = won
    await db.units.writeAgents({ added: [{ id, runId, workerId, unitId, assignmentId, fence, status: 'in_task', endedAt: null, eventCount: 0, eventHash: '', acceptedAt: AT }], changed: [] })
  }
  return won
}

/** A change of a held run that changes nothing but its place in the feed. */
function unchanged({ run, feed, head }: LockedRun): RunChange {
  return {
    id: run.id, fromFeed: feed, feed: feed + 1, head: { ...head, count: head.count + 1 },
    reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0,
  }
}

async function takeUnit(db: MephistoDb, runId: string, name: string): Promise<NewLease> {
  const [unit] = await db.units.candidates(runId, -1, 1)
  assert.ok(unit)
  const lease = await leaseOne(db, runId, { ...unit, workerId: await worker(db, name), agentId: v7(), fence: unit.fence + 1 })
  assert.ok(lease)
  return lease
}

async function releaseAgent(db: MephistoDb, agentId: string, status: 'returned' | 'timeout'): Promise<void> {
  const [attempt] = await db.units.attempts([agentId])
  assert.ok(attempt)
  const { agent, head } = attempt
  await db.units.release([{ unitId: agent.unitId, agentId, fence: agent.fence }])
  await db.units.writeAgents({ added: [], changed: [{ id: agentId, status, endedAt: AT, eventCount: head.count, eventHash: head.hash }] })
}

async function rejects(promise: Promise<unknown>, code: MephistoErrorCode): Promise<void> {
  await assert.rejects(promise, (error: unknown) => isMephistoError(error) && error.code === code, `expected the error ${code}`)
}
