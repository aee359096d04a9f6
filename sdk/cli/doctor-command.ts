import type { Command } from 'commander'
import { existingAddress, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import { checkDatabase, checkNode, checkPage, type HealthCheck } from './health-checks.js'
import type { CliStreams } from './streams.js'

interface DoctorChoice extends DatabaseChoice {
  readonly page: readonly string[]
  readonly json?: true
}

const MARKS = { ok: 'ok      ', warning: 'warning ', failed: 'failed  ' } as const

/** `doctor`: whether an installation has what it needs. Ends with 1 when something is missing. */
export function addDoctorCommand(program: Command, { stdout }: CliStreams, setExitCode: (code: number) => void): void {
  withDatabaseOptions(program.command('doctor')).description('Look at Node, the database, its tables and clock, and at pages. Changes no table (opening an SQLite file sets its journal to WAL, and makes an empty file an empty database); ends with 1 if something is wrong.')
    .option('--page <url...>', 'a page that workers open, looked at from here', [])
    .option('--json', 'one JSON object a line')
    .action(async ({ page, json, ...choice }: DoctorChoice) => {
      const write = (checks: readonly HealthCheck[]): void => {
        for (const check of checks) stdout.write(json ? `${JSON.stringify(check)}\n` : `${MARKS[check.status]}${check.message}\n`)
        if (checks.some(check => check.status === 'failed')) setExitCode(1)
      }
      write([checkNode(process.versions.node)])
      write(await checkDatabase(existingAddress(choice)))
      for (const url of page) write([await checkPage(url)])
    })
}
