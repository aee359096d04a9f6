import { describe, expect, test } from 'vitest'
import { FULL_SUPPLY, NO_GATES, type TaskRun } from '../../sdk/data-model/entities.js'
import { NO_FEATURES } from '../../sdk/data-model/features.js'
import { UNIT_STATUSES, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { paceOf } from '../../sdk/operations/run-pace.js'
import { medianOf } from '../../sdk/operations/run-progress.js'

const HOUR_MS = 3_600_000
const RUN: TaskRun = {
  id: 'run', taskId: 'task', taskName: 'tweets', requester: 'lab', provider: 'inhouse', blueprintType: 'sentiment', schemaHash: 'h', status: 'running',
  config: { title: '', description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: {}, page: null }, unitsPerAssignment: 1, leaseMs: 60_000, currency: 'USD', payMinor: 10, budgetMinor: null, cappedBy: null, freeFrom: 0,
  reservedMinor: 0, owedMinor: 0, paidMinor: 0, unitsTotal: 10, unitsOpen: 10, unitsAnswered: 0, dataFeed: null, createdAt: 0, startedAt: 0, endedAt: null, archivedAt: null, dataRemovedAt: null,
}
const NONE = Object.fromEntries(UNIT_STATUSES.map(status => [status, 0])) as Record<UnitStatus, number>

describe('the pace of a run', () => {
  test('is not known before the launch', () => {
    expect(paceOf({ ...RUN, startedAt: null, status: 'launching' }, { ...NONE, launched: 10 }, { answeredLastHour: 0, at: 5, caps: [] })).toEqual({ answersPerHour: null, answersPerHourSinceStart: null, finishesAt: null, forecastMinor: 100 })
  })

  test('of a young run is told from a minute at least, also when the clock has jumped back', () => {
    for (const at of [0, 1, -HOUR_MS, 60_000]) expect(paceOf({ ...RUN, unitsAnswered: 1 }, { ...NONE, launched: 9, completed: 1 }, { answeredLastHour: 1, at, caps: [] }).answersPerHour).toBe(60)
  })

  test('of a draining run waits only for what is under way', () => {
    const run = { ...RUN, status: 'draining' as const, reservedMinor: 20, unitsAnswered: 4 }
    expect(paceOf(run, { ...NONE, assigned: 2, launched: 4 }, { answeredLastHour: 4, at: HOUR_MS, caps: [] })).toEqual({ answersPerHour: 4, answersPerHourSinceStart: 4, finishesAt: 1.5 * HOUR_MS, forecastMinor: 20 })
  })

  test('stops with the run', () => {
    const run = { ...RUN, status: 'completed' as const, unitsAnswered: 10, endedAt: 2 * HOUR_MS }
    expect(paceOf(run, { ...NONE, accepted: 10 }, { answeredLastHour: 0, at: 20 * HOUR_MS, caps: [] })).toMatchObject({ answersPerHour: 0, answersPerHourSinceStart: 5, finishesAt: null })
  })
})

test.each([[[], null], [[3], 3], [[5, 1], 3], [[9, 1, 2], 2], [[1, 2], 2]])('the median of %j is %j', (numbers, median) => {
  expect(medianOf(numbers)).toBe(median)
})
