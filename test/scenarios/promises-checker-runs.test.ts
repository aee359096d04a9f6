import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PromiseNumber, PromiseViolation } from '../../sdk/testing/index.js'
import { checkPromises } from '../../sdk/testing/index.js'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import { sentimentRun } from '../sentiment.js'
import { localCalls } from './promise-calls.js'
import { openClient, openTarget } from './promise-open.js'
import { makeFile, type OwnTarget } from './promise-target.js'

// The checker and verifyRun on a run of which an operator has changed everything that can be: each breach is planted by hand.

const START = Date.UTC(2026, 0, 1)
const USD = (minor: number) => ({ minor, currency: 'USD' })

let target: OwnTarget
let client: Awaited<ReturnType<typeof openClient>>
let runId: string
beforeAll(async () => {
  target = makeFile()
  const clock = { now: START }
  const db = await openTarget(target, { now: () => clock.now })
  const calls = localCalls(db, { now: () => clock.now })
  runId = (await calls.desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(2), pay: USD(10), budget: USD(40), leaseMs: 5_000 })).id
  const claim = async (worker: string) => {
    const { credential } = await calls.desk<{ credential: string }>('operator', 'runs.invite', { run: runId, worker })
    return calls.page<{ agentToken: string }>('register', { provider: 'inhouse', credential })
  }
  await claim('ann')
  await calls.desk('operator', 'runs.extend', { run: runId, leaseMs: 7_000 })
  await calls.desk('operator', 'runs.topUp', { run: runId, budget: USD(55) })
  await calls.desk('operator', 'runs.topUp', { run: runId, unitsPerAssignment: 2, budget: USD(60), topUpId: 'more-data-1', data: [{ text: 'more' }] })
  const ben = await claim('ben')
  const [{ id: worker } = { id: '' }] = (await db.workers.find({ filter: { externalId: 'ann' } })).rows
  await calls.desk('operator', 'runs.compensate', { run: runId, compensationId: 'compensation-1', worker, amount: USD(5), reason: 'Thanks.' })
  await calls.desk('operator', 'runs.drain', { run: runId })
  clock.now += 6_000
  await calls.tick()
  await calls.page('submit', { submissionId: 'answer-of-ben', answer: { label: 'positive' } }, ben.agentToken)
  expect((await verifyRun(db, runId)).difference).toBeNull()
  await db.close()
  client = await openClient(target)
})
afterAll(async () => {
  await client.close()
  await target.drop()
})

/** What is found with something planted, which is taken out again. */
async function found(statements: readonly string[]): Promise<readonly PromiseViolation[]> {
  let violations: readonly PromiseViolation[] = []
  const undone = new Error('taken out again')
  await client.client.$transaction(async tx => {
    for (const statement of statements) expect(await tx.$executeRawUnsafe(statement.replaceAll(/\{(\w+)\}/g, 'mephisto_$1')), `${statement} changes something`).toBeGreaterThan(0)
    violations = await checkPromises(sql => tx.$queryRawUnsafe(sql), { dialect: 'sqlite', isClockSteady: true, settledAt: START + 3_600_000 })
    throw undone
  }).catch((error: unknown) => { if (error !== undone) throw error })
  return violations
}

test('the checker finds nothing in a database that is whole', async () => {
  expect(await found([])).toEqual([])
})

const change = (setting: string, from: string, to: string): string => `UPDATE {event} SET body = replace(body, '${from}', '${to}') WHERE type = 'change' AND body LIKE '%${setting}%'`

