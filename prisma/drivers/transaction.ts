import type { RawStatements, RawTransactionOptions } from '../raw-client.js'
import { commitUnknown, DriverFailure } from './driver-failure.js'

/** A transaction that has begun on a connection of its own. Its end gives the connection back. */
export interface OpenTransaction extends RawStatements {
  commit(): Promise<void>
  rollback(): Promise<void>
}

const LONGEST_WAIT_MS = 15_000
const LONGEST_TRANSACTION_MS = 15_000

/**
 * Runs `work` in a transaction: commits when it resolves, rolls back when it rejects or takes too long. A failed commit
 * is reported as kind `CommitUnknown` unless the database said that it rolled back.
 */
export async function runTransaction<Result>(
  begin: () => Promise<OpenTransaction>, work: (transaction: RawStatements) => Promise<Result>, options: RawTransactionOptions = {},
): Promise<Result> {
  const { maxWait = LONGEST_WAIT_MS, timeout = LONGEST_TRANSACTION_MS } = options
  const transaction = await inTime(begin(), maxWait, late => void late.rollback().catch(() => undefined))
  let isOver = false
  const statements: RawStatements = {
    $executeRawUnsafe: async (sql, ...values) => {
      if (isOver) throw tookTooLong(timeout)
      return transaction.$executeRawUnsafe(sql, ...values)
    },
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => {
      if (isOver) throw tookTooLong(timeout)
      return transaction.$queryRawUnsafe<Rows>(sql, ...values)
    },
  }
  let result: Result
  try {
    result = await inTime(work(statements), timeout)
  } catch (error) {
    isOver = true
    await transaction.rollback().catch(() => undefined)
    throw error
  }
  isOver = true
  try {
    await transaction.commit()
  } catch (error) {
    throw error instanceof DriverFailure && error.cause.kind === 'ConnectionClosed' ? commitUnknown(error) : error
  }
  return result
}

function tookTooLong(ms: number): DriverFailure {
  return new DriverFailure('TransactionAlreadyClosed', new Error(`the transaction took longer than ${String(ms)} ms`))
}

/** Rejects after `ms`; what the promise brings later is handed to `onLate`. */
async function inTime<T>(promise: Promise<T>, ms: number, onLate?: (value: T) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(tookTooLong(ms))
    }, ms)
  })
  promise.then(value => { if (isLate) onLate?.(value) }, () => undefined)
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
