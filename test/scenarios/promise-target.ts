import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mysqlDb } from '../../prisma/mysql.js'
import { postgresDb } from '../../prisma/postgres.js'
import { checkPromises, type CheckPromisesOptions, type PromiseViolation } from '../../sdk/testing/index.js'
import { createDatabase, isServing } from '../databases.js'
import { openClient, schemaOf, type Target, type TargetKind } from './promise-open.js'

/** The databases that are there: SQLite always, servers when they answer. */
export async function targetKinds(): Promise<readonly TargetKind[]> {
  const kinds: TargetKind[] = ['sqlite']
  for (const kind of ['postgresql', 'mysql'] as const) if (await isServing(kind)) kinds.push(kind)
  return kinds
}

/** A database of a test's own. */
export interface OwnTarget extends Target {
  drop(): Promise<void>
}

/** Makes an empty database with the SDK's tables. */
export async function makeTarget(kind: TargetKind): Promise<OwnTarget> {
  if (kind === 'sqlite') return makeFile()
  const { url, drop } = await createDatabase(kind)
  await (kind === 'mysql' ? await mysqlDb({ url }) : await postgresDb({ url })).close()
  return { kind, at: url, drop }
}

/** A new SQLite file; as a copy of `from`, which nobody may be using, it need not make its tables. */
export function makeFile(from?: Target): OwnTarget {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-promises-'))
  const at = join(folder, 'promises.db')
  if (from) copyFileSync(from.at, at)
  return { kind: 'sqlite', at, drop: async () => { rmSync(folder, { recursive: true, force: true }) } }
}

/** Runs plain statements on a database, on a connection of their own. */
export async function onTarget<T>(target: Target, work: (query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>) => Promise<T>): Promise<T> {
  const { client, close } = await openClient(target)
  try {
    return await work(async sql => client.$queryRawUnsafe(sql))
  } finally {
    await close()
  }
}

/** The name of one of the SDK's tables. */
export function tableOf({ kind }: Target, name: string): string {
  return kind === 'postgresql' ? `mephisto.mephisto_${name}` : `mephisto_${name}`
}

/** What the checker finds in a database. */
export function check(target: Target, options: Omit<CheckPromisesOptions, 'dialect' | 'schema'> = {}): Promise<readonly PromiseViolation[]> {
  return onTarget(target, query => checkPromises(query, { dialect: target.kind, ...schemaOf(target.kind), ...options }))
}

/** Gives a run shorter leases than a launch allows, before anybody has one: tests wait for their ends. */
export async function shortenLeases(target: Target, runId: string, leaseMs: number): Promise<void> {
  await onTarget(target, query => query(`UPDATE ${tableOf(target, 'task_run')} SET lease_ms = ${String(leaseMs)} WHERE id = '${runId}'`))
}
