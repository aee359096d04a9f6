import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { PrismaClient } from '../../prisma/generated/sqlite/client.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import type { SqliteAdapterOptions } from '../../prisma/sqlite/adapter.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'
import type { DriverDatabase } from '../../prisma/sqlite/drivers.js'

/** An empty folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-sqlite-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** A path for a database file that is not there yet. */
export function freshFile(): string {
  return join(temporaryFolder(), 'test.db')
}

/** A generated client over the adapter, without our tables; closed after the test. */
export function bareClient(options: SqliteAdapterOptions): PrismaClient {
  const client = new PrismaClient({ adapter: sqliteAdapter(options), errorFormat: 'minimal' })
  onTestFinished(() => client.$disconnect())
  return client
}

/** A connection of its own, as another program would have; closed after the test. */
export function otherProgram(file: string): DriverDatabase {
  const database = chooseDriver().open(file, 0)
  onTestFinished(() => { database.close() })
  return database
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, ms) })
