import { describe, expect, test } from 'vitest'
import { lastRankOfItem, rankIn, rankOf, rankOfMore, UNIT_ORDERS, type UnitOrder } from '../../sdk/data-model/rank.js'

const items = 200
const unitsOf = (order: UnitOrder, { seed = 7, priorityOf = (_position: number): number => 0 } = {}) =>
  Array.from({ length: items }, (_, position) => [0, 1, 2].map(unitIndex => ({ position, unitIndex, rank: rankIn({ order, seed }, { position, unitIndex, priority: priorityOf(position) }) })))
    .flat().sort((a, b) => a.rank - b.rank)

describe('ranks', () => {
  test.each(UNIT_ORDERS)('%s: are different for all units, and whole numbers that every database keeps', order => {
    const ranks = unitsOf(order).map(unit => unit.rank)
    expect(new Set(ranks).size).toBe(3 * items)
    const largest = rankIn({ order, seed: 1 }, { position: 2 ** 29 - 1, unitIndex: 999, priority: 0 })
    expect(Number.isSafeInteger(largest)).toBe(true)
  })

  test('fifo: item by item', () => {
    expect(unitsOf('fifo').slice(0, 4).map(({ position, unitIndex }) => [position, unitIndex])).toEqual([[0, 0], [0, 1], [0, 2], [1, 0]])
  })

  test('breadth first: every item once before any twice', () => {
    const units = unitsOf('breadth_first')
    expect(units.slice(0, items).map(unit => unit.unitIndex)).toEqual(Array.from({ length: items }, () => 0))
    expect(units.slice(0, items).map(unit => unit.position)).toEqual(Array.from({ length: items }, (_, position) => position))
  })

  test('random: by the seed, with no two items in one place, spread over all', () => {
    const order = (seed: number) => unitsOf('random', { seed }).filter(unit => unit.unitIndex === 0).map(unit => unit.position)
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
    expect(new Set(order(1)).size).toBe(items)
    const firstHalf = order(1).slice(0, items / 2)
    expect(firstHalf.reduce((sum, position) => sum + position, 0) / firstHalf.length).toBeGreaterThan(items * 0.35)
    expect(firstHalf.reduce((sum, position) => sum + position, 0) / firstHalf.length).toBeLessThan(items * 0.65)
    const follows = order(1).filter((position, index, all) => position === (all[index - 1] ?? NaN) + 1).length
    expect(follows).toBeLessThan(items / 10)
  })

  test('put items of a higher priority first, whatever the order', () => {
    for (const order of UNIT_ORDERS) {
      const units = unitsOf(order, { priorityOf: position => (position === 150 ? 9 : position === 100 ? 5 : 0) })
      expect([...new Set(units.map(unit => unit.position))].slice(0, 2)).toEqual([150, 100])
    }
  })

  test('of one more unit of an item are those that it would have got at launch', () => {
    for (const order of UNIT_ORDERS) {
      for (const [position, priority] of [[0, 0], [7, 9], [2 ** 29 - 1, 3]] as const) {
        const rank = (unitIndex: number) => rankIn({ order, seed: 5 }, { position, unitIndex, priority })
        for (const unitIndex of [1, 2, 999]) expect(rankOfMore(order, rank(0), { layer: unitIndex, unitIndex })).toBe(rank(unitIndex))
      }
    }
  })

  test('know where an item ends', () => {
    expect(lastRankOfItem(rankOf(4, 2))).toBe(rankOf(5, 0) - 1)
    for (const order of UNIT_ORDERS) {
      const rank = rankIn({ order, seed: 3 }, { position: 9, unitIndex: 0, priority: 4 })
      expect(lastRankOfItem(rank)).toBeGreaterThanOrEqual(rank)
      expect(lastRankOfItem(rank) - rank).toBeLessThan(1024)
    }
  })
})
