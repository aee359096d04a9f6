import { beforeEach, describe, expect, test } from 'vitest'
import { MephistoError } from '../../sdk/errors.js'
import type { DbOperations, MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createGroupCommit, type BatchWork } from '../../sdk/operations/group-commit.js'
import { virtualRuntime } from '../../sdk/testing/index.js'

/** What each transaction did, in order; a transaction that fails leaves `failed`. */
let transactions: string[][]
let current: string[]
/** What the next transactions fail with; null for one that goes well. */
let failures: (Error | null)[]
beforeEach(() => { [transactions, failures] = [[], []] })

const db = {
  async transaction<T>(work: (tx: DbOperations) => Promise<T>): Promise<T> {
    const mine: string[] = (current = [])
    transactions.push(mine)
    await new Promise(resolve => setTimeout(resolve, 2))
    const failure = failures.shift()
    if (failure) throw failure
    current = mine
    return work({ now: () => Promise.resolve(0), runs: { lock: () => Promise.resolve([]) } } as unknown as DbOperations)
  },
} as MephistoDb
const parts = { db, runtime: virtualRuntime() }

interface Item { readonly runId: string; readonly value: number }

const echo = (name: string): BatchWork<Item, number> => (_, items) => {
  const values = items.map(item => item.value)
  current.push(`${name} ${values.join(' ')}`)
  if (values.includes(13)) throw new RangeError('thirteen')
  return Promise.resolve(values.map(value => (value === 2 ? { ok: false, error: new TypeError('two') } : { ok: true, value: value * 10 })))
}

/** Two kinds of work, called with a number. */
function kinds(maxBatch?: number): [one: (value: number) => Promise<number>, other: (value: number) => Promise<number>] {
  const group = createGroupCommit(parts, maxBatch)
  const share = (name: string) => {
    const work = group.share(echo(name))
    return (value: number) => work({ runId: 'run', value })
  }
  return [share('one'), share('other')]
}

test('callers that arrive while a transaction is under way share the next one, whatever they bring', async () => {
  const [one, other] = kinds(3)
  const first = one(1)
  await new Promise(resolve => setImmediate(resolve))
  expect(await Promise.all([first, one(3), other(4), one(5), one(6), one(7)])).toEqual([10, 30, 40, 50, 60, 70])
  expect(transactions).toEqual([['one 1'], ['one 3 5 6', 'other 4'], ['one 7']])
})

test('an item that fails fails alone, and one that breaks the transaction does too', async () => {
  const [one, other] = kinds()
  const settled = await Promise.allSettled([one(1), one(2), one(13), other(4), other(5)])
  expect(settled.map(result => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual([10, 'two', 'thirteen', 40, 50])
  expect(transactions).toEqual([['one 1 2 13'], ['one 1 2 13'], ['one 1'], ['one 2'], ['one 13'], ['other 4 5']])
  expect(await one(8)).toBe(80)
})

describe('while the database is away', () => {
  const settled = async (calls: readonly Promise<number>[]) => (await Promise.allSettled(calls)).map(result => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))
  const lost = new MephistoError('unavailable', 'lost')
  const refused = 'The database did not answer those who asked before; nothing was changed. Try again in a moment.'

  test('who waits is refused after the second transaction that was lost, and not one transaction later each', async () => {
    const [one] = kinds(2)
    failures = [lost, lost, lost, lost]
    expect(await settled([1, 3, 4, 5, 6, 7, 8, 9].map(one))).toEqual(['lost', 'lost', 'lost', 'lost', refused, refused, refused, refused])
    expect(transactions).toHaveLength(2)
    failures = []
    expect(await settled([one(1)])).toEqual([10])
  })

  test('who waits for a disk that is full is told so', async () => {
    const [one] = kinds(2)
    const full = new MephistoError('database_unwritable', 'full')
    failures = [full, full]
    expect(await settled([1, 3, 4, 5, 6, 7].map(one))).toEqual(['full', 'full', 'full', 'full', 'full', 'full'])
    expect(transactions).toHaveLength(2)
  })

  test('a transaction that lost no more than its reply costs the others nothing', async () => {
    const [one] = kinds(2)
    failures = [lost, null, lost]
    expect(await settled([1, 3, 4, 5, 6, 7, 8, 9].map(one))).toEqual(['lost', 'lost', 40, 50, 'lost', 'lost', 80, 90])
  })

  test('items of a transaction that was taken apart do not each wait for it', async () => {
    const [one] = kinds()
    failures = [null, lost, lost, lost, lost]
    expect(await settled([1, 3, 13, 5].map(one))).toEqual(['lost', 'lost', refused, refused])
  })
})
