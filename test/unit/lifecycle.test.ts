import { describe, expect, test } from 'vitest'
import {
  AGENT_MOVES, AGENT_STATUSES, assignmentStatus, nextAgentStatus, nextRunStatus, nextUnitStatus, RUN_MOVES, RUN_STATUSES, UNIT_MOVES, UNIT_STATUSES,
  unitVerbForAgent, type AgentVerb, type RunVerb, type UnitStatus, type UnitVerb,
} from '../../sdk/data-model/lifecycle.js'

/** Every (status, verb) pair of a table, legal or not. */
function pairs<TStatus extends string, TVerb extends string>(statuses: readonly TStatus[], moves: Readonly<Record<TVerb, { from: readonly TStatus[]; to: TStatus }>>) {
  return statuses.flatMap(from => (Object.keys(moves) as TVerb[]).map(verb => ({ from, verb, to: moves[verb].from.includes(from) ? moves[verb].to : null })))
}

describe('unit moves', () => {
  // Written out once more, from the architecture, so that the table cannot agree with itself.
  const legal: Readonly<Record<UnitVerb, readonly [readonly UnitStatus[], UnitStatus]>> = {
    launch: [['created'], 'launched'],
    assign: [['launched'], 'assigned'],
    release: [['assigned'], 'launched'],
    complete: [['assigned'], 'completed'],
    expire: [['created', 'launched', 'assigned'], 'expired'],
    approve: [['completed'], 'accepted'],
    overturn: [['rejected'], 'accepted'],
    soft_reject: [['completed'], 'soft_rejected'],
    reject: [['completed'], 'rejected'],
    undo: [['accepted', 'soft_rejected', 'rejected'], 'completed'],
  }
  test.each(pairs<UnitStatus, UnitVerb>(UNIT_STATUSES, UNIT_MOVES))('$from $verb → $to', ({ from, verb }) => {
    const [sources, to] = legal[verb]
    if (sources.includes(from)) expect(nextUnitStatus(from, verb)).toBe(to)
    else expect(() => nextUnitStatus(from, verb)).toThrow(expect.objectContaining({ code: 'illegal_move', message: expect.stringContaining(from) as string }) as Error)
  })
  test('an illegal move names the legal ones', () => {
    expect(() => nextUnitStatus('launched', 'approve')).toThrow('from here it can: assign, expire')
    expect(() => nextUnitStatus('expired', 'assign')).toThrow('it can no longer move')
  })
})

describe('agent moves', () => {
  test.each(pairs(AGENT_STATUSES, AGENT_MOVES))('$from $verb → $to', ({ from, verb, to }) => {
    if (to === null) expect(() => nextAgentStatus(from, verb)).toThrow(expect.objectContaining({ code: 'illegal_move' }) as Error)
    else expect(nextAgentStatus(from, verb)).toBe(to)
  })
  test('an attempt that ended without an answer never moves again', () => {
    const verbs = Object.keys(AGENT_MOVES) as AgentVerb[]
    for (const ended of ['returned', 'disconnect', 'timeout', 'expired', 'partner_disconnect'] as const) {
      for (const verb of verbs) expect(() => nextAgentStatus(ended, verb)).toThrow()
    }
  })
  test('every end of an agent is a legal move of a unit that is under way or under review', () => {
    for (const status of AGENT_STATUSES) {
      const verb = unitVerbForAgent(status)
      if (verb !== null) expect(UNIT_MOVES[verb].from.some(from => from === 'assigned' || from === 'completed')).toBe(true)
    }
    expect(unitVerbForAgent('in_task')).toBeNull()
    expect(unitVerbForAgent('timeout')).toBe('release')
    expect(unitVerbForAgent('approved')).toBe('approve')
  })
})

describe('run moves', () => {
  test.each(pairs(RUN_STATUSES, RUN_MOVES))('$from $verb → $to', ({ from, verb, to }) => {
    if (to === null) expect(() => nextRunStatus(from, verb)).toThrow(expect.objectContaining({ code: 'illegal_move' }) as Error)
    else expect(nextRunStatus(from, verb)).toBe(to)
  })
  test('an ended run never moves again, unless it is reopened', () => {
    for (const ended of ['completed', 'expired', 'failed'] as const) {
      for (const verb of Object.keys(RUN_MOVES) as RunVerb[]) {
        if (verb === 'reopen' && ended !== 'failed') expect(nextRunStatus(ended, verb)).toBe('running')
        else expect(() => nextRunStatus(ended, verb)).toThrow()
      }
    }
  })
})

describe('assignment status', () => {
  test.each([
    [[], 'created'],
    [['accepted', 'accepted'], 'accepted'],
    [['accepted', 'created'], 'created'],
    [['accepted', 'launched'], 'launched'],
    [['completed', 'assigned'], 'assigned'],
    [['accepted', 'completed'], 'completed'],
    [['accepted', 'rejected'], 'mixed'],
    [['expired', 'accepted'], 'mixed'],
  ] as const)('%j → %s', (units, status) => {
    expect(assignmentStatus(units)).toBe(status)
  })
  test('[24] is total: every combination of two statuses has one', () => {
    for (const one of UNIT_STATUSES) for (const other of UNIT_STATUSES) expect(assignmentStatus([one, other])).toBe(assignmentStatus([other, one]))
  })
})
