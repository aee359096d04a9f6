import type { Command } from 'commander'
import { painterFor, type Colour } from './colours.js'
import { existingAddress } from './database-choice.js'
import { checkApp, checkDatabase, checkNode, checkPage, type HealthCheck } from './health-checks.js'
import { appAddress, chosenHeaders, withPlaceOptions, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'

interface DoctorChoice extends PlaceChoice {
  readonly page: readonly string[]
  readonly json?: true
}

const MARKS = { ok: ['green', 'ok      '], warning: ['yellow', 'warning '], failed: ['red', 'failed  '] } as const satisfies Record<HealthCheck['status'], readonly [Colour, string]>

function markOf({ status }: HealthCheck): readonly [Colour, string] {
  return MARKS[status]
}

/** `doctor`: whether an installation has what it needs. Ends with 1 when something is missing. */
export function addDoctorCommand(program: Command, { stdout }: CliStreams, setExitCode: (code: number) => void): void {
  withPlaceOptions(program.command('doctor')).description('Look at Node, the database, its tables and clock, or at a running app and its login, and at pages. Changes no table (opening an SQLite file sets its journal to WAL, and makes an empty file an empty database); ends with 1 if something is wrong.')
    .option('--page <url...>', 'a page that workers open, looked at from here', [])
    .option('--json', 'one JSON object a line')
    .action(async ({ page, json, ...choice }: DoctorChoice) => {
      const paint = painterFor(stdout)
      const write = (checks: readonly HealthCheck[]): void => {
        for (const check of checks) stdout.write(json ? `${JSON.stringify(check)}\n` : `${paint(...markOf(check))}${check.message}\n`)
        if (checks.some(check => check.status === 'failed')) setExitCode(1)
      }
      const url = appAddress(choice)
      write([checkNode(process.versions.node)])
      write(url === null ? await checkDatabase(existingAddress(choice)) : await checkApp({ url, headers: chosenHeaders(choice) }))
      for (const address of page) write([await checkPage(address)])
    })
}
