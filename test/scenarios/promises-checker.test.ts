import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Acknowledged, PromiseNumber } from '../../sdk/testing/index.js'
import { targetKinds } from './promise-target.js'
import { toldTarget, type ToldTarget } from './promise-told.js'

// The checker itself: on a database that is whole it finds nothing, and each breach, planted by hand, it names.

/** The two answered units brought into one assignment. */
const TOGETHER = 'UPDATE {unit} SET unit_index = unit_index + 10, assignment_id = (SELECT i FROM (SELECT min(id) AS i FROM {assignment}) x) WHERE completed_at = (SELECT m FROM (SELECT max(completed_at) AS m FROM {unit}) y)'

/** What is planted, by statements on tables named in braces, and what the checker must say. */
const BREACHES: readonly (readonly [what: string, promise: PromiseNumber, says: string, ...statements: string[]])[] = [
  ['a second answer that counts', 'P1', 'more than one answer that counts', "UPDATE {submission} SET outcome = 'completed' WHERE reason = 'already_submitted'"],
  ['no answer where one counted', 'P1', 'no answer of its agent counts', "DELETE FROM {submission} WHERE outcome = 'completed'"],
  ['an answered unit that is free again', 'P1', 'an answer counts for it', "UPDATE {unit} SET status = 'launched', holder = id, worker_id = NULL, agent_id = NULL WHERE status = 'accepted'"],
  ['fewer units wanted than were answered', 'P2', 'more leases and answers', 'UPDATE {task_run} SET units_per_assignment = 0'],
  ['fewer units wanted than stand', 'P2', 'more units that stand', "UPDATE {task_run} SET units_per_assignment = 0"],
  ['fewer units wanted than were ever under way', 'P2', 'event', 'UPDATE {task_run} SET units_per_assignment = 0'],
  ['a unit of one worker in the hands of another', 'P3', 'holder that does not stand for its worker', "UPDATE {unit} SET worker_id = 'somebody' WHERE status = 'accepted'"],
  ['two units of one worker', 'P3', 'two units with one worker', TOGETHER, "UPDATE {unit} SET worker_id = 'somebody' WHERE completed_at IS NOT NULL"],
  ['two answers of one worker', 'P3', 'two counted answers of one worker', TOGETHER, "UPDATE {submission} SET worker_id = 'somebody' WHERE outcome = 'completed'"],
  ['two attempts of one worker', 'P3', 'two attempts of one worker under way', "UPDATE {agent} SET status = 'in_task', worker_id = (SELECT min(id) FROM {worker})"],
  ['an answer that is gone', 'P4', 'was taken, and is not stored', "DELETE FROM {submission} WHERE outcome = 'set_aside'"],
  ['a byte of an answer', 'P4', 'not stored as it was given', "UPDATE {submission} SET answer = replace(answer, 'positive', 'negative') WHERE outcome = 'set_aside'"],
  ['the mark of an erasure that never was', 'P4', 'not stored as it was given', `UPDATE {submission} SET answer = '{"erased":true}' WHERE outcome = 'set_aside'`],
  ['an answer under another fence', 'P5', 'under another lease', "UPDATE {submission} SET fence = fence + 1 WHERE outcome = 'completed'"],
  ['a unit under another fence', 'P5', 'has fence', 'UPDATE {unit} SET fence = fence + 1'],
  ['one fence for two agents', 'P5', 'gave one fence to two agents', 'UPDATE {agent} SET fence = 1 WHERE fence = 2'],
  ['an answer of another agent', 'P5', 'not one of its agent', "UPDATE {submission} SET worker_id = 'somebody'"],
  ['a decision without a reply', 'P6', 'no stored reply', 'DELETE FROM {audit}'],
  ['a reply that says something else', 'P6', 'says something else than its rows', "UPDATE {audit} SET body = replace(body, 'true', 'false')"],
  ['a decision that is gone', 'P6', 'not stored as such', "DELETE FROM {decision} WHERE verdict = 'undo'"],
  ['a smaller budget', 'P7', 'more than its budget', 'UPDATE {task_run} SET budget_minor = 1'],
  ['a budget smaller than once was used', 'P7', 'pass the budget', 'UPDATE {task_run} SET budget_minor = 25'],
  ['an entry that is gone', 'P8', 'booked 0 times', `DELETE FROM {ledger_entry} WHERE kind = 'unowe'`],
  ['a total', 'P8', 'other totals than its ledger', 'UPDATE {task_run} SET owed_minor = owed_minor + 1'],
  ['a unit without its money', 'P8', 'other money in the ledger', "UPDATE {ledger_entry} SET amount_minor = 1 WHERE kind = 'owe'"],
  ['money below nothing', 'P8', 'less than nothing', 'UPDATE {task_run} SET reserved_minor = -1'],
  ['an entry in another currency', 'P8', 'in another currency', "UPDATE {ledger_entry} SET currency = 'EUR'"],
  ['an agent at work on nothing', 'P9', 'not assigned to it', "UPDATE {agent} SET status = 'in_task' WHERE status = 'returned'"],
  ['a unit that nobody works on', 'P9', 'no attempt at it is under way', `UPDATE {unit} SET status = 'assigned', lease_until = 1 WHERE status = 'expired' AND worker_id IS NOT NULL`],
  ['a lease that nobody took back', 'P9', 'held by a lease that ran out', `UPDATE {unit} SET status = 'assigned', lease_until = 1 WHERE status = 'expired' AND worker_id IS NOT NULL`],
  ['a run whose end was not brought to its units', 'P9', 'still has open units', "UPDATE {unit} SET status = 'launched' WHERE status = 'expired' AND worker_id IS NULL"],
  ['an agent whose answer went nowhere', 'P9', 'an answer that its unit does not have', "UPDATE {agent} SET status = 'completed' WHERE status = 'timeout'"],
  ['a unit and an agent of two minds', 'P9', 'differ in what became of the answer', "UPDATE {agent} SET status = 'rejected' WHERE status = 'approved'"],
  ['a wrong count', 'P9', 'counts its units wrongly', 'UPDATE {task_run} SET units_open = units_open + 1'],
  ['a run that ended too early', 'P9', 'is completed and has open units', "UPDATE {unit} SET status = 'launched' WHERE status = 'expired' AND worker_id IS NULL", "UPDATE {task_run} SET status = 'completed'"],
  ['a unit that no search finds', 'P9', 'where no search begins', "UPDATE {unit} SET status = 'launched' WHERE status = 'expired' AND worker_id IS NULL", 'UPDATE {task_run} SET free_from = 9007199254740991'],
  ['a run that goes on for nothing', 'P9', 'goes on without an open unit', "UPDATE {task_run} SET status = 'running'"],
  ['a unit expired before its run', 'P9', 'expired in a run that goes on', "UPDATE {task_run} SET status = 'running'", "DELETE FROM {event} WHERE type IN ('expire', 'withdraw')"],
  ['a withdrawn unit that was not', 'P9', 'that nobody has it', "UPDATE {event} SET type = 'withdrew' WHERE type = 'withdraw'", "UPDATE {event} SET type = 'expired' WHERE type = 'expire'"],
  ['a unit in place of one of another item', 'P9', 'does work again that is not of its assignment', 'UPDATE {unit} SET replaces_unit_id = id WHERE replaces_unit_id IS NOT NULL'],
  ['units that nobody added', 'P9', 'units, and its log says', "UPDATE {event} SET body = replace(body, '1', '2') WHERE type = 'requeue'"],
  ['a missing event', 'P9', 'is missing', "DELETE FROM {event} WHERE type = 'extend'"],
  ['a missing last event', 'P9', 'its feed ends at', 'DELETE FROM {event} WHERE feed = (SELECT f FROM (SELECT max(feed) AS f FROM {event}) x)'],
  ['a changed event', 'P9', 'is not what was written', "UPDATE {event} SET body = replace(body, 'reason', 'raison') WHERE type = 'set_aside'"],
  ['an event of nobody', 'P9', 'of no agent and no run', "DELETE FROM {agent} WHERE status = 'returned'"],
  ['a move that no life allows', 'P9', 'cannot complete', "UPDATE {event} SET type = 'return' WHERE type = 'extend'"],
  ['an undone decision that was not there', 'P9', 'and it was', "UPDATE {decision} SET previous = 'rejected' WHERE verdict = 'undo'"],
  ['leases of another length', 'P10', 'does not have its length', 'UPDATE {task_run} SET lease_ms = lease_ms + 1'],
  ['a time before the one before', 'P10', 'dated by another clock', "UPDATE {event} SET at = at - 3600000 WHERE type = 'undo'"],
]

