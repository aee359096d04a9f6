import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Observer } from './observer.js'

/** The database with its transactions in spans, and the time that each operation takes. The same database where nobody listens. */
export function timedDb(db: MephistoDb, observer: Observer): MephistoDb {
  if (!observer.isOn) return db
  const transaction: MephistoDb['transaction'] = (work, options) => {
    let tries = 0
    return observer.timed({ instrument: 'mephisto.db.transaction.duration', span: 'mephisto.transaction' }, span => db.transaction(tx => {
      tries += 1
      if (tries > 1) {
        observer.record('mephisto.db.transaction.retries', 1)
        span.set({ 'mephisto.tries': tries })
        span.event('retry')
      }
      return work(timedOperations(tx, observer))
    }, options))
  }
  return { ...timedOperations(db, observer), specVersion: 1, transaction, close: () => db.close() }
}

type Operation = (...given: readonly unknown[]) => Promise<unknown>

/** Operations, or a group of them, each wrapped when it is first asked for: a transaction uses few of the many that there are. */
function timedOperations<T extends object>(operations: T, observer: Observer, prefix = ''): T {
  const wrapped = new Map<string, unknown>()
  return new Proxy(operations, {
    get(target, key) {
      const own: unknown = Reflect.get(target, key)
      if (typeof key !== 'string' || own === null || (typeof own !== 'function' && typeof own !== 'object')) return own
      const known = wrapped.get(key)
      if (known !== undefined) return known
      const made: unknown = typeof own === 'function' ? timed(`${prefix}${key}`, own as Operation, observer) : timedOperations(own, observer, `${key}.`)
      wrapped.set(key, made)
      return made
    },
  })
}

function timed(operation: string, call: Operation, observer: Observer): Operation {
  const what = { instrument: 'mephisto.db.operation.duration', attributes: { operation } } as const
  return (...given) => observer.timed(what, () => call(...given))
}
