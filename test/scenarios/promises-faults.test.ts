import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { faultsAt, randomFaults, withFaults, type Fault, type FaultPlan, type FaultStep } from '../../sdk/testing/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { openTarget } from './promise-open.js'
import { makeFile, onTarget, type OwnTarget } from './promise-target.js'

// The fault points: what a store over a client with faults does with each of them.

let target: OwnTarget
let db: MephistoDb | undefined
beforeEach(() => { target = makeFile() })
afterEach(async () => {
  await db?.close()
  await target.drop()
})

const steps: FaultStep[] = []
async function struckBy(plan: FaultPlan): Promise<MephistoDb> {
  steps.length = 0
  return db = await openTarget(target, { around: client => withFaults(client, step => {
    steps.push(step)
    return plan(step)
  }) })
}

const TASK = { id: '00000000-0000-7000-8000-000000000001', name: 'tweets', blueprintType: 'sentiment', at: 0 }
const addTask = (store: MephistoDb) => store.transaction(async tx => {
  await tx.tasks.ensureTask(TASK)
  return 'done'
})
const tasks = async (): Promise<number> => onTarget(target, async query => Number((await query('SELECT count(*) AS n FROM mephisto_task'))[0]?.['n']))

test('steps are counted from 1, with the ends of transactions', async () => {
  const store = await struckBy(() => null)
  await store.now()
  expect(await addTask(store)).toBe('done')
  expect(steps.map(step => step.number)).toEqual(steps.map((_, index) => index + 1))
  expect([steps[0]?.kind, steps.at(-1)?.kind]).toEqual(['begin', 'commit'])
  expect(new Set(steps.slice(1, -1).map(step => `${step.kind} ${String(step.isInTransaction)}`))).toEqual(new Set(['statement true']))
})

describe('in a transaction', () => {
  test.each([['begin', 'conflict'], ['statement', 'conflict'], ['commit', 'conflict'], ['begin', 'lost_before'], ['begin', 'lost_after'], ['statement', 'lost_before'], ['statement', 'lost_after']] as const)(
    'at its %s, %s is tried again', async (kind, fault) => {
      let isStruck = false
      const store = await struckBy(step => {
        if (isStruck || step.kind !== kind) return null
        isStruck = true
        return fault
      })
      expect(await addTask(store)).toBe('done')
      expect(isStruck).toBe(true)
      expect(steps.filter(step => step.kind === 'begin')).toHaveLength(2)
      expect(await tasks()).toBe(1)
    })

  test.each([['lost_before', 0], ['lost_after', 1]] as const)('at its commit, %s is told as unknown: there are %i rows', async (fault, rows) => {
    const store = await struckBy(step => (step.kind === 'commit' ? fault : null))
    await expect(addTask(store)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('may have been saved or not') as string })
    expect(steps.filter(step => step.kind === 'begin')).toHaveLength(1)
    expect(await tasks()).toBe(rows)
  })

  test('what goes on for ever is given up', async () => {
    const store = await struckBy(step => (step.kind === 'statement' ? 'conflict' : null))
    await expect(addTask(store)).rejects.toMatchObject({ code: 'database_locked' })
    expect(await tasks()).toBe(0)
  })
})

test('a delay only takes time', async () => {
  const store = await struckBy(() => 'delay')
  const begun = performance.now()
  expect(await addTask(store)).toBe('done')
  expect(performance.now() - begun).toBeGreaterThan(20 * steps.length)
})

test('exact steps and chance strike the same for the same numbers and seed', () => {
  const step = (number: number): FaultStep => ({ number, kind: 'statement', sql: '', isInTransaction: false })
  const drawn = (plan: FaultPlan): (Fault | null)[] => Array.from({ length: 1000 }, (_, index) => plan(step(index + 1)))
  expect(drawn(faultsAt({ 3: 'kill_after', 5: 'delay' })).flatMap((fault, index) => (fault ? [[index + 1, fault]] : []))).toEqual([[3, 'kill_after'], [5, 'delay']])
  const chance = (seed: number) => drawn(randomFaults({ seed, rates: { conflict: 50, lost_after: 20 } }))
  expect(chance(1)).toEqual(chance(1))
  expect(chance(1)).not.toEqual(chance(2))
  const conflicts = chance(1).filter(fault => fault === 'conflict').length
  expect(conflicts).toBeGreaterThan(25)
  expect(conflicts).toBeLessThan(100)
})

test('a client still says which database it is for', () => {
  const client = { $executeRawUnsafe: async () => 0, $queryRawUnsafe: async () => [] as never, $transaction: async () => undefined as never, _activeProvider: 'postgres' }
  expect(withFaults(client, () => null)).toMatchObject({ _activeProvider: 'postgres' })
})
