import { randomUUID } from 'node:crypto'
import { MephistoError } from '../sdk/errors.js'
import { isDuplicate, isRetryable } from './raw-client.js'
import type { RawStatements } from './raw-client.js'

const LOCK_NAME = 'migrate'
const PAUSE_MS = 100

/** How the lock row is taken. */
export interface LockOptions {
  /** The lock table's name, quoted. */
  readonly table: string
  /** How long the lock lasts without a sign of life from its holder, in milliseconds. */
  readonly lockMs: number
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
  /** Asked every now and then while waiting: whether the work has been done by somebody else meanwhile. */
  readonly isFinished: () => Promise<boolean>
}

/**
 * Runs `work` while this process holds the lock row, which is given back whatever happens. The row is kept alive
 * meanwhile; one that was not, because its process died, is taken over. Works on every database, without sessions.
 *
 * Once `isFinished` says yes while it waits, `work` is left out and undefined returned. Throws `database_locked` after `waitMs`, and when something other than a holder of
 * this lock keeps the database locked.
 */
export async function withLock<Result>(
  client: RawStatements, options: LockOptions, work: () => Promise<Result>,
): Promise<Result | undefined> {
  const owner = randomUUID()
  const end = performance.now() + options.waitMs
  while (!await take(client, options, owner)) {
    if (performance.now() >= end) throw waitedTooLong(options.waitMs)
    await new Promise(resolve => { setTimeout(resolve, PAUSE_MS * (1 + Math.random())) })
    if (await options.isFinished()) return undefined
  }
  const heart = startBeating(client, options, owner)
  try {
    return await work()
  } finally {
    await heart.stop()
    await swallow(client.$executeRawUnsafe(`DELETE FROM ${options.table} WHERE name = ? AND owner = ?`, LOCK_NAME, owner))
  }
}

async function take(client: RawStatements, { table, lockMs, now }: LockOptions, owner: string): Promise<boolean> {
  const insert = `INSERT INTO ${table} (name, owner, until_ms) VALUES (?, ?, ?)`
  try {
    await client.$executeRawUnsafe(insert, LOCK_NAME, owner, now() + lockMs)
    return true
  } catch (error) {
    if (!isDuplicate(error) && !isRetryable(error)) throw error
    const holders = await client.$queryRawUnsafe<unknown[]>(`SELECT owner FROM ${table} WHERE name = ?`, LOCK_NAME)
    if (holders.length === 0 && isRetryable(error)) throw error
  }
  try {
    const sql = `UPDATE ${table} SET owner = ?, until_ms = ? WHERE name = ? AND until_ms < ?`
    return await client.$executeRawUnsafe(sql, owner, now() + lockMs, LOCK_NAME, now()) === 1
  } catch (error) {
    if (isRetryable(error)) return false
    throw error
  }
}

function startBeating(client: RawStatements, { table, lockMs, now }: LockOptions, owner: string): { stop(): Promise<void> } {
  let beat = Promise.resolve()
  const sql = `UPDATE ${table} SET until_ms = ? WHERE name = ? AND owner = ?`
  const timer = setInterval(() => { beat = swallow(client.$executeRawUnsafe(sql, now() + lockMs, LOCK_NAME, owner)) }, lockMs / 3)
  return {
    stop: () => {
      clearInterval(timer)
      return beat
    },
  }
}

/** A beat or a release that fails is no reason to fail: the lock runs out by itself. */
async function swallow(statement: PromiseLike<unknown>): Promise<void> {
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
