import { describe, expect, test } from 'vitest'
import { UNREAD_FEED } from '../../sdk/data-model/data-feed.js'
import type { Attempt, Candidate } from '../../sdk/ports/unit-operations.js'
import { affordableUnits, capRefusal, capsOf } from '../../sdk/operations/caps.js'
import { emptyHandedReason, judgeAnswer, matchUnits, pairKey, runRefusal } from '../../sdk/operations/eligibility.js'

const candidate = (unitId: string, rank: number, assignmentId = `item-${unitId}`): Candidate => ({ unitId, kind: 'standard', assignmentId, rank, fence: 0, input: '{}' })

describe('who gets which unit', () => {
  test('each worker gets the first unit nobody before them took', () => {
    const matches = matchUnits([{ workerId: 'ann', cursor: -1 }, { workerId: 'ben', cursor: -1 }], [candidate('a', 0), candidate('b', 1)], { seen: new Set(), asked: new Set() })
    expect([...matches].map(([worker, { unitId }]) => [worker, unitId])).toEqual([['ann', 'a'], ['ben', 'b']])
  })
  test('not behind where the worker was, and not an item they are done with', () => {
    const units = [candidate('a', 0, 'x'), candidate('b', 1, 'y'), candidate('c', 2, 'z')]
    expect(matchUnits([{ workerId: 'ann', cursor: 0 }], units, { seen: new Set([pairKey('ann', 'y')]), asked: new Set() }).get('ann')?.unitId).toBe('c')
    expect(matchUnits([{ workerId: 'ann', cursor: 2 }], units, { seen: new Set(), asked: new Set() }).size).toBe(0)
  })
  test('behind where the worker was what is known not to be theirs', () => {
    const units = [candidate('a', 0, 'x'), candidate('b', 1, 'y'), candidate('c', 2, 'z')]
    expect(matchUnits([{ workerId: 'ann', cursor: 2 }], units, { seen: new Set([pairKey('ann', 'x')]), asked: new Set(['a', 'b']) }).get('ann')?.unitId).toBe('b')
  })
})

