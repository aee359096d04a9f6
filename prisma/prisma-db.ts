import { MephistoError } from '../sdk/errors.js'
import type { DbOperations, MephistoDb } from '../sdk/ports/mephisto-db.js'
import { commitUnknown } from './commit-unknown.js'
import { detectDialect } from './detect-dialect.js'
import type { Dialect, TableNames } from './dialect.js'
import { DriverFailure, networkKind } from './drivers/driver-failure.js'
import { inTime } from './drivers/in-time.js'
import { checkHostTables } from './host-tables.js'
import { databaseFailure, isConnectionLoss, isUnsent, type RawClient, type RawStatements } from './raw-client.js'
import { retrying } from './retrying.js'
import { isRead } from './statement-kind.js'
import { packetCheck } from './statement-size.js'
import { submissionOperations } from './store/answers.js'
import { auditOperations } from './store/audit.js'
import { assigneeOperations } from './store/assignees.js'
import { budgetOperations } from './store/budgets.js'
import { entityOperations } from './store/entities/entity-operations.js'
import { eventOperations } from './store/events.js'
import { feedOperations } from './store/feeds.js'
import { fileOperations } from './store/files.js'
import { answerOperations } from './store/export.js'
import { finishedOperations } from './store/finished.js'
import { ledgerOperations } from './store/ledger.js'
import { levelOperations } from './store/levels.js'
import { onboardingOperations } from './store/onboarding.js'
import { outboxOperations } from './store/outbox.js'
import { overviewOperations } from './store/overviews.js'
import { privacyOperations } from './store/privacy.js'
import { publicationOperations } from './store/publications.js'
import { claimOperations } from './store/claims.js'
import { remarkOperations } from './store/remarks.js'
import { replacementOperations } from './store/replacements.js'
import { decisionOperations, reviewOperations } from './store/review.js'
import { reviewerOperations } from './store/reviewers.js'
import { rollUpOperations } from './store/roll-ups.js'
import { runOperations } from './store/runs.js'
import { sessionOperations } from './store/sessions.js'
import { specialOperations } from './store/special.js'
import { createStatements, integer, type StatementSetting, type Transact } from './store/statements.js'
import { taskOperations } from './store/tasks.js'
import { transferOperations } from './store/transfer.js'
import { leaseOperations } from './store/units.js'
import { webhookOperations } from './store/webhooks.js'
import { workSumOperations } from './store/work-sums.js'
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
/** More than waiting for a transaction and its commit take: only a client that waits for ever takes so much longer. */
const GRACE_MS = 30_000

/**
 * The data operations over a Prisma client whose schema contains our models. Ahead of the first statement the client is asked
 * once what was recorded of our tables: calls fail with `unavailable` where they are older than this version, `database_newer` where newer.
 * @throws MephistoError `invalid_options` when the client does not say what database it is for, or for one without statements
 */
