import type { Command } from 'commander'
import { painterFor, type Colour } from './colours.js'
import { existingAddress } from './database-choice.js'
import { checkFile } from './file-checks.js'
import { checkApp, checkDatabase, checkNode, checkPage, type HealthCheck } from './health-checks.js'
import { appAddress, chosenHeaders, withPlaceOptions, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'

interface DoctorChoice extends PlaceChoice {
  readonly page: readonly string[]
  readonly profile?: string
  readonly json?: true
}

const MARKS = { ok: ['green', 'ok      '], warning: ['yellow', 'warning '], failed: ['red', 'failed  '] } as const satisfies Record<HealthCheck['status'], readonly [Colour, string]>

function markOf({ status }: HealthCheck): readonly [Colour, string] {
  return MARKS[status]
}

/** What the command is called. */
export const DOCTOR = 'doctor'

/** `doctor`: whether an installation has what it needs. Ends with 1 when something is missing. */
export function addDoctorCommand(program: Command, { stdout }: CliStreams, setExitCode: (code: number) => void): void {
  withPlaceOptions(program.command(DOCTOR)).description('Look at Node, the database, its tables and clock, or at a running app and its login; at a file with a run, planned with all of its data, or with an app; and at pages. A file or a page can be looked at alone, without a database or an app: what cannot be known then is said. Changes no table itself (opening an SQLite file sets its journal to WAL, and makes an empty file an empty database); a file with an app is run as it is, with its migrations and whatever it starts. Ends with 1 if something is wrong.')
    .argument('[file]', 'JavaScript whose default export is defineRun(…), or an app: createMephisto(…), as the default export or "mephisto"')
    .option('--profile <name>', 'the profile with which the run of the file is planned (default: none)')
    .option('--page <url...>', 'a page that workers open, looked at from here', [])
    .option('--json', 'one JSON object a line')
    .action(async (file: string | undefined, { page, profile, json, ...choice }: DoctorChoice) => {
      const paint = painterFor(stdout)
      const write = (checks: readonly HealthCheck[]): void => {
        for (const check of checks) stdout.write(json ? `${JSON.stringify(check)}\n` : `${paint(...markOf(check))}${check.message}\n`)
        if (checks.some(check => check.status === 'failed')) setExitCode(1)
      }
      const isNowhere = choice.db === undefined && choice.url === undefined && (file !== undefined || page.length > 0)
      const url = isNowhere ? null : appAddress(choice)
      write([checkNode(process.versions.node)])
      const placeChecks = isNowhere ? [] : url === null ? await checkDatabase(existingAddress(choice)) : await checkApp({ url, headers: chosenHeaders(choice) })
      write(placeChecks)
      const place = isNowhere ? 'none' : placeChecks.some(({ status }) => status === 'failed') ? 'failed' : choice
      if (file !== undefined) for await (const check of checkFile({ path: file, profile }, place)) write([check])
      for (const address of page) write([await checkPage(address)])
    })
}
