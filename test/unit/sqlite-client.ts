import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { PrismaClient } from '../generated/sqlite/client.js'
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

/** Waits, in milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, ms) })

/** A client over a database with one table, `note`. */
export async function clientWithNotes(options: { file?: string; busyMs?: number } = {}): Promise<PrismaClient> {
  const client = bareClient({ file: freshFile(), ...options })
  await client.$executeRawUnsafe('CREATE TABLE note (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)')
  return client
}

/** A client or a transaction. */
export type Raw = Pick<PrismaClient, '$executeRawUnsafe' | '$queryRawUnsafe'>

/** Adds a note; null is refused by the table. */
export function add(client: Raw, word: string | null): Promise<number> {
  return client.$executeRawUnsafe('INSERT INTO note (word) VALUES (?)', word)
}

/** The words of all notes, oldest first. */
export async function words(client: Raw): Promise<string[]> {
  return (await client.$queryRawUnsafe<{ word: string }[]>('SELECT word FROM note ORDER BY id')).map(row => row.word)
}

/** What a promise was rejected with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected a rejection')
}

/** Another process, running `sqlite-child.ts`. */
export interface Child {
  /** Resolves with the first line it prints; rejects with what it printed as errors when it ends without one. */
  readonly line: Promise<string>
  /** Resolves when it has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>
}

/** Starts another process; it is ended after the test at the latest. */
export function startChild(what: 'hold' | 'crash' | 'start' | 'count', file: string): Child {
  const script = fileURLToPath(new URL('sqlite-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, what, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  let output = ''
  let errors = ''
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const ended = new Promise<NodeJS.Signals | null>(resolve => { child.on('close', (_code, signal) => { resolve(signal) }) })
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      output += String(chunk)
      if (output.includes('\n')) resolve(output.slice(0, output.indexOf('\n')))
    })
    child.on('close', () => { reject(new Error(`${what} ended without a line: ${errors.slice(-2000)}`)) })
  })
  line.catch(() => {})
  return { line, ended }
}
