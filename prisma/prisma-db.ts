import { isMephistoError, MephistoError } from '../sdk/errors.js'
import type { DbOperations, MephistoDb } from '../sdk/ports/mephisto-db.js'
import { databaseFailure, isDuplicate, isRetryable, type RawClient, type RawStatements } from './raw-client.js'
import { submissionOperations } from './store/answers.js'
import { auditOperations } from './store/audit.js'
import { ledgerOperations } from './store/ledger.js'
import { decisionOperations, reviewOperations } from './store/review.js'
import { runOperations } from './store/runs.js'
import { createStatements } from './store/statements.js'
import { taskOperations } from './store/tasks.js'
import { leaseOperations } from './store/units.js'
import { workerOperations } from './store/workers.js'

/** How the store uses a client. */
export interface PrismaDbOptions {
  /** Prefix of our tables. @default 'mephisto_' */
  readonly prefix?: string
  /** The clock leases are compared with, epoch ms. SQLite has none of its own: it is the host's. @default Date.now */
  readonly now?: () => number
  /** Called by `close()`, for a client that this store opened. @default nothing: the host closes its own client */
  readonly onClose?: () => Promise<void>
}

const LIMITS = { maxWait: 15_000, timeout: 15_000 } as const
const ATTEMPTS = 8
/** A database that stays locked is reported after this long, however few attempts that were, ms. */
const LONGEST_RETRY_MS = 10_000

/** The data operations over a Prisma client whose schema contains our models. */
export function prismaDb(client: RawClient, options: PrismaDbOptions = {}): MephistoDb {
  const prefix = options.prefix ?? 'mephisto_'
  const now = options.now ?? Date.now
  return {
    specVersion: 1,
    ...operations(guarded(client), { prefix, now }),
    transaction: work => retrying(() => client.$transaction(tx => work(operations(tx, { prefix, now })), LIMITS)),
    close: async () => options.onClose?.(),
  }
}

function operations(raw: RawStatements, { prefix, now }: { prefix: string; now: () => number }): DbOperations {
  const statements = createStatements(raw, prefix)
  return {
    now: () => Promise.resolve(now()),
    tasks: taskOperations(statements),
    runs: runOperations(statements),
    workers: workerOperations(statements),
    units: { ...leaseOperations(statements), ...reviewOperations(statements) },
    submissions: submissionOperations(statements),
    decisions: decisionOperations(statements),
    ledger: ledgerOperations(statements),
    audit: auditOperations(statements),
  }
}

/** Statements outside a transaction, each retried on a conflict and with typed errors. */
function guarded(client: RawClient): RawStatements {
  return {
    $queryRawUnsafe: (sql, ...values) => retrying(() => client.$queryRawUnsafe(sql, ...values)),
    $executeRawUnsafe: (sql, ...values) => retrying(() => client.$executeRawUnsafe(sql, ...values)),
  }
}

/** Runs `work` again from its start when the database reports a conflict, with growing, jittered pauses. */
async function retrying<T>(work: () => PromiseLike<T>): Promise<T> {
  const end = performance.now() + LONGEST_RETRY_MS
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (isMephistoError(error)) throw error
      if (!isRetryable(error) || attempt === ATTEMPTS || performance.now() > end) throw typed(error) as Error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 5 * 2 ** attempt))
    }
  }
}

/** The typed form of a database's error; an error that is not from the database stays what it is. */
function typed(error: unknown): unknown {
  const { kind } = databaseFailure(error)
  if (kind === undefined && !isPrismaError(error)) return error
  if (kind === 'InvalidInputValue') {
    return new MephistoError('invalid_input', 'A text holds a character that cannot be stored (U+0000 or half of a character).', { cause: error })
  }
  if (isDuplicate(error)) return new MephistoError('already_exists', 'A row with the same unique value is there already.', { cause: error })
  if (isRetryable(error)) return new MephistoError('database_locked', 'The database was busy for too long; try again in a moment.', { cause: error })
  if (kind === 'TableDoesNotExist') {
    return new MephistoError('unavailable', 'The Mephisto tables are missing in this database; apply the statements in the package\'s prisma/ddl folder. embeddedDb() does it by itself.', { cause: error })
  }
  return new MephistoError('unavailable', 'The database could not do this; its own words are in the log. Try again in a moment.', { cause: error })
}

function isPrismaError(error: unknown): boolean {
  return error instanceof Error && (error.name.startsWith('PrismaClient') || error.name === 'DriverAdapterError')
}
