import { MephistoError } from '../sdk/errors.js'
import type { Dialect } from './dialect.js'
import { isAlreadyThere, isNotThere } from './migration-error.js'
import type { IsHeld } from './migration-lock.js'
import { addRecord, advanceRecord, isFinished, markRefused, readRecords, REFUSED, removeUnfinished, type MigrationTarget } from './migration-records.js'
import { changesRows, renderStatement, type Migration } from './migration-sql.js'
import { databaseFailure, isDuplicate, type RawStatements } from './raw-client.js'
import { columnsMadeBy } from './table-shapes.js'

/** What became of a migration: applied here, applied by another process, or left because another process has the lock. */
export type Outcome = 'applied' | 'present' | 'lost'

/** How a migration is applied. */
export interface StepOptions {
  readonly isHeld: IsHeld
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
  /** Whether it is too late to try again what others' locks were in the way of. */
  readonly isLate: () => boolean
}

/** A migration of thousands of statements may take its time; Prisma's own limit is 5 s. */
const TRANSACTION_LIMITS = { maxWait: 60_000, timeout: 300_000 }

/** Databases where statements that change tables belong to the transaction they run in. */
const TRANSACTIONAL: ReadonlySet<Dialect> = new Set<Dialect>(['sqlite', 'postgresql', 'sqlserver'])

/** Applies one migration: in one transaction where the database can, otherwise statement by statement. */
export function applyMigration(target: MigrationTarget, migration: Migration, options: StepOptions): Promise<Outcome> {
  return TRANSACTIONAL.has(target.dialect) ? applyWhole(target, migration, options) : applyStepwise(target, migration, options)
}

/** Records a migration whose tables are there already: in one transaction with what it changes in old rows. */
export function recordMigration(target: MigrationTarget, migration: Migration, options: StepOptions): Promise<Outcome> {
  return inTransaction({ ...target, ...options }, migration, async transaction => {
    for (const statement of migration.statements.filter(changesRows)) await changeRows(target, transaction, statement)
    await removeUnfinished(target, transaction, migration.name)
    return 0
  })
}

/** The app may be running: rows that a statement decides about by others are locked first, so that it sees what was committed last. */
async function changeRows(target: MigrationTarget, on: RawStatements, statement: string): Promise<void> {
  const [, table, column] = /^UPDATE (\{t:\w+\}) SET (\w+) = \(SELECT /.exec(statement) ?? []
  if (table !== undefined && column !== undefined) await on.$executeRawUnsafe(rendered(target, `UPDATE ${table} SET ${column} = ${column}`))
  await on.$executeRawUnsafe(rendered(target, statement))
}

function applyWhole(target: MigrationTarget, migration: Migration, options: StepOptions): Promise<Outcome> {
  return inTransaction({ ...target, ...options }, migration, async transaction => {
    for (const statement of migration.statements) await transaction.$executeRawUnsafe(rendered(target, statement))
    return migration.statements.length
  })
}

/** Does `work` and records how many statements it says it ran. */
async function inTransaction(
  target: MigrationTarget & StepOptions, migration: Migration, work: (transaction: RawStatements) => Promise<number>,
): Promise<Outcome> {
  try {
    return await target.client.$transaction(async transaction => {
      if (await isRecorded(target, migration, transaction)) return 'present'
      const steps = await work(transaction)
      await addRecord(target, transaction, { migration, steps, done: steps, finishedMs: target.now() })
      return 'applied'
    }, TRANSACTION_LIMITS)
  } catch (error) {
    // A process that stood still and lost the lock finds the tables of the one that took over.
    if (await isRecorded(target, migration).catch(() => false)) return 'present'
    if (isBusy(target, error) && !target.isLate()) return 'lost'
    throw error
  }
}

async function isRecorded(target: MigrationTarget, { name }: Migration, on?: RawStatements): Promise<boolean> {
  return (await readRecords(target, on)).some(record => record.name === name && isFinished(record))
}

/**
 * Each statement is followed by a mark. A process that died in between leaves a statement done and unmarked: whoever
 * continues lets the database refuse exactly that one.
 */
async function applyStepwise(target: MigrationTarget, migration: Migration, options: StepOptions): Promise<Outcome> {
  const begun = (await readRecords(target)).find(record => record.name === migration.name)
  if (begun !== undefined && isFinished(begun)) return 'present'
  if (begun === undefined && !await begin(target, migration)) return 'lost'
  const start = begun?.done ?? 0
  for (let step = start; step < migration.statements.length; step++) {
    const mayBeDone = step === start && begun !== undefined && begun.finishedMs !== REFUSED
    const isLast = step + 1 === migration.statements.length
    const isStill = await options.isHeld()
      && await runStep({ ...target, ...options }, migration, { step, mayBeDone })
      && await advanceRecord(target, migration.name, { from: step, finishedMs: isLast ? options.now() : 0 })
    if (!isStill) return 'lost'
  }
  return 'applied'
}

async function begin(target: MigrationTarget, migration: Migration): Promise<boolean> {
  try {
    await addRecord(target, target.client, { migration, steps: migration.statements.length, done: 0, finishedMs: 0 })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

/** False when another process has the lock by now, or others' locks were in the way. */
async function runStep(
  target: MigrationTarget & StepOptions, { name, statements }: Migration, { step, mayBeDone }: { step: number; mayBeDone: boolean },
): Promise<boolean> {
  const statement = statements[step] ?? ''
  try {
    await target.client.$executeRawUnsafe(rendered(target, statement))
    return true
  } catch (error) {
    if (!await target.isHeld().catch(() => true) || (isBusy(target, error) && !target.isLate())) return false
    if (mayBeDone && /^DROP /.test(statement) && isNotThere(error)) return true
    if (!isAlreadyThere(error)) throw error
    if (mayBeDone && await isAsMade(target, statement)) return true
    await markRefused(target, name)
    throw mayBeDone ? halfMade(target, statement) : error
  }
}

/** SQLite's adapter has waited before it says so; servers say it of a deadlock or after a few seconds. */
function isBusy({ dialect }: MigrationTarget, error: unknown): boolean {
  return dialect !== 'sqlite' && databaseFailure(error).kind === 'TransactionWriteConflict'
}

const rendered = ({ dialect, names }: MigrationTarget, statement: string): string => renderStatement(dialect, statement, names)

/** Whether the table that was in the way has the columns that the statement would have made. Of an index the name is enough. */
async function isAsMade(target: MigrationTarget, statement: string): Promise<boolean> {
  const table = /^(?:CREATE|ALTER) TABLE (\{t:\w+\})/.exec(statement)?.[1]
  const columns = columnsMadeBy(target.dialect, statement)
  if (table === undefined || columns.length === 0) return true
  try {
    await target.client.$queryRawUnsafe(rendered(target, `SELECT ${columns.join(', ')} FROM ${table} WHERE 1 = 0`))
    return true
  } catch {
    return false
  }
}

function halfMade(target: MigrationTarget, statement: string): MephistoError {
  const table = /\{t:\w+\}/.exec(statement)?.[0] ?? ''
  return new MephistoError(
    'unavailable',
    `The table ${rendered(target, table)} is there but lacks columns that the migration gives it: something else made or changed it. `
      + 'Compare it with a fresh database, or remove it if it is empty, and migrate again.',
  )
}
