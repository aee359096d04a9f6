import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { MephistoError } from '../sdk/errors.js'
import type { MigrationTarget } from './migration-records.js'
import { ownStatement } from './migration-sql.js'
import { databaseFailure, isDuplicate } from './raw-client.js'

const LOCK_NAME = 'migrate'
const PAUSE_MS = 100

/** How the lock row is taken. */
export interface LockOptions {
  /** How long the lock lasts without a sign of life from its holder, in milliseconds. */
  readonly lockMs: number
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
  /** Asked every now and then while waiting: whether the work has been done by somebody else meanwhile. */
  readonly isFinished: () => Promise<boolean>
}

/** Asks the database whether the lock is still this process's: one that stood still for too long has lost it. */
export type IsHeld = () => Promise<boolean>

interface Lock {
  take(): Promise<boolean>
  isHeld: IsHeld
  keepAlive(): Promise<unknown>
  release(): Promise<unknown>
}

/**
 * Runs `work` while this process holds the lock row, which is given back whatever happens. The row is kept alive
 * meanwhile; one that was not, because its process died, is taken over. Works on every database, without sessions.
 *
 * Once `isFinished` says yes while it waits, `work` is left out and undefined returned. Throws `database_locked` after
 * `waitMs`, and when something other than a holder of this lock keeps the database locked.
 */
export async function withLock<Result>(
  target: MigrationTarget, options: LockOptions, work: (isHeld: IsHeld) => Promise<Result>,
): Promise<Result | undefined> {
  const lock = lockOf(target, options)
  const end = performance.now() + options.waitMs
  while (!await lock.take()) {
    if (performance.now() >= end) throw waitedTooLong(options.waitMs)
    await pause(PAUSE_MS * (1 + Math.random()))
    if (await options.isFinished()) return undefined
  }
  let beat: Promise<void> = Promise.resolve()
  const timer = setInterval(() => { beat = swallow(lock.keepAlive()) }, options.lockMs / 3)
  try {
    return await work(lock.isHeld)
  } finally {
    clearInterval(timer)
    await beat
    await swallow(lock.release())
  }
}

function lockOf({ client, dialect, names }: MigrationTarget, { lockMs, now }: LockOptions): Lock {
  const owner = randomUUID()
  const sql = (text: string): string => ownStatement(dialect, text, names)
  const execute = async (text: string, ...values: readonly unknown[]): Promise<number> => client.$executeRawUnsafe(sql(text), ...values)
  const holders = async (): Promise<readonly { owner: string }[]> =>
    client.$queryRawUnsafe<{ owner: string }[]>(sql('SELECT owner FROM {t:lock} WHERE name = ?'), LOCK_NAME)
  const insert = async (): Promise<boolean> => {
    try {
      await execute('INSERT INTO {t:lock} (name, owner, until_ms) VALUES (?, ?, ?)', LOCK_NAME, owner, now() + lockMs)
      return true
    } catch (error) {
      // SQLite's adapter has waited before it says so; on a server it is a deadlock or a short wait for the same row.
      if (isBusy(error) && dialect === 'sqlite' && (await holders()).length === 0) throw error
      if (!isDuplicate(error) && !isBusy(error)) throw error
      return false
    }
  }
  const steal = async (): Promise<boolean> => {
    try {
      return await execute('UPDATE {t:lock} SET owner = ?, until_ms = ? WHERE name = ? AND until_ms < ?', owner, now() + lockMs, LOCK_NAME, now()) === 1
    } catch (error) {
      if (isBusy(error)) return false
      throw error
    }
  }
  return {
    take: async () => await insert() || await steal(),
    isHeld: async () => (await holders()).some(holder => holder.owner === owner),
    keepAlive: () => execute('UPDATE {t:lock} SET until_ms = ? WHERE name = ? AND owner = ?', now() + lockMs, LOCK_NAME, owner),
    release: () => execute('DELETE FROM {t:lock} WHERE name = ? AND owner = ?', LOCK_NAME, owner),
  }
}

const isBusy = (error: unknown): boolean => databaseFailure(error).kind === 'TransactionWriteConflict'

/** A beat or a release that fails is no reason to fail: the lock runs out by itself. */
async function swallow(statement: Promise<unknown>): Promise<void> {
  try {
    await statement
  } catch { /* see above */ }
}

function waitedTooLong(waitMs: number): MephistoError {
  return new MephistoError(
    'database_locked',
    `Another process has been preparing the database for ${String(waitMs / 1000)} s. Start again when it is done.`,
  )
}
