import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, test } from 'vitest'
import { migrate, prismaDb, type RawClient } from '../../prisma/index.js'
import { databaseFailure } from '../../prisma/raw-client.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createDatabase, type ServerKind } from '../databases.js'
import { PrismaClient as MysqlClient } from '../generated/mysql/client.js'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.js'
import { sentimentRun } from '../sentiment.js'
import { localCalls } from './promise-calls.js'
import { openClient, schemaOf } from './promise-open.js'
import { check, makeTarget, targetKinds } from './promise-target.js'

// Deadlocks and serialization failures as servers report them, by two connections that really are in each other's way: with our
// drivers, and with a Prisma client of the host's own. One of the two is rolled back, and its work is done again.

interface Opened { readonly client: RawClient; readonly names: { readonly schema?: string }; check(): ReturnType<typeof check>; close(): Promise<void> }

const WAYS: Readonly<Record<string, (kind: ServerKind) => Promise<Opened>>> = {
  'our own driver': async kind => {
    const target = await makeTarget(kind)
    const { client, close } = await openClient(target)
    return { client, names: schemaOf(kind), check: () => check(target), close: async () => { await close(); await target.drop() } }
  },
  'a Prisma client of the host': async kind => {
    const { url, drop } = await createDatabase(kind)
    const client = kind === 'mysql' ? new MysqlClient({ adapter: new PrismaMariaDb(url) }) : new PostgresClient({ adapter: new PrismaPg({ connectionString: url }) })
    const names = kind === 'mysql' ? {} : { schema: 'mephisto' }
    await migrate(client, { dialect: kind, names })
    return { client, names, check: () => check({ kind, at: url }), close: async () => { await client.$disconnect(); await drop() } }
  },
}

/** What the database reported to transactions: what it is taken for, and its own code. */
type Reported = string[]

/** A client that notes what goes wrong in its transactions; `before` runs at the beginning of each. */
function noting(client: RawClient, reported: Reported, before: readonly string[]): RawClient {
  return {
    $executeRawUnsafe: (sql, ...values) => client.$executeRawUnsafe(sql, ...values),
    $queryRawUnsafe: (sql, ...values) => client.$queryRawUnsafe(sql, ...values),
    $transaction: (work, options) => client.$transaction(async tx => {
      for (const sql of before) await tx.$executeRawUnsafe(sql)
      return work(tx)
    }, options).catch((error: unknown) => {
      const { kind, nativeCode } = databaseFailure(error)
      reported.push(`${String(kind)} ${String(nativeCode)}`)
      throw error
    }),
  }
}

/** Resolves when it was called `count` times; whoever comes later need not wait. */
function meeting(count: number): () => Promise<void> {
  let [here, open] = [0, (): void => undefined]
  const met = new Promise<void>(resolve => { open = resolve })
  return () => {
    if ((here += 1) >= count) open()
    return met
  }
}

const launch = async (db: MephistoDb): Promise<string> => (await localCalls(db).desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(2) })).id

const servers = (await targetKinds()).filter(kind => kind !== 'sqlite')

describe.each(servers.flatMap(kind => Object.keys(WAYS).map(way => [kind, way] as const)))('on %s with %s', (kind, way) => {
  async function using(before: readonly string[], work: (db: MephistoDb, reported: Reported) => Promise<void>): Promise<Reported> {
    const opened = await WAYS[way]?.(kind)
    if (!opened) throw new Error(`there is no way ${way}`)
    const reported: Reported = []
    const db = prismaDb(noting(opened.client, reported, before), { provider: kind, ...opened.names })
    try {
      await work(db, reported)
      expect(await opened.check()).toEqual([])
    } finally {
      await opened.close()
    }
    return reported
  }

  test('of two transactions in a deadlock one is done again', async () => {
    let times = 0
    const reported = await using([], async (db, before) => {
      const runs = [await launch(db), await launch(db)]
      expect(before).toEqual([])
      const meet = meeting(2)
      const hold = (ids: readonly string[]): Promise<string> => db.transaction(async tx => {
        times += 1
        for (const id of ids) {
          await tx.runs.lock([id])
          await meet()
        }
        return 'done'
      })
      expect(await Promise.all([hold(runs), hold([...runs].reverse())])).toEqual(['done', 'done'])
    })
    expect(reported).toEqual([expect.stringMatching(kind === 'mysql' ? /^TransactionWriteConflict (1213|ER_LOCK_DEADLOCK)$/ : /^TransactionWriteConflict 40P01$/)])
    expect(times).toBe(3)
  })

  test('who comes too late for what was changed, or waits for it too long, is done again', async () => {
    const before = kind === 'mysql' ? 'SET SESSION innodb_lock_wait_timeout = 1' : 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'
    const reported = await using([before], async db => {
      const id = await launch(db)
      const [isRead, isChanged] = [meeting(2), meeting(2)]
      let tries = 0
      const late = db.transaction(async tx => {
        tries += 1
        await tx.runs.get(id)
        if (tries === 1) {
          await isRead()
          await isChanged()
        }
        return (await tx.runs.lock([id])).length
      })
      await isRead()
      if (kind === 'postgresql') await localCalls(db).desk('operator', 'runs.pause', { run: id })
      else {
        // Somebody has the row for longer than anybody waits.
        await db.transaction(async tx => {
          await tx.runs.lock([id])
          await isChanged()
          await expect.poll(() => tries, { timeout: 10_000, interval: 20 }).toBeGreaterThan(1)
        })
      }
      await isChanged()
      expect(await late).toBe(1)
    })
    expect(new Set(reported)).toEqual(new Set([expect.stringMatching(kind === 'mysql' ? /^TransactionWriteConflict (1205|ER_LOCK_WAIT_TIMEOUT)$/ : /^TransactionWriteConflict 40001$/)]))
  })
})
