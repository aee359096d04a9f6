import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isStanding, UNIT_STATUSES, type UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { lastRankOfItem, rankIn } from '../../sdk/data-model/rank.js'
import { comesBack, missingUnits, placeFor, plannedReplacements } from '../../sdk/operations/replacing.js'
import type { ItemUnit } from '../../sdk/ports/replacement-operations.js'

const unit = (index: number, status: UnitStatus, replaces: number | null = null): ItemUnit => ({
  id: `u${String(index)}`, assignmentId: 'a', unitIndex: index, status, rank: rankIn({ order: 'fifo', seed: 0 }, { position: 7, unitIndex: index, priority: 0 }),
  replacesUnitId: replaces === null ? null : `u${String(replaces)}`,
})
const all = { isAskedFor: () => true, most: 5 }

describe('units that an item lacks', () => {
  test('are so many that each wanted answer has a place', () => {
    expect(missingUnits([unit(0, 'accepted')], { wanted: 3, order: 'fifo' })).toEqual([1, 2].map(unitIndex => ({ assignmentId: 'a', unitIndex, rank: unit(unitIndex, 'created').rank, replacesUnitId: null })))
    expect(missingUnits([unit(0, 'rejected'), unit(1, 'accepted', 0)], { wanted: 2, order: 'fifo' })).toMatchObject([{ unitIndex: 2, replacesUnitId: null }])
    expect(missingUnits([unit(0, 'expired'), unit(1, 'rejected')], { wanted: 2, order: 'fifo' })).toEqual([])
    expect(missingUnits([unit(0, 'created'), unit(1, 'created')], { wanted: 1, order: 'fifo' })).toEqual([])
    expect(missingUnits([], { wanted: 3, order: 'fifo' })).toEqual([])
  })

  test('are in the layer of their place, not of their index', () => {
    const [more] = missingUnits([unit(0, 'rejected'), unit(1, 'accepted', 0)], { wanted: 2, order: 'breadth_first' })
    const second = rankIn({ order: 'breadth_first', seed: 0 }, { position: 7, unitIndex: 1, priority: 0 })
    expect(lastRankOfItem(more?.rank ?? 0)).toBe(lastRankOfItem(second))
  })

  test('are never more than an item can have', () => {
    expect(missingUnits([unit(0, 'rejected'), unit(1022, 'launched', 0)], { wanted: 5, order: 'fifo' })).toHaveLength(1)
  })
})

