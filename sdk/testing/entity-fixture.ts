import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { DataFeedSettings } from '../data-model/data-feed.js'
import { NO_FEATURES } from '../data-model/features.js'
import { FULL_SUPPLY, NO_GATES } from '../data-model/entities.js'
import { isMephistoError, type MephistoErrorCode } from '../errors.js'
import type { NewDecision } from '../ports/answer-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { NewLease } from '../ports/unit-operations.js'

/** A test with an empty database of its own. */
export type DatabaseTest = (name: string, body: (db: MephistoDb) => Promise<void>) => void

/** When the contract's rows are made unless they say otherwise. */
export const AT = Date.UTC(2026, 0, 1)
/** An id that no row has. */
export const NOWHERE = '00000000-0000-7000-8000-000000000000'
export const LEASE_MS = 60_000

/** A new row's id and time. */
export function made(at = AT): { id: string; at: number } {
  return { id: v7(), at }
}

/** A run under way with its parents. */
export interface RunFixture {
  readonly runId: string
  readonly taskId: string
  readonly requesterId: string
}

/** Makes a run of a task and a requester that have its name, with assignments of two units each. */
export async function addRun(db: MephistoDb, { name = 'run', provider = 'p', blueprintType = 'b', projectId = null as string | null, assignments = 2, isHeldBack = false } = {}): Promise<RunFixture> {
  const [taskId, requesterId, runId] = [v7(), v7(), v7()]
  await db.tasks.create({ id: taskId, name, blueprintType, projectId, at: AT })
  await db.requesters.create({ id: requesterId, provider, name, at: AT })
  await insertRun(db, { runId, taskId, requesterId }, { provider, blueprintType })
  const items = Array.from({ length: assignments }, (_, position) => ({ id: v7(), position, input: JSON.stringify({ position }), unitIds: [v7(), v7()] }))
  await db.transaction(async tx => {
    await tx.runs.addAssignments({ id: runId, payMinor: 5, isHeldBack }, items, AT)
    await moveRun(tx, runId, 'running')
  })
  return { runId, taskId, requesterId }
}

/** Stores a run that is launching. */
export async function insertRun(db: DbOperations, { runId, taskId, requesterId }: RunFixture, { provider = 'p', blueprintType = 'b', at = AT, dataFeed = null as DataFeedSettings | null } = {}): Promise<void> {
  await db.runs.insert({
    id: runId, taskId, requesterId, provider, blueprintType, schemaHash: 'h', config: { title: 'Titel 😀', description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: {}, page: null, ...(dataFeed ? { dataFeed } : {}) },
    unitsPerAssignment: 2, leaseMs: LEASE_MS, currency: 'USD', payMinor: 5, budgetMinor: null, at,
  })
}

/** Writes a run's status, as whoever moved it by the lifecycle does. */
export async function moveRun(tx: DbOperations, runId: string, status: 'running' | 'completed'): Promise<void> {
  const [locked] = await tx.runs.lock([runId])
  assert.ok(locked)
  const nothing = { reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 }
  assert.ok(await tx.runs.write({ ...nothing, id: runId, fromFeed: locked.feed, feed: locked.feed + 1, head: { ...locked.head, count: locked.head.count + 1 }, status, startedAt: AT }, AT))
}

/** Makes a worker of provider `p`. */
export async function addWorker(db: DbOperations, name: string): Promise<string> {
  const id = v7()
  await db.workers.create({ id, provider: 'p', externalId: name, pseudonym: `w-${name}`, at: AT })
  return id
}

/** Gives a worker a unit of the run. */
export async function takeUnit(db: MephistoDb, runId: string, workerId: string): Promise<NewLease> {
  const [unit] = await db.units.candidates(runId, -1, 1)
  assert.ok(unit)
  const lease = { ...unit, workerId, agentId: v7(), fence: unit.fence + 1 }
  await db.transaction(async tx => {
    const [won] = await tx.units.lease(runId, [lease], { at: AT, until: AT + LEASE_MS })
    assert.ok(won)
    await tx.units.writeAgents({ added: [newAgent(runId, lease)], changed: [] })
  })
  return lease
}

/** The agent of a lease, as it is stored. */
export function newAgent(runId: string, { agentId, workerId, unitId, assignmentId, fence }: NewLease): Parameters<DbOperations['units']['writeAgents']>[0]['added'][number] {
  return { id: agentId, runId, workerId, unitId, assignmentId, fence, status: 'in_task', endedAt: null, eventCount: 0, eventHash: '', acceptedAt: AT }
}

/** A reviewer's approval of a unit. */
export function approval(runId: string, { unitId, agentId, workerId }: Pick<NewLease, 'unitId' | 'agentId' | 'workerId'>): NewDecision {
  return {
    id: v7(), runId, unitId, agentId, workerId, verdict: 'approve', previous: 'completed', note: 'gut 😀', message: null, effects: {}, undoes: null, batchId: v7(), actorId: 'rita', actorName: 'Rita', createdAt: AT,
  }
}

/** Fails unless the promise is rejected with this code, and returns the message. */
export async function rejects(promise: Promise<unknown>, code: MephistoErrorCode): Promise<string> {
  const outcome = await promise.then(() => null, (error: unknown) => error)
  assert.ok(isMephistoError(outcome), `expected the error ${code}, not ${String(outcome)}`)
  assert.equal(outcome.code, code, outcome.message)
  return outcome.message
}

/** The names of rows. */
export function names(page: { readonly rows: readonly { readonly name: string }[] }): readonly string[] {
  return page.rows.map(row => row.name)
}

/** The ids of rows. */
export function ids(page: { readonly rows: readonly { readonly id: string }[] }): readonly string[] {
  return page.rows.map(row => row.id)
}
