import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openPostgresClient } from '../../prisma/drivers/postgres-client.js'
import { migrate } from '../../prisma/migrate.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import type { RawStatements } from '../../prisma/raw-client.js'
import { createStage, launch } from '../bench/stage.js'
import { createDatabase, isServing } from '../databases.js'

// PostgreSQL keeps the plan of a prepared statement, also when a table has grown a thousandfold since, until it counts the rows anew. So a
// plan that was good for the first few units must be good for all that come.

type Value = string | number | bigint | boolean | null
interface Statement { readonly sql: string; readonly values: readonly Value[] }

interface PlanNode { readonly 'Node Type': string; readonly 'Actual Rows'?: number; readonly 'Rows Removed by Filter'?: number; readonly Plans?: readonly PlanNode[] }

/** Enough that reading all of them is not the best way yet. */
const FEW = 1_000
const UNITS = 20_000
/** What a claim may look at. */
const MOST_ROWS = 200

const literal = (value: Value): string => (value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`)
const rowsOf = (node: PlanNode): number => (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
const largestOf = (node: PlanNode): number => Math.max(rowsOf(node), ...(node.Plans ?? []).map(largestOf))

test.skipIf(!await isServing('postgresql'))('a claim reads a few rows by plans that were made when there were a thousand units', async () => {
  const database = await createDatabase('postgresql')
  const { client, close } = openPostgresClient({ url: database.url })
  const one = new pg.Client({ connectionString: database.url })
  onTestFinished(async () => {
    await one.end()
    await close()
    await database.drop()
  })
  const names = { schema: 'mephisto' }
  await migrate(client, { dialect: 'postgresql', names })
  // Nobody counts meanwhile.
  for (const table of ['unit', 'agent', 'assignment', 'run_worker', 'event']) await client.$executeRawUnsafe(`ALTER TABLE mephisto.mephisto_${table} SET (autovacuum_enabled = false)`)
  const noted = new Map<string, Statement>()
  const noting = (raw: RawStatements): RawStatements => ({
    $executeRawUnsafe: (sql, ...values) => raw.$executeRawUnsafe(sql, ...values),
    $queryRawUnsafe: (sql, ...values) => {
      if (/^\s*SELECT/.test(sql) && /mephisto_(?:unit|agent|assignment)/.test(sql) && !sql.includes('FOR UPDATE')) noted.set(sql, { sql, values: values as readonly Value[] })
      return raw.$queryRawUnsafe(sql, ...values)
    },
  })
  const db = prismaDb({ ...noting(client), $transaction: (work, options) => client.$transaction(tx => work(noting(tx)), options) }, { provider: 'postgresql', ...names })
  const stage = createStage(db, true)
  const claim = async (run: string, name: string): Promise<void> => {
    await stage.claim(run, await stage.worker(name))
    const [{ id } = { id: '' }] = (await db.workers.find({ filter: { externalId: name }, limit: 1 })).rows
    await db.units.firstUnseen(run, id, 5)
    await db.units.candidates(run, 5, 20)
    await db.units.publish(run, 5)
    await db.replacements.inStatus(run, 'rejected', { afterRank: -1, limit: 20 })
  }
  await one.connect()
  await one.query('SET plan_cache_mode = force_generic_plan')

  await claim(await launch(db, FEW), 'ann')
  const kept = [...noted.values()]
  expect(kept.length).toBeGreaterThan(4)
  for (const [index, { sql, values }] of kept.entries()) {
    await one.query(`PREPARE s${String(index)} AS ${sql}`)
    await one.query(`EXPLAIN EXECUTE s${String(index)}${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`)
  }
  const large = await launch(db, UNITS)
  noted.clear()
  await claim(large, 'ben')
  const read: Record<string, number> = {}
  for (const [index, { sql }] of kept.entries()) {
    const now = noted.get(sql)
    if (!now) continue
    const { rows } = await one.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE s${String(index)}${now.values.length === 0 ? '' : `(${now.values.map(literal).join(', ')})`}`)
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    if (plan) read[sql] = largestOf(plan)
  }
  expect(Object.keys(read).length).toBeGreaterThan(4)
  expect(Object.entries(read).filter(([, rows]) => rows > MOST_ROWS)).toEqual([])
}, 60_000)