test.each<[what: string, promise: PromiseNumber, says: string, ...statements: string[]]>([
  ['a lease length that nobody wrote down', 'P9', 'has leaseMs 7001', 'UPDATE {task_run} SET lease_ms = lease_ms + 1'],
  ['leases of a length that was not the run\'s then', 'P10', 'does not have its length', change('leaseMs', '5000', '5001')],
  ['a budget that nobody wrote down', 'P9', 'has budgetMinor 61', 'UPDATE {task_run} SET budget_minor = budget_minor + 1'],
  ['a budget that was changed from another', 'P9', 'budgetMinor was changed from', change('budgetMinor', '"from":55', '"from":54')],
  ['a budget below what was spent', 'P7', 'pass the budget of 9', change('budgetMinor', '60', '9')],
  ['a run that was archived, and nobody says so', 'P9', 'has archivedAt 1', 'UPDATE {task_run} SET archived_at = 1'],
  ['a run whose data was removed, and nobody says so', 'P9', 'has dataRemovedAt 1', 'UPDATE {task_run} SET data_removed_at = 1'],
  ['runs of a project that spent more than its budget', 'P7', 'runs of a project have spent', "INSERT INTO {project} (id, name, created_at, budget_minor, budget_currency) VALUES ('p', 'p', 1, 9, 'USD')", "UPDATE {task} SET project_id = 'p'"],
  ['a run in another currency than the budget of its project', 'P7', 'in another currency than the budget', "INSERT INTO {project} (id, name, created_at, budget_minor, budget_currency) VALUES ('p', 'p', 1, 900, 'EUR')", "UPDATE {task} SET project_id = 'p'"],
  ['more units wanted than the log says', 'P9', 'has unitsPerAssignment 3', 'UPDATE {task_run} SET units_per_assignment = 3'],
  ['something changed that is fixed', 'P9', 'which is fixed at launch', change('leaseMs', 'leaseMs', 'payMinor')],
  ['units that nobody added', 'P9', 'units, and its log says', `UPDATE {event} SET body = replace(body, '"units":2', '"units":3') WHERE type = 'top_up'`],
  ['units that went without the run draining', 'P9', 'as if the run were draining', "UPDATE {event} SET type = 'resume' WHERE type = 'drain'"],
  ['more units gone than the log says', 'P9', 'units are expired, and its log says', `UPDATE {event} SET body = replace(body, '"units":4', '"units":3') WHERE type = 'lapse'`],
  ['units that went and nobody says so', 'P9', 'that nobody has it', "DELETE FROM {event} WHERE type = 'lapse'"],
  ['a free unit in a run that drains', 'P9', 'drains and still has units', "UPDATE {task_run} SET status = 'draining'", "UPDATE {unit} SET status = 'launched' WHERE status = 'expired'"],
  ['a compensation of another amount', 'P8', 'and its log says', `UPDATE {event} SET body = replace(body, '"amount":5', '"amount":6') WHERE type = 'compensate'`],
  ['a compensation that was booked and not noted', 'P8', 'budget>owed: booked 1 times where the log says 0', "DELETE FROM {event} WHERE type = 'compensate'"],
  ['a compensation whose reply is gone', 'P6', 'payment outside units has no stored reply', "DELETE FROM {audit} WHERE subject = 'compensation'"],
  ['a top-up that was begun again under its id', 'P6', 'was done more than once', `UPDATE {event} SET body = replace(body, '"rows":1', '"rows":0') WHERE type = 'top_up'`],
  ['a compensation that was noted and not booked', 'P8', 'budget>owed: booked 0 times where the log says 1', 'DELETE FROM {ledger_entry} WHERE unit_id IS NULL'],
])('the checker finds %s', async (_, promise, says, ...statements) => {
  expect(await found(statements)).toContainEqual({ promise, what: expect.stringContaining(says) as string })
})

test.each([
  ['a lease length that nobody wrote down', 'leaseMs', 'UPDATE {task_run} SET lease_ms = lease_ms + 1'],
  ['a budget that nobody wrote down', 'budgetMinor', 'UPDATE {task_run} SET budget_minor = budget_minor + 1'],
  ['a unit that expired by nothing', 'status is expired', "UPDATE {unit} SET status = 'expired', holder = id WHERE status = 'completed'"],
  ['a booked compensation that is gone', 'owed money', 'DELETE FROM {ledger_entry} WHERE unit_id IS NULL'],
])('verifyRun finds %s', async (_, says, ...statements) => {
  const copy = makeFile(target)
  const planted = await openClient(copy)
  for (const statement of statements) expect(await planted.client.$executeRawUnsafe(statement.replaceAll(/\{(\w+)\}/g, 'mephisto_$1'))).toBeGreaterThan(0)
  await planted.close()
  const db = await openTarget(copy)
  const { difference } = await verifyRun(db, runId)
  await db.close()
  await copy.drop()
  expect(difference?.what).toContain(says)
})
