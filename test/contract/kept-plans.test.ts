import { expect, onTestFinished, test } from 'vitest'
import { openPostgresClient } from '../../prisma/drivers/postgres-client.js'
import { migrate } from '../../prisma/migrate.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import type { RawClient, RawStatements } from '../../prisma/raw-client.js'
import { createStage, launch } from '../bench/stage.js'
import { createDatabase, isServing } from '../databases.js'

// PostgreSQL keeps the plan of a prepared statement, also when a table has grown a thousandfold since, until it counts the rows anew. So a
// plan that was good for the first few units must be good for all that come (docs/decisions/0035-kept-plans.md).

type Value = string | number | bigint | boolean | null
/** `isInside` says whether it ran in a transaction, where it is planned in another way. */
interface Statement { readonly sql: string; readonly values: readonly Value[]; readonly isInside: boolean }

interface PlanNode { readonly 'Node Type': string; readonly 'Actual Rows'?: number; readonly 'Rows Removed by Filter'?: number; readonly Plans?: readonly PlanNode[] }

const UNITS = 20_000
/** What one of them has done. */
const DONE_BY_ONE = 400
/** What one statement of a claim or an answer may look at. */
const MOST_ROWS = 200
const GROWING = ['unit', 'agent', 'assignment', 'run_worker', 'event', 'submission', 'ledger_entry', 'worker', 'assignee']
const EXPLAINED = /^\s*(?:SELECT|UPDATE)/
const ON_GROWING = new RegExp(`mephisto_(?:${GROWING.join('|')})\\b`)

const literal = (value: Value): string => (value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`)
const execute = (index: number, { values }: Statement): string => `EXECUTE s${String(index)}${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`
const rowsOf = (node: PlanNode): number => (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
const largestOf = (node: PlanNode): number => Math.max(rowsOf(node), ...(node.Plans ?? []).map(largestOf))

/** Every third item is for Ben; the others are for those who come with him. */
const forBen = (_: unknown, index: number): readonly string[] => [index % 3 === 0 ? 'ben' : `ben ${['a', 'b', 'c'][index % 5 % 3] ?? ''}`]
const forAnn = (_: unknown, index: number): readonly string[] => [index % 2 === 0 ? 'ann' : `ann ${['a', 'b', 'c'][index % 3] ?? ''}`]

test.skipIf(!await isServing('postgresql')).each([[10, 'everybody'], [100, 'everybody'], [1_000, 'everybody'], [10, 'particular people'], [1_000, 'particular people']] as const)('claims, answers and returns read a few rows by plans that were made when there were %i units for %s', async (few, whom) => {
  const database = await createDatabase('postgresql')
  const { client, close } = openPostgresClient({ url: database.url })
  // One connection, on which the plans are kept.
  const keeping = openPostgresClient({ url: database.url, connections: 1 })
  // The pool closes one that is idle for ten seconds, and a busy machine takes longer to launch.
  const busy = setInterval(() => { void keeping.client.$queryRawUnsafe('SELECT 1').then(undefined, () => undefined) }, 1_000)
  onTestFinished(async () => {
    clearInterval(busy)
    await keeping.close()
    await close()
    await database.drop()
  })
  const names = { schema: 'mephisto' }
  await migrate(client, { dialect: 'postgresql', names })
  // Nobody counts meanwhile.
  for (const table of GROWING) await client.$executeRawUnsafe(`ALTER TABLE mephisto.mephisto_${table} SET (autovacuum_enabled = false)`)
  const noted = new Map<string, Statement>()
  const db = prismaDb(noting(client, noted), { provider: 'postgresql', ...names })
  const stage = createStage(db, true)

  async function work(run: string, name: string): Promise<void> {
    const worker = await stage.worker(name)
    await stage.submit(run, (await stage.claim(run, worker)).agentId)
    const { agentId } = await stage.claim(run, worker)
    await db.units.placesOfAgents([agentId])
    await stage.extend(run, agentId)
    await stage.giveBack(run, agentId)
    // As several people do at once.
    const workers = await Promise.all(['a', 'b', 'c'].map(one => stage.worker(`${name} ${one}`)))
    await Promise.all(workers.map(async one => stage.submit(run, (await stage.claim(run, one)).agentId)))
    await db.transaction(async tx => {
      await tx.units.firstUnseen(run, worker, 5)
      await tx.units.candidates(run, 5, 20)
      await tx.units.publish(run, 5)
    })
    await stage.look(run, worker)
    await db.replacements.inStatus(run, 'rejected', { afterRank: -1, limit: 20 })
  }

  await keeping.client.$executeRawUnsafe('SET plan_cache_mode = force_generic_plan')
  const isForSome = whom === 'particular people'
  await work(await launch(db, few, isForSome ? forAnn : undefined), 'ann')
  const kept = [...noted.values()]
  for (const [index, statement] of kept.entries()) {
    await keeping.client.$executeRawUnsafe(`PREPARE s${String(index)} AS ${statement.sql}`)
    await undone(keeping.client, statement.isInside, async on => { await on.$queryRawUnsafe(`EXPLAIN ${execute(index, statement)}`) })
  }
  const large = await launch(db, UNITS, isForSome ? forBen : undefined)
  const diligent = await stage.worker('ben')
  for (let done = 0; done < DONE_BY_ONE; done += 1) await stage.submit(large, (await stage.claim(large, diligent)).agentId)
  noted.clear()
  await work(large, 'ben')
  const read: Record<string, number> = {}
  for (const [index, { sql }] of kept.entries()) {
    const now = noted.get(sql)
    if (now) read[sql] = largestOf(await explained(keeping.client, execute(index, now), now.isInside))
  }
  expect(Object.keys(read).length).toBeGreaterThan(20)
  expect(Object.entries(read).filter(([, rows]) => rows > MOST_ROWS)).toEqual([])
}, 120_000)

/** The client, noting what reads or changes tables that grow. */
function noting(client: RawClient, noted: Map<string, Statement>): RawClient {
  const note = (on: RawStatements, isInside: boolean): RawStatements => {
    const add = (sql: string, values: readonly unknown[]): void => {
      if (EXPLAINED.test(sql) && ON_GROWING.test(sql)) noted.set(sql, { sql, values: values as readonly Value[], isInside })
    }
    return {
      $executeRawUnsafe: (sql, ...values) => {
        add(sql, values)
        return on.$executeRawUnsafe(sql, ...values)
      },
      $queryRawUnsafe: (sql, ...values) => {
        add(sql, values)
        return on.$queryRawUnsafe(sql, ...values)
      },
    }
  }
  return { ...note(client, false), $transaction: (work, options) => client.$transaction(tx => work(note(tx, true)), options) }
}

/** What a prepared statement does when it is run. */
async function explained(client: RawClient, execution: string, isInside: boolean): Promise<PlanNode> {
  const [row] = await undone(client, isInside, async on => on.$queryRawUnsafe<{ readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }[]>(`EXPLAIN (ANALYZE, FORMAT JSON) ${execution}`))
  const plan = row?.['QUERY PLAN'][0]?.Plan
  if (!plan) throw new Error('the database told no plan')
  return plan
}

/** Does something where it is done in earnest: alone, or in a transaction, which is taken back. */
async function undone<T>(client: RawClient, isInside: boolean, work: (on: RawStatements) => Promise<T>): Promise<T> {
  if (!isInside) return work(client)
  const enough = new Error('enough')
  let result: { readonly value: T } | undefined
  await client.$transaction(async tx => {
    result = { value: await work(tx) }
    throw enough
  }).catch((error: unknown) => { if (error !== enough) throw error })
  if (!result) throw enough
  return result.value
}
