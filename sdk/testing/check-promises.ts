import { checkAcknowledged, checkDecisionReplies, type Acknowledged } from './promises/acknowledged-checks.js'
import { checkLog, checkSteadyClock } from './promises/log-checks.js'
import { tableNamer, textAt, type PlainQuery, type PlainTables } from './promises/plain-rows.js'
import { rowChecks, settledChecks } from './promises/row-checks.js'
import { readRunLogs } from './promises/run-log.js'
import type { PromiseNumber, PromiseViolation } from './promises/violation.js'

/** Which database {@link checkPromises} looks at, and what it is told besides. */
export interface CheckPromisesOptions extends PlainTables {
  /** What clients were told while the database was used: all of it must be there. */
  readonly acknowledged?: Acknowledged
  /**
   * The database's clock (epoch ms) at the last round of upkeep, when everybody has stopped: then nothing may be under way
   * in a run that has ended, and no lease that ran out may be left. @default not checked
   */
  readonly settledAt?: number
  /** The database's clock never jumped back, so the log's times must not either (promise P10). @default false */
  readonly isClockSteady?: boolean
}

/** Names at most this many rows that break a promise in the same way. */
const MOST_ALIKE = 5

/**
 * Reads a database and its event log and says which promises of the SDK they show to be broken; an empty list when none
 * is. It uses plain SQL and its own rules, nothing of the code that wrote the rows, and reads what is there when nobody
 * else writes. Promises P2, P3, P5 and P7 are checked at every commit there ever was, by going through the log.
 *
 * In your own tests, after your app has done its work:
 * ```ts
 * const broken = await checkPromises(sql => prisma.$queryRawUnsafe(sql), { dialect: 'postgresql', schema: 'mephisto' })
 * expect(broken).toEqual([])
 * ```
 * Without a Prisma client of your own: `checkPromises(query, tables)` with what `openTestDb` gives.
 * Replies that your test's clients got go into `acknowledged`: then what they were told is looked for too (P4, P6).
 */
export async function checkPromises(query: PlainQuery, options: CheckPromisesOptions): Promise<readonly PromiseViolation[]> {
  const { acknowledged, settledAt, isClockSteady = false } = options
  const t = tableNamer(options)
  const violations: PromiseViolation[] = []
  const report = (promise: PromiseNumber, what: string): void => void violations.push({ promise, what })
  for (const check of [...rowChecks(t), ...(settledAt === undefined ? [] : settledChecks(t, settledAt))]) {
    for (const row of (await query(check.sql)).slice(0, MOST_ALIKE)) report(check.promise, `${check.what}: ${textAt(row, 'id')}`)
  }
  await checkDecisionReplies(query, t, report)
  if (acknowledged) await checkAcknowledged(query, t, { acknowledged, report })
  for await (const log of readRunLogs(query, t)) {
    checkLog(log, report)
    if (isClockSteady) checkSteadyClock(log, report)
  }
  return violations
}
