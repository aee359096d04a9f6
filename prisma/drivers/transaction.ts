import { commitUnknown } from '../commit-unknown.js'
import type { RawStatements, RawTransactionOptions } from '../raw-client.js'
import { DriverFailure } from './driver-failure.js'
import { inTime } from './in-time.js'

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
  const transaction = await inTime(begin(), { ms: maxWait, tooLate: () => tookTooLong(maxWait), onLate: late => void late.rollback().catch(() => undefined) })
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
    result = await inTime(work(statements), { ms: timeout, tooLate: () => tookTooLong(timeout) })
  } catch (error) {
    isOver = true
    const undone = transaction.rollback().catch(() => undefined)
    // A statement that is still under way may keep the rollback waiting, and nobody needs to wait with it.
    if (!isTooLong(error)) await undone
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

function isTooLong(error: unknown): boolean {
  return error instanceof DriverFailure && error.cause.kind === 'TransactionAlreadyClosed'
}

function tookTooLong(ms: number): DriverFailure {
  return new DriverFailure('TransactionAlreadyClosed', new Error(`the transaction took longer than ${String(ms)} ms`))
}
