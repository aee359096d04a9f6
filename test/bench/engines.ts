import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedDb } from '../../prisma/embedded.js'
import { mysqlDb } from '../../prisma/mysql.js'
import { postgresDb } from '../../prisma/postgres.js'
import { prismaDb } from '../../prisma/prisma-db.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createDatabase, isServing } from '../databases.js'
import { rawSqliteClient } from './raw-sqlite.js'
import { rawMysql, rawPostgres } from './raw-servers.js'

/** The engines that are measured, by the names of their stores. */
export const ENGINES = ['sqlite', 'postgresql', 'mariadb'] as const
/** See {@link ENGINES}. */
export type Engine = (typeof ENGINES)[number]

/** A database to measure on: file or address, opened through the SDK or through the raw driver. */
export interface Target {
  readonly engine: Engine
  readonly at: string
  open(): Promise<MephistoDb>
  /** The same statements with nothing around them; the tables must be there. */
  openRaw(): Promise<MephistoDb>
  drop(): Promise<void>
}

/** The engines that answer here. */
export async function availableEngines(): Promise<Engine[]> {
  return ['sqlite', ...(await isServing('postgresql') ? ['postgresql' as const] : []), ...(await isServing('mysql') ? ['mariadb' as const] : [])]
}

/** Opens a database of an engine through the SDK. */
export function openDb(engine: Engine, at: string): Promise<MephistoDb> {
  if (engine === 'sqlite') return embeddedDb({ file: at })
  return engine === 'postgresql' ? postgresDb({ url: at }) : mysqlDb({ url: at })
}

/** A new, empty database. */
export async function createTarget(engine: Engine): Promise<Target> {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-bench-'))
    const at = join(folder, 'bench.db')
    return {
      engine, at, open: () => openDb(engine, at),
      openRaw: () => {
        const raw = rawSqliteClient(at)
        return Promise.resolve(prismaDb(raw, { provider: 'sqlite', onClose: () => Promise.resolve(raw.close()) }))
      },
      drop: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    }
  }
  const { url, drop } = await createDatabase(engine === 'mariadb' ? 'mysql' : 'postgresql')
  return {
    engine, at: url, drop, open: () => openDb(engine, url),
    openRaw: () => {
      const raw = engine === 'mariadb' ? rawMysql(url) : rawPostgres(url)
      return Promise.resolve(prismaDb(raw, { provider: engine === 'mariadb' ? 'mysql' : 'postgresql', ...(engine === 'mariadb' ? {} : { schema: 'mephisto' }), onClose: () => raw.close() }))
    },
  }
}