describe('units that do work again', () => {
  test('fill an item up to what was wanted of it, and name what they replace', () => {
    const units = [unit(0, 'accepted'), unit(1, 'rejected'), unit(2, 'expired')]
    expect(plannedReplacements(units, all)).toEqual({
      planned: [
        { assignmentId: 'a', unitIndex: 3, rank: unit(3, 'created').rank, replacesUnitId: 'u1' },
        { assignmentId: 'a', unitIndex: 4, rank: unit(4, 'created').rank, replacesUnitId: 'u2' },
      ], isAtLimit: false,
    })
    expect(plannedReplacements([...units, unit(3, 'launched', 1)], all).planned).toMatchObject([{ unitIndex: 4, replacesUnitId: 'u2' }])
  })

  test('are none where nothing is missing, or nothing that is asked for', () => {
    expect(plannedReplacements([unit(0, 'rejected'), unit(1, 'launched', 0)], all)).toEqual({ planned: [], isAtLimit: false })
    expect(plannedReplacements([unit(0, 'rejected')], { ...all, isAskedFor: ({ status }) => status === 'expired' })).toEqual({ planned: [], isAtLimit: false })
    expect(plannedReplacements([], all)).toEqual({ planned: [], isAtLimit: false })
  })

  test('are one for each place, however often it was given away', () => {
    const units = [unit(0, 'soft_rejected'), unit(1, 'rejected'), unit(2, 'accepted'), unit(3, 'rejected', 1)]
    expect(plannedReplacements(units, { ...all, isAskedFor: ({ status }) => status === 'rejected' }).planned).toMatchObject([{ unitIndex: 4, replacesUnitId: 'u3' }])
    expect(plannedReplacements(units, all).planned).toMatchObject([{ replacesUnitId: 'u0' }, { replacesUnitId: 'u3' }])
    // What came back and was rejected again: the one that was withdrawn for it is the last of its place.
    expect(plannedReplacements([unit(0, 'rejected'), unit(1, 'expired', 0)], { ...all, isAskedFor: ({ id }) => id === 'u0' }).planned).toMatchObject([{ replacesUnitId: 'u1' }])
    // Nothing that was paid for, unless it is asked for.
    expect(plannedReplacements([unit(0, 'rejected'), unit(1, 'soft_rejected', 0)], { ...all, isAskedFor: ({ status }) => status === 'rejected' }).planned).toEqual([])
  })

  test('end at the limit, and it is said', () => {
    const units = [unit(0, 'rejected'), unit(1, 'rejected', 0), unit(2, 'rejected', 1)]
    expect(plannedReplacements(units, { ...all, most: 2 })).toEqual({ planned: [], isAtLimit: true })
    expect(plannedReplacements(units, { ...all, most: 3 })).toMatchObject({ planned: [{ unitIndex: 3, replacesUnitId: 'u2' }], isAtLimit: false })
    expect(plannedReplacements([unit(1023, 'rejected')], all)).toEqual({ planned: [], isAtLimit: true })
  })

  test('stay in the layer of their item', () => {
    const layered = { ...unit(1, 'rejected'), rank: rankIn({ order: 'breadth_first', seed: 0 }, { position: 7, unitIndex: 1, priority: 0 }) }
    const [planned] = plannedReplacements([layered], all).planned
    expect(lastRankOfItem(planned?.rank ?? 0)).toBe(lastRankOfItem(layered.rank))
  })

  test('never make more units stand than were wanted, whatever the item has', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...UNIT_STATUSES), { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (statuses, most) => {
      const units = statuses.map((status, index) => unit(index, status))
      const standing = units.filter(({ status }) => isStanding(status)).length
      const { planned } = plannedReplacements(units, { ...all, most })
      expect(standing + planned.length).toBeLessThanOrEqual(units.length)
      expect(new Set([...units.map(one => one.unitIndex), ...planned.map(one => one.unitIndex)]).size).toBe(units.length + planned.length)
    }))
  })
})

describe('a unit that comes back', () => {
  test('takes its place where it is free, or that of a free unit', () => {
    expect(placeFor('u0', [unit(0, 'rejected')])).toEqual({ fits: true, withdraw: null })
    expect(placeFor('u0', [unit(0, 'rejected'), unit(1, 'launched', 0)])).toMatchObject({ fits: true, withdraw: { id: 'u1' } })
    expect(placeFor('u0', [unit(0, 'rejected'), unit(1, 'created', 0)])).toMatchObject({ fits: true, withdraw: { id: 'u1' } })
    for (const status of ['assigned', 'completed', 'accepted'] as const) expect(placeFor('u0', [unit(0, 'rejected'), unit(1, status, 0)])).toEqual({ fits: false, withdraw: null })
    expect(placeFor('u0', [unit(0, 'rejected'), unit(1, 'soft_rejected', 0)])).toEqual({ fits: true, withdraw: null })
  })

  test('has nothing to do with the other places of its item', () => {
    const units = [unit(0, 'rejected'), unit(1, 'launched'), unit(2, 'soft_rejected'), unit(3, 'rejected', 0), unit(4, 'accepted', 3)]
    expect(placeFor('u0', units)).toEqual({ fits: false, withdraw: null })
    expect(placeFor('u3', units)).toEqual({ fits: false, withdraw: null })
    expect(placeFor('u2', units)).toEqual({ fits: true, withdraw: null })
  })

  test('is one that was rejected, whatever it becomes that counts', () => {
    expect(comesBack('rejected', 'accepted')).toBe(true)
    expect(comesBack('soft_rejected', 'completed')).toBe(true)
    expect(comesBack('accepted', 'completed')).toBe(false)
    expect(comesBack('completed', 'rejected')).toBe(false)
  })
})
