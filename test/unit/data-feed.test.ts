import { describe, expect, test } from 'vitest'
import { awaitsRows, isLow, roomFor, UNREAD_FEED } from '../../sdk/data-model/data-feed.js'

describe('how many rows a run has room for', () => {
  test.each([
    [{ ahead: 100, free: 0, unitsPerAssignment: 1 }, 100, true], [{ ahead: 100, free: 50, unitsPerAssignment: 1 }, 50, true], [{ ahead: 100, free: 51, unitsPerAssignment: 1 }, 49, false],
    [{ ahead: 100, free: 100, unitsPerAssignment: 1 }, 0, false], [{ ahead: 100, free: 130, unitsPerAssignment: 1 }, 0, false], [{ ahead: 1, free: 0, unitsPerAssignment: 1 }, 1, true], [{ ahead: 1, free: 1, unitsPerAssignment: 1 }, 0, false],
    [{ ahead: 3, free: 0, unitsPerAssignment: 3 }, 1, true], [{ ahead: 3, free: 1, unitsPerAssignment: 3 }, 0, false], [{ ahead: 10, free: 5, unitsPerAssignment: 3 }, 1, true], [{ ahead: 10, free: 8, unitsPerAssignment: 3 }, 0, false],
  ])('%j', (stock, room, low) => {
    expect([roomFor(stock), isLow(stock)]).toEqual([room, low])
  })

  test('is one where its items got more units than the bound, or it would never go on', () => {
    expect([roomFor({ ahead: 2, free: 0, unitsPerAssignment: 5 }), isLow({ ahead: 2, free: 0, unitsPerAssignment: 5 })]).toEqual([1, true])
    expect(roomFor({ ahead: 2, free: 1, unitsPerAssignment: 5 })).toBe(0)
  })
})

test('a run awaits rows while it goes on and its feed has not ended', () => {
  const awaits = (status: 'running' | 'paused' | 'draining' | 'completed', feed: 'open' | 'failed' | 'ended' | null) => awaitsRows({ status, dataFeed: feed === null ? null : { ...UNREAD_FEED, status: feed } })
  expect([awaits('running', 'open'), awaits('paused', 'open'), awaits('running', 'failed')]).toEqual([true, true, true])
  expect([awaits('running', 'ended'), awaits('draining', 'open'), awaits('completed', 'ended'), awaits('running', null)]).toEqual([false, false, false, false])
})
