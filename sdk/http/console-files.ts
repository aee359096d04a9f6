/** The ready-made console, bundled, as JSON: the build, and the test runner, put it here (`scripts/console.ts`). */
declare const MEPHISTO_CONSOLE: string

/** The files of the console; each name changes with what is in it. */
export interface ConsoleFiles {
  readonly script: string
  readonly style: string
  /** Other scripts without which it does not begin. */
  readonly parts: readonly string[]
  /** Contents by name, compressed by gzip, as base64. */
  readonly files: Readonly<Record<string, string>>
}

/** A module of its own, loaded when somebody opens the console. */
export const consoleFiles = JSON.parse(MEPHISTO_CONSOLE) as ConsoleFiles
