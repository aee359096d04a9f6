import { seededRandom } from './virtual-runtime.js'

/** Statements that faults can strike: a Prisma client's, or those of one of its transactions. */
export interface FaultableStatements {
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): PromiseLike<Rows>
}

/** The part of a Prisma client that faults can strike: the same that `prismaDb` uses. */
export interface FaultableClient extends FaultableStatements {
  $transaction<Result>(work: (transaction: FaultableStatements) => Promise<Result>, options?: object): Promise<Result>
}

/**
 * What goes wrong at a step.
 * - `conflict`: instead of the step, the database reports a serialization failure or a deadlock and rolls back
 * - `lost_before`: the connection is lost, and the step was not done
 * - `lost_after`: the step was done, and the connection is lost before its reply; at a commit, the case that nobody can tell from the one before
 * - `delay`: the step waits, with all locks that the transaction holds
 * - `kill_before`, `kill_after`: this process gets SIGKILL before the step, or when it was done
 */
export type Fault = 'conflict' | 'lost_before' | 'lost_after' | 'delay' | 'kill_before' | 'kill_after'

/** Something that is sent to the database. */
export interface FaultStep {
  /** Counted from 1 over everything that goes through the client. */
  readonly number: number
  readonly kind: 'begin' | 'statement' | 'commit'
  /** The statement; `BEGIN` and `COMMIT` for the ends of a transaction. */
  readonly sql: string
  readonly isInTransaction: boolean
}

/** Says what goes wrong at a step; null for nothing. */
export type FaultPlan = (step: FaultStep) => Fault | null

/** Faults at exact steps, by their numbers: `faultsAt({ 17: 'kill_after' })`. */
export function faultsAt(faults: Readonly<Record<number, Fault>>): FaultPlan {
  return ({ number }) => faults[number] ?? null
}

/** Faults by chance: `rates` says how many of a thousand steps each strikes. One seed gives the same faults for the same steps. */
export function randomFaults({ seed = 1, rates }: { readonly seed?: number; readonly rates: Readonly<Partial<Record<Fault, number>>> }): FaultPlan {
  const random = seededRandom(seed)
  return () => {
    let dice = random() * 1000
    for (const [fault, rate] of Object.entries(rates) as [Fault, number][]) {
      dice -= rate
      if (dice < 0) return fault
    }
    return null
  }
}

const DELAY_MS = 25

/**
 * A client on which things go wrong as the plan says, with errors of the shape that Prisma's own have. In your own tests:
 * ```ts
 * const db = prismaDb(withFaults(prisma, randomFaults({ seed: 7, rates: { conflict: 20, lost_after: 5 } })))
 * const mephisto = createMephisto({ db, … })
 * ```
 * Without a Prisma client of your own: `openTestDb({ at, around: client => withFaults(client, plan) })`. Let your test do its
 * work, sending again what fails with `unavailable` or `database_locked`; then `checkPromises` must find nothing.
 */
export function withFaults(client: FaultableClient, plan: FaultPlan): FaultableClient {
  let count = 0
  const before = async (step: Omit<FaultStep, 'number'>): Promise<Fault | null> => {
    const fault = plan({ ...step, number: (count += 1) })
    if (fault === 'conflict') throw driverError('TransactionWriteConflict', '40001', 'could not serialize access due to concurrent update (a fault of a test)')
    if (fault === 'lost_before') throw lost()
    if (fault === 'kill_before') await killed()
    if (fault === 'delay') await new Promise(resolve => setTimeout(resolve, DELAY_MS))
    return fault
  }
  const after = async (fault: Fault | null): Promise<void> => {
    if (fault === 'kill_after') await killed()
    if (fault === 'lost_after') throw lost()
  }
  const struck = (statements: FaultableStatements, isInTransaction: boolean): FaultableStatements => {
    const run = async <T>(sql: string, send: () => PromiseLike<T>): Promise<T> => {
      const fault = await before({ kind: 'statement', sql, isInTransaction })
      const result = await send()
      await after(fault)
      return result
    }
    return {
      $executeRawUnsafe: (sql, ...values) => run(sql, () => statements.$executeRawUnsafe(sql, ...values)),
      $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => run(sql, () => statements.$queryRawUnsafe<Rows>(sql, ...values)),
    }
  }
  return {
    ...struck(client, false),
    // What a generated client says of itself, so that `prismaDb` finds out which database it is for.
    ...('_activeProvider' in client ? { _activeProvider: client._activeProvider } : {}),
    async $transaction(work, options) {
      const commit: { fault: Fault | null } = { fault: null }
      const result = await client.$transaction(async transaction => {
        await after(await before({ kind: 'begin', sql: 'BEGIN', isInTransaction: true }))
        const done = await work(struck(transaction, true))
        commit.fault = await before({ kind: 'commit', sql: 'COMMIT', isInTransaction: true })
        return done
      }, options)
      await after(commit.fault)
      return result
    },
  }
}

/** An error as Prisma's driver adapters report it: `cause.kind` says what it means, whichever database it is. */
function driverError(kind: string, originalCode: string, originalMessage: string): Error {
  return Object.assign(new Error(originalMessage), { name: 'DriverFailure', cause: { kind, originalCode, originalMessage } })
}

function lost(): Error {
  return driverError('ConnectionClosed', 'ECONNRESET', 'the connection was lost (a fault of a test)')
}

async function killed(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}
