import { describe, expect, it } from 'vitest'
import { withStatus } from '../../react/review/queue-list/queue-cache.js'
import type { QueueParts } from '../../react/review/queue-list/queue-parts.js'
import { reviewFailureOf } from '../../react/review/review-failure.js'
import { ENGLISH } from '../../react/review/texts/english.js'
import { mainTextOf, textOf } from '../../react/review/text-of.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'

function unit(number: number): ReviewUnitView {
  return {
    unitId: `u${String(number)}`, runId: 'r', assignmentId: 'a', position: number, unitIndex: 0, kind: 'standard', status: 'completed', worker: 'w',
    pseudonym: 'p', input: {}, answer: {}, derived: null, isOlder: false, shortenedFrom: null, schemaHash: 'h', submittedAt: new Date(number * 1000).toISOString(), durationMs: 1,
    pay: { minor: 5, currency: 'USD' }, decision: null, claim: null, isReadTwice: false, isDisputed: false, opinions: [],
  }
}

/** Parts that follow one another, from the start of a list to its end. */
function parts(...numbers: number[][]): QueueParts {
  const cursor = (index: number) => (index <= 0 || index >= numbers.length ? null : String(index))
  const before = (index: number) => numbers.slice(0, index).flat().length
  return {
    parts: numbers.map((part, index) => ({ units: part.map(unit), looked: part.length, before: before(index), startCursor: cursor(index), nextCursor: cursor(index + 1) })),
    total: before(numbers.length), isMore: false, wanted: null,
  }
}

const ids = (list: QueueParts) => list.parts.map(part => part.units.map(({ unitId }) => unitId))
const places = (list: QueueParts) => [...list.parts.map(({ before, looked }) => [before, looked]), list.total]

describe('withStatus', () => {
  it('takes a decided unit out of the waiting ones', () => {
    const kept = withStatus(parts([1, 2], [3]), { outcome: { unitId: 'u2', status: 'accepted' }, statuses: ['completed'], before: unit(2) })
    expect(ids(kept)).toEqual([['u1'], ['u3']])
    expect(places(kept)).toEqual([[0, 1], [1, 1], 2])
  })

  it('puts an undone unit back into a gap, of which only the places after it tell', () => {
    const list = parts([1, 2], [7, 8])
    const apart = { ...list, total: 8, parts: list.parts.map((part, index) => (index === 0 ? part : { ...part, startCursor: 'later', before: 6 })) }
    const kept = withStatus(apart, { outcome: { unitId: 'u4', status: 'completed' }, statuses: ['completed'], before: { ...unit(4), status: 'accepted' } })
    expect(ids(kept)).toEqual([['u1', 'u2'], ['u7', 'u8']])
    expect(places(kept)).toEqual([[0, 2], [7, 2], 9])
  })

  it.each([[2, [['u1', 'u2', 'u3'], ['u5']]], [4, [['u1', 'u3'], ['u4', 'u5']]], [6, [['u1', 'u3'], ['u5', 'u6']]]])(
    'puts undone unit %d back by the time of its answer', (number, expected) => {
      const before = { ...unit(number), status: 'accepted' as const }
      const outcome = { unitId: before.unitId, status: 'completed' as const }
      expect(ids(withStatus(parts([1, 3], [5]), { outcome, statuses: ['completed'], before }))).toEqual(expected)
    })

  it('puts an undone unit into an empty queue', () => {
    const outcome = { unitId: 'u1', status: 'completed' as const }
    expect(ids(withStatus(parts([]), { outcome, statuses: ['completed'], before: unit(1) }))).toEqual([['u1']])
  })
})

describe('reviewFailureOf', () => {
  it.each([
    [{ message: 'm', data: { mephistoCode: 'unauthenticated' } }, 'not_logged_in'],
    [{ message: 'm', data: { mephistoCode: 'forbidden' } }, 'role_missing'],
    [{ message: 'm', data: { mephistoCode: 'not_found' } }, 'not_found'],
    [{ message: 'm', data: { mephistoCode: 'illegal_move' } }, 'refused'],
    [{ message: 'm', data: { mephistoCode: 'unavailable' } }, 'away'],
    [new TypeError('Failed to fetch'), 'away'],
    [Object.assign(new Error('Unexpected token <'), { meta: { response: { status: 502 } } }), 'away'],
    [Object.assign(new Error('Unexpected token <'), { meta: { response: { status: 401 } } }), 'not_logged_in'],
    [undefined, 'away'],
  ])('sorts %o as %s', (error, kind) => {
    expect(reviewFailureOf(error).kind).toBe(kind)
  })
})

describe('texts at a glance', () => {
  it('shows values in one short line', () => {
    expect(textOf({ kind: 'fact', sure: true, tags: ['a', 'b'], comment: '' }, 80, ENGLISH.common)).toBe('fact · yes · a · b')
    expect(textOf('x'.repeat(100), 10, ENGLISH.common)).toBe(`${'x'.repeat(9)}…`)
    expect(mainTextOf({ year: 1961, sentence: 'A longer text.' }, 80, ENGLISH.common)).toBe('A longer text.')
    expect(mainTextOf(null, 80, ENGLISH.common)).toBe('')
  })
})
