import { expect, test } from 'vitest'
import { createObserver, SILENT } from '../../sdk/operations/observing/observer.js'
import { timedDb } from '../../sdk/operations/observing/timed-db.js'
import type { DbOperations, MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'

/** A database whose transactions fail once, as after a conflict, and are begun anew. */
function conflicting(): MephistoDb {
  const operations = { now: () => Promise.resolve(5), runs: { get: (id: string) => (id === 'lost' ? Promise.reject(new Error('lost')) : Promise.resolve(null)), list: () => { throw new Error('not asked for') } } } as unknown as DbOperations
  return {
    ...operations, specVersion: 1, close: () => Promise.resolve(),
    async transaction(work) {
      await work(operations)
      return work(operations)
    },
  }
}

test('a transaction that is begun anew is one, with its retry; what it asks of the database is timed by name', async () => {
  const records: string[] = []
  const events: string[] = []
  const observer = createObserver([{
    specVersion: 1, record: (name, _, attributes) => { records.push([name.replace('mephisto.db.', ''), ...Object.values(attributes)].join(' ')) },
    span: (name, _, work) => work({ set: attributes => { events.push(`${name} ${JSON.stringify(attributes)}`) }, event: event => { events.push(`${name} ${event}`) }, fail: () => undefined }),
  }], silentLogger)
  const db = timedDb(conflicting(), observer)
  expect(await db.transaction(async tx => [await tx.now(), await tx.runs.get('x')])).toEqual([5, null])
  const twice = ['operation.duration now ok', 'operation.duration runs.get ok']
  expect(records).toEqual([...twice, 'transaction.retries', ...twice, 'transaction.duration ok'])
  expect(events).toEqual(['mephisto.transaction {"mephisto.tries":2}', 'mephisto.transaction retry'])
  records.length = 0
  await expect(db.runs.get('lost')).rejects.toThrow('lost')
  expect([db.specVersion, await db.now(), await db.close()]).toEqual([1, 5, undefined])
  expect(records).toEqual(['operation.duration runs.get internal', 'operation.duration now ok'])
})

test('where nobody listens it is the database itself', () => {
  const db = conflicting()
  expect(timedDb(db, SILENT)).toBe(db)
})
