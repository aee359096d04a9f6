import { expect, test } from 'vitest'
import { coalesce } from '../../sdk/operations/coalesce.js'

test('callers that arrive while a batch is under way share the next one', async () => {
  const batches: number[][] = []
  const double = coalesce<number, number>(async batch => {
    batches.push([...batch])
    await new Promise(resolve => setTimeout(resolve, 5))
    return batch.map(value => ({ ok: true, value: value * 2 }))
  }, 4)
  const first = double(1)
  await new Promise(resolve => setImmediate(resolve))
  expect(await Promise.all([first, ...[2, 3, 4, 5, 6].map(double)])).toEqual([2, 4, 6, 8, 10, 12])
  expect(batches).toEqual([[1], [2, 3, 4, 5], [6]])
})

test('one bad item fails alone', async () => {
  const work = coalesce<number, number>(batch => {
    if (batch.includes(3)) throw new RangeError('three')
    return Promise.resolve(batch.map(value => (value === 2 ? { ok: false, error: new TypeError('two') } : { ok: true, value })))
  })
  const settled = await Promise.allSettled([1, 2, 3, 4].map(work))
  expect(settled.map(result => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual([1, 'two', 'three', 4])
  expect(await work(5)).toBe(5)
})