describe.each(await targetKinds())('the checker on %s', kind => {
  let told: ToldTarget
  beforeAll(async () => { told = await toldTarget(kind) })
  afterAll(() => told.drop())

  test('finds nothing in a database that is whole', async () => {
    expect(await told.found()).toEqual([])
  })

  test.each(BREACHES)('finds %s', async (_, promise, says, ...statements) => {
    expect(await told.found(statements)).toContainEqual({ promise, what: expect.stringContaining(says) as string })
  })

  // What a unique index forbids can be planted where the index is dropped with it.
  if (kind === 'sqlite') test.each([
    ['a submission id', 'P6', 'one submission id twice', 'submission', 'client_id', "UPDATE {submission} SET client_id = 'same'"],
    ['a decision id', 'P6', 'decided twice under one decision id', 'decision', 'batch_id', "UPDATE {decision} SET batch_id = 'decision-1'"],
    ['the key of an entry', 'P8', 'twice under its key', 'ledger_entry', 'entry_key', "UPDATE {ledger_entry} SET entry_key = 'same'"],
    ['a payout', 'P8', 'paid out twice', 'payout', 'reason', `INSERT INTO {payout} (id, run_id, unit_id, worker_id, reason, status, amount_minor, currency, created_at, updated_at)
      SELECT e.feed, e.run_id, 'unit', 'worker', 'pay', 'paid', 1, 'USD', 0, 0 FROM {event} e WHERE e.feed < 3`],
  ] as const)('finds %s that is there twice', async (...[, promise, says, table, column, statement]) => {
    const indexes = await told.client.$queryRawUnsafe<{ name: string }[]>(`SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'mephisto_${table}' AND sql LIKE 'CREATE UNIQUE%"${column}"%'`)
    expect(indexes).toHaveLength(1)
    expect(await told.found([statement], { before: `DROP INDEX "${indexes[0]?.name ?? ''}"` })).toContainEqual({ promise, what: expect.stringContaining(says) as string })
  })

  test('finds what clients were told otherwise', async () => {
    const [answer, decision] = [told.acknowledged.answers[0], told.acknowledged.decisions[0]]
    const saying = async (heard: Acknowledged): Promise<string> => (await told.found([], { heard })).map(({ promise, what }) => `${promise} ${what}`).join()
    expect(answer && decision).toBeTruthy()
    if (!answer || !decision) return
    expect(await saying({ answers: [{ ...answer, submissionId: 'another' }] })).toMatch(/^P4 .* is not stored$/)
    expect(await saying({ answers: [{ ...answer, outcome: 'set_aside' }] })).toMatch(/^P4 .* as set_aside/)
    expect(await saying({ answers: [{ ...answer, answer: { label: 'negative' } }] })).toMatch(/^P4 .* something else than was sent$/)
    expect(await saying({ answers: [{ ...answer, reply: {} }] })).toMatch(/^P6 .* another reply/)
    expect(await saying({ decisions: [{ ...decision, decisionId: 'another' }] })).toMatch(/^P4 .* is not stored$/)
    expect(await saying({ decisions: [{ ...decision, outcomes: [] }] })).toMatch(/^P6 .* another reply/)
  })
})
