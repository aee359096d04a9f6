import { MephistoError } from '../sdk/errors.js'
import type { DbOperations, MephistoDb } from '../sdk/ports/mephisto-db.js'
import { detectDialect } from './detect-dialect.js'
import type { Dialect, TableNames } from './dialect.js'
import { DriverFailure } from './drivers/driver-failure.js'
import { isConnectionLoss, isRetryable, isUnsent, type RawClient, type RawStatements } from './raw-client.js'
import { retrying } from './retrying.js'
import { submissionOperations } from './store/answers.js'
import { auditOperations } from './store/audit.js'
import { entityOperations } from './store/entities/entity-operations.js'
import { eventOperations } from './store/events.js'
import { answerReader } from './store/export.js'
import { ledgerOperations } from './store/ledger.js'
import { decisionOperations, reviewOperations } from './store/review.js'
import { runOperations } from './store/runs.js'
import { createStatements, integer, type StatementSetting, type Transact } from './store/statements.js'
import { taskOperations } from './store/tasks.js'
import { leaseOperations } from './store/units.js'
import { workerOperations } from './store/workers.js'

/** How the store uses a client. */
export interface PrismaDbOptions extends TableNames {
  /** What database it is. @default what the client says of itself */
  readonly provider?: Dialect
  /** A clock for tests, epoch ms: leases are compared with it. @default the database's own; the host's for SQLite */
  readonly now?: () => number
  /** Called by `close()`, for a client that this store opened. @default nothing: the host closes its own client */
  readonly onClose?: () => Promise<void>
}

const LIMITS = { maxWait: 15_000, timeout: 15_000 } as const

/**
 * The data operations over a Prisma client whose schema contains our models.
 * @throws MephistoError `invalid_options` when the client does not say what database it is for, or for one without statements
 */
export function prismaDb(client: RawClient, { prefix, schema, provider, now, onClose }: PrismaDbOptions = {}): MephistoDb {
  const dialect = provider ?? detectDialect(client)
  const names = { ...(prefix === undefined ? {} : { prefix }), ...(schema === undefined ? {} : { schema }) }
  const on = (raw: RawStatements, transact: Transact): DbOperations => operations(raw, { dialect, names, now, transact })
  const limits = dialect === 'sqlite' ? LIMITS : { ...LIMITS, isolationLevel: 'ReadCommitted' as const }
  let isClosed = false
  const openClient = (): RawClient => {
    if (isClosed) throw new MephistoError('unavailable', 'This database was closed; open it again.')
    return client
  }
  const transact: Transact = work => retrying(async () => {
    const progress = { isCommitting: false }
    try {
      return await openClient().$transaction(async tx => {
        const result = await work(tx)
        progress.isCommitting = true
        return result
      }, limits)
    } catch (error) {
      throw progress.isCommitting && isConnectionLoss(error) ? new DriverFailure('CommitUnknown', error) : error
    }
  })
  return {
    specVersion: 1,
    ...on(guarded(openClient), transact),
    transaction: work => transact(tx => work(on(tx, within => within(tx)))),
    close: async () => {
      isClosed = true
      await onClose?.()
    },
  }
}

function operations(raw: RawStatements, { now, ...setting }: StatementSetting & { readonly now: (() => number) | undefined }): DbOperations {
  const statements = createStatements(raw, setting)
  const entities = entityOperations(statements)
  const { clock } = statements.grammar
  return {
    async now() {
      if (now) return now()
      if (!clock) return Date.now()
      const [row] = await statements.rows(clock)
      return integer(row ?? {}, 'now')
    },
    ...entities,
    tasks: { ...taskOperations(statements), ...entities.tasks },
    runs: { ...runOperations(statements), ...entities.runs },
    workers: { ...workerOperations(statements), ...entities.workers },
    units: { ...leaseOperations(statements), ...reviewOperations(statements), answers: answerReader(statements), ...entities.units },
    submissions: submissionOperations(statements),
    decisions: { ...decisionOperations(statements), ...entities.decisions },
    ledger: ledgerOperations(statements),
    audit: auditOperations(statements),
    events: eventOperations(statements),
  }
}

/** Statements outside a transaction, each with typed errors; tried again when they cannot have had an effect. */
function guarded(client: () => RawClient): RawStatements {
  return {
    $queryRawUnsafe: (sql, ...values) => retrying(async () => client().$queryRawUnsafe(sql, ...values), /^\s*(?:SELECT|WITH)\b/i.test(sql) ? isRetryable : isUnsent),
    $executeRawUnsafe: (sql, ...values) => retrying(async () => client().$executeRawUnsafe(sql, ...values), isUnsent),
  }
}