export function prismaDb(client: RawClient, { prefix, schema, provider, now, onClose }: PrismaDbOptions = {}): MephistoDb {
  const dialect = provider ?? detectDialect(client)
  const names = { ...(prefix === undefined ? {} : { prefix }), ...(schema === undefined ? {} : { schema }) }
  const on = (raw: RawStatements, transact: Transact): DbOperations => operations(raw, { dialect, names, now, transact })
  const limits = dialect === 'sqlite' ? LIMITS : { ...LIMITS, isolationLevel: 'ReadCommitted' as const }
  const sized = dialect === 'mysql' ? packetCheck() : (raw: RawStatements) => raw
  let isClosed = false
  let looking: Promise<void> | undefined
  const openClient = async (): Promise<RawClient> => {
    if (isClosed) throw new MephistoError('unavailable', 'This database was closed; open it again.')
    looking ??= checkHostTables({ client, dialect, names }).catch((error: unknown) => {
      looking = undefined
      throw error
    })
    await looking
    return client
  }
  const transactFor = (timeout: number): Transact => work => retrying(async () => {
    const progress: { stage: 'beginning' | 'working' | 'committing' } = { stage: 'beginning' }
    try {
      return await inTime(openClient().then(open => open.$transaction(async tx => {
        progress.stage = 'working'
        const result = await work(sized(recognised(tx)))
        progress.stage = 'committing'
        return result
      }, { ...limits, timeout })), { ms: timeout + GRACE_MS, tooLate: tookTooLong })
    } catch (error) {
      const failure = progress.stage === 'working' ? error : recognisedError(error)
      throw progress.stage === 'committing' && isConnectionLoss(failure) ? commitUnknown(failure) : failure
    }
  })
  return {
    specVersion: 1,
    ...on(guarded(async () => sized(await openClient())), transactFor(LIMITS.timeout)),
    transaction: (work, { longestMs = LIMITS.timeout } = {}) => transactFor(longestMs)(tx => work(on(tx, within => within(tx)))),
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
    units: { ...leaseOperations(statements), ...reviewOperations(statements), ...answerOperations(statements), ...entities.units },
    replacements: replacementOperations(statements),
    special: specialOperations(statements),
    onboardings: onboardingOperations(statements),
    submissions: submissionOperations(statements),
    decisions: { ...decisionOperations(statements), ...entities.decisions },
    data: { ...finishedOperations(statements), ...workSumOperations(statements) },
    transfer: transferOperations(statements),
    ledger: ledgerOperations(statements),
    audit: auditOperations(statements),
    events: eventOperations(statements),
    feeds: feedOperations(statements),
    assignees: assigneeOperations(statements),
    files: fileOperations(statements),
    outbox: outboxOperations(statements),
    sessions: sessionOperations(statements),
    remarks: remarkOperations(statements),
    claims: claimOperations(statements),
    reviewers: reviewerOperations(statements),
    publications: publicationOperations(statements),
    webhooks: webhookOperations(statements),
    rollUps: rollUpOperations(statements),
    overviews: overviewOperations(statements),
    budgets: budgetOperations(statements),
    privacy: privacyOperations(statements),
    levels: levelOperations(statements),
  }
}

/** Statements whose errors all say what they are: some of a driver come through Prisma's client as they were. */
function recognised(raw: RawStatements): RawStatements {
  const refuse = (error: unknown): never => { throw recognisedError(error) }
  return {
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => raw.$queryRawUnsafe<Rows>(sql, ...values).then(undefined, refuse),
    $executeRawUnsafe: (sql, ...values) => raw.$executeRawUnsafe(sql, ...values).then(undefined, refuse),
  }
}

function recognisedError(error: unknown): unknown {
  const kind = databaseFailure(error).kind === undefined ? networkKind(error) : undefined
  return kind === undefined ? error : new DriverFailure(kind, error)
}

/** Statements outside a transaction, each with typed errors; tried again when they cannot have had an effect. */
function guarded(client: () => Promise<RawStatements>): RawStatements {
  const inBounds = <T>(work: () => PromiseLike<T>): Promise<T> =>
    inTime(Promise.resolve(work()), { ms: LIMITS.timeout, tooLate: tookTooLong }).catch((error: unknown) => { throw recognisedError(error) })
  const read = <T>(work: () => PromiseLike<T>): Promise<T> => retrying(() => inBounds(work))
  const write = <T>(work: () => PromiseLike<T>): Promise<T> => retrying(async () => {
    try {
      return await inBounds(work)
    } catch (error) {
      // It was a transaction of its own.
      throw isConnectionLoss(error) && !isUnsent(error) ? commitUnknown(error) : error
    }
  }, isUnsent)
  return {
    $queryRawUnsafe: (sql, ...values) => (isRead(sql) ? read : write)(async () => (await client()).$queryRawUnsafe(sql, ...values)),
    $executeRawUnsafe: (sql, ...values) => write(async () => (await client()).$executeRawUnsafe(sql, ...values)),
  }
}

function tookTooLong(): DriverFailure {
  return new DriverFailure('ConnectionClosed', new Error('the database gave no answer'))
}
