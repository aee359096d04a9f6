import { describe, expect, test } from 'vitest'
import { byItem, portions } from '../../sdk/operations/data-browser/run-statistics.js'

describe('the latest answers of a run', () => {
  test('are those of one item together, the item whose answer came last first', () => {
    const units = [['u1', 'b'], ['u2', 'a'], ['u3', 'b']].map(([unitId = '', assignmentId = '']) => ({ unitId, assignmentId }))
    expect(byItem(units)).toEqual([['u1', 'u3'], ['u2']])
    expect(byItem([])).toEqual([])
  })

  test('are read in portions, no item in two', () => {
    expect([...portions([['a', 'b'], ['c'], ['d', 'e'], ['f', 'g', 'h', 'i'], ['j']], 3)]).toEqual([[['a', 'b'], ['c']], [['d', 'e']], [['f', 'g', 'h', 'i']], [['j']]])
    expect([...portions([], 3)]).toEqual([])
  })
})
