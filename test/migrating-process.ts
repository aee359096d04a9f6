import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { MigrateOptions } from '../prisma/migrate.js'
import { programOf } from './program-of.js'

/** What the other process is told; see unit/migrate-child.ts. */
export interface MigratingOptions extends Pick<MigrateOptions, 'names' | 'lockMs' | 'baseline'> {
  /** Stands still behind so many statements that change tables. */
  readonly hangAfter?: number
  /** Stands still behind the first statement that this pattern fits. */
  readonly hangOn?: string
}

const PROGRAM = await programOf(new URL('unit/migrate-child.ts', import.meta.url))

/** Another process that migrates a database, and the first line that it prints. It does not outlive the test. */
export function startMigrating(at: string, options: MigratingOptions): { child: ChildProcess; line: Promise<string> } {
  const child = spawn(process.execPath, [PROGRAM, at, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  let errors = ''
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve).once('close', () => { reject(new Error(`no line: ${errors.slice(-2000)}`)) })
  })
  line.catch(() => undefined)
  return { child, line }
}
