import { setTimeout } from 'node:timers/promises'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'
import type { DbOperations, MephistoDb } from '../../sdk/ports/mephisto-db.js'

/** One thing that is broken: in the statements that reach the driver, or in the operations above them. */
export interface Break {
  readonly client?: (client: RawClient) => RawClient
  readonly db?: (db: MephistoDb) => MephistoDb
  /** How often it changed something: a mutation that no longer fits the code must be seen. */
  uses(): number
}

/** Where a change of rows cannot return them, they are read first, with the same conditions. */
const READ_FIRST = /^\s*SELECT u\.id FROM .* STRAIGHT_JOIN .*unit.* FOR UPDATE\s*$/s

/** Statements that match `where` are changed before they are sent. Each place must keep its parameters. */
export function sqlEdit(where: RegExp, from: RegExp, to: string): Break {
  let uses = 0
  const edited = (sql: string): string => {
    const changed = where.test(sql) || READ_FIRST.test(sql) ? sql.replace(from, to) : sql
    uses += Number(changed !== sql)
    return changed
  }
  const on = (raw: RawStatements): RawStatements => ({
    $executeRawUnsafe: (sql, ...values) => raw.$executeRawUnsafe(edited(sql), ...values),
    $queryRawUnsafe: (sql, ...values) => raw.$queryRawUnsafe(edited(sql), ...values),
  })
  return { uses: () => uses, client: client => ({ ...on(client), $transaction: (work, options) => client.$transaction(tx => work(on(tx)), options) }) }
}

/** Statements that match are sent after the commit, on their own: outside the transaction they belong to. */
export function afterCommit(where: RegExp): Break {
  let uses = 0
  return {
    uses: () => uses,
    client: client => ({
      ...client,
      async $transaction(work, options) {
        const later: (() => PromiseLike<number>)[] = []
        const result = await client.$transaction(async tx => {
          // A transaction that is tried again starts from nothing.
          later.length = 0
          return work({
            ...tx,
            $executeRawUnsafe: (sql, ...values) => {
              if (!where.test(sql)) return tx.$executeRawUnsafe(sql, ...values)
              later.push(() => client.$executeRawUnsafe(sql, ...values))
              return Promise.resolve(1)
            },
          })
        }, options)
        uses += later.length
        for (const send of later) await send()
        return result
      },
    }),
  }
}

/** Other transactions than the ones that are asked for. */
export function transactions(transaction: (client: RawClient, used: () => void) => RawClient['$transaction']): Break {
  let uses = 0
  return { uses: () => uses, client: client => ({ ...client, $transaction: transaction(client, () => { uses += 1 }) }) }
}

/** Operations that are replaced, on the database and in its transactions. The original ones are at hand. */
export function operations(change: (original: DbOperations, used: () => void) => DbOperations): Break {
  let uses = 0
  const broken = (original: DbOperations): DbOperations => change(original, () => { uses += 1 })
  return { uses: () => uses, db: db => ({ ...db, ...broken(db), transaction: work => db.transaction(tx => work(broken(tx))) }) }
}

/** How long whoever reserves late needs for it: long enough for others to claim meanwhile, however busy the machine is. */
const LATE_MS = 25

/** Money is reserved after the commit, in the ledger and in the run's total. */
export function reservedAfterCommit(): Break {
  let uses = 0
  return {
    uses: () => uses,
    db: db => ({
      ...db,
      async transaction(work, options) {
        const later: Parameters<DbOperations['ledger']['append']>[0][number][] = []
        const result = await db.transaction(async tx => {
          later.length = 0
          return work({
            ...tx,
            ledger: { ...tx.ledger, append: entries => {
              later.push(...entries.filter(entry => entry.kind === 'reserve'))
              return tx.ledger.append(entries.filter(entry => entry.kind !== 'reserve'))
            } },
            runs: { ...tx.runs, write: (change, at) => tx.runs.write({ ...change, reservedMinor: change.reservedMinor - reservedOf(later, change.id) }, at) },
          })
        }, options)
        uses += later.length
        if (later.length > 0) await setTimeout(LATE_MS)
        for (const id of new Set(later.map(entry => entry.runId))) {
          await db.transaction(async tx => {
            const [held] = await tx.runs.lock([id])
            const nothing = { owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0 }
            if (held) await tx.runs.write({ id, fromFeed: held.feed, feed: held.feed, head: held.head, reservedMinor: reservedOf(later, id), ...nothing }, held.run.createdAt)
            await tx.ledger.append(later.filter(entry => entry.runId === id))
          })
        }
        return result
      },
    }),
  }
}

function reservedOf(entries: Parameters<DbOperations['ledger']['append']>[0], runId: string): number {
  return entries.filter(entry => entry.runId === runId).reduce((sum, entry) => sum + entry.amountMinor, 0)
}

/** The breaks of a variant, one around the other. */
export function combined(breaks: readonly Break[]): { client(client: RawClient): RawClient; db(db: MephistoDb): MephistoDb } {
  return {
    client: client => breaks.reduce((inner, { client: around }) => around?.(inner) ?? inner, client),
    db: db => breaks.reduce((inner, { db: around }) => around?.(inner) ?? inner, db),
  }
}