describe('why a worker gets nothing', () => {
  test.each([
    ['created', 5, 'run_not_started'], ['launching', 5, 'run_not_started'], ['running', 5, null], ['running', 0, 'all_answered'], ['paused', 5, 'run_paused'],
    ['draining', 5, 'run_draining'], ['completed', 0, 'all_answered'], ['expired', 0, 'run_ended'], ['expired', 5, 'run_ended'], ['failed', 0, 'run_ended'],
  ] as const)('a run that is %s with %i open units: %s', (status, unitsOpen, reason) => {
    expect(runRefusal({ status, unitsOpen, dataFeed: null })).toBe(reason)
  })
  test('the reason is the true one', () => {
    const run = { status: 'running', dataFeed: null, config: {} } as const
    expect(emptyHandedReason({ launched: true, assigned: false }, run)).toBe('none_left_for_you')
    expect(emptyHandedReason({ launched: false, assigned: true }, run)).toBe('all_taken')
    expect(emptyHandedReason({ launched: false, assigned: false }, run)).toBe('all_answered')
  })
  test('more may come while the feed of a run has not ended', () => {
    const run = { status: 'running', unitsOpen: 0, dataFeed: UNREAD_FEED, config: {} } as const
    expect(runRefusal(run)).toBeNull()
    expect(runRefusal({ ...run, status: 'paused' })).toBe('run_paused')
    expect(runRefusal({ ...run, dataFeed: { ...UNREAD_FEED, status: 'ended' } })).toBe('all_answered')
    expect(emptyHandedReason({ launched: true, assigned: true }, run)).toBe('none_left_for_you')
    for (const assigned of [true, false]) expect(emptyHandedReason({ launched: false, assigned }, run)).toBe('waiting_for_items')
  })
  test('what is left is for others where items are for particular people', () => {
    const run = { status: 'running', dataFeed: null, config: { hasAssignees: true } } as const
    const reason = (launched: boolean, assigned: boolean, dataFeed = run.dataFeed as typeof UNREAD_FEED | null) => emptyHandedReason({ launched, assigned }, { ...run, dataFeed })
    expect([reason(true, false), reason(true, true), reason(false, true), reason(false, false)]).toEqual(['none_suitable', 'none_suitable', 'none_suitable', 'all_answered'])
    expect([reason(true, true, UNREAD_FEED), reason(false, true, UNREAD_FEED), reason(false, false, UNREAD_FEED)]).toEqual(['none_suitable', 'waiting_for_items', 'waiting_for_items'])
  })
  test('a budget affords whole units only', () => {
    const run = { id: 'r', currency: 'USD', budgetMinor: 100, payMinor: 30, reservedMinor: 30, owedMinor: 5, paidMinor: 0 }
    const units = (change: Partial<typeof run> | { budgetMinor: null }) => affordableUnits({ ...run, ...change }, capsOf({ ...run, ...change }, null))
    expect(units({})).toBe(2)
    expect(units({ reservedMinor: 100 })).toBe(0)
    expect(units({ payMinor: 0 })).toBe(Infinity)
    expect(units({ budgetMinor: null })).toBe(Infinity)
  })
  test('of two budgets the smaller remainder counts, and is the reason; one in another currency covers nothing', () => {
    const run = { id: 'r', currency: 'USD', budgetMinor: 100, payMinor: 30, reservedMinor: 0, owedMinor: 0, paidMinor: 0 }
    const caps = (usedMinor: number, currency = 'USD', spent = 0) => capsOf({ ...run, paidMinor: spent }, { projectId: 'p', name: 'study', currency, budgetMinor: 200, usedMinor, otherCurrencies: [] })
    expect([caps(0), caps(165), caps(171), caps(0, 'EUR')].map(those => affordableUnits(run, those))).toEqual([3, 1, 0, 0])
    expect([caps(171), caps(0, 'EUR')].map(those => capRefusal(those))).toEqual(['project_budget_exhausted', 'project_budget_exhausted'])
    expect([caps(0, 'USD', 80), caps(180, 'USD', 80)].map(those => capRefusal(those))).toEqual(['budget_exhausted', 'budget_exhausted'])
  })
})

describe('whether an answer counts', () => {
  const attempt = (agent: Partial<Attempt['agent']>, unit: Partial<Attempt['unit']> = {}, run: Partial<Attempt['run']> = {}): Attempt => ({
    head: { streamId: 'agent', count: 1, hash: '' },
    agent: { id: 'agent', runId: 'run', workerId: 'ann', unitId: 'unit', assignmentId: 'item', status: 'in_task', fence: 1, acceptedAt: 0, ...agent },
    unit: { id: 'unit', runId: 'run', assignmentId: 'item', unitIndex: 0, kind: 'standard', status: 'assigned', workerId: 'ann', agentId: 'agent', fence: 1, leaseUntil: 100, ...unit },
    run: { id: 'run', status: 'running', leaseMs: 100, payMinor: 5, currency: 'USD', ...run },
  })
  test.each([
    ['with a good lease', attempt({}), 99, 'counts'],
    ['in a paused run', attempt({}, {}, { status: 'paused' }), 99, 'counts'],
    ['at the moment the lease ends', attempt({}), 100, 'lease_expired'],
    ['after the sweep', attempt({ status: 'timeout' }), 50, 'lease_expired'],
    ['after giving it back', attempt({ status: 'returned' }), 50, 'returned'],
    ['a second time', attempt({ status: 'completed' }), 50, 'already_submitted'],
    ['after it was approved', attempt({ status: 'approved' }), 50, 'already_submitted'],
    ['after the run ended', attempt({}, {}, { status: 'expired' }), 50, 'run_ended'],
    ['after the unit expired', attempt({ status: 'expired' }), 50, 'run_ended'],
    ['with an older fence', attempt({}, { fence: 2 }), 50, 'superseded'],
    ['when the unit is another agent’s', attempt({}, { agentId: 'other' }), 50, 'superseded'],
  ] as const)('%s', (_, given, at, verdict) => {
    expect(judgeAnswer(given, at)).toBe(verdict)
  })
})
