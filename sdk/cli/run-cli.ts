import { Command, CommanderError, Help } from 'commander'
import { isMephistoError } from '../errors.js'
import { painterFor, showsColours } from './colours.js'
import { addAuditCommand } from './audit-command.js'
import { addCompletionCommands } from './completion/completion-commands.js'
import { addDoctorCommand } from './doctor-command.js'
import { addExportCommand } from './export-command.js'
import { addFilesCommand } from './files-command.js'
import { addInitCommand } from './init-command.js'
import { addLaunchCommands } from './launch-commands.js'
import { addMigrateCommand } from './migrate-command.js'
import { addOptionsCommand } from './options-command.js'
import { addOriginalCommand } from './original-command.js'
import { addOutboxCommands } from './outbox-commands.js'
import { packageVersion } from './package-version.js'
import { addAssigneesCommands } from './assignees-commands.js'
import { addPeopleCommands } from './people-commands.js'
import { preferSaid } from './place-choice.js'
import { addPrivacyCommands } from './privacy-commands.js'
import { addProjectsCommands } from './projects-commands.js'
import { addQualificationsCommands } from './qualifications-commands.js'
import { addRemarksCommands } from './remarks-commands.js'
import { addReviewCommand } from './review-command.js'
import { addRemoveDataCommand } from './remove-data-command.js'
import { addRunCommands } from './run-commands.js'
import { addRunSettingsCommands } from './run-settings-commands.js'
import { addRunsCommand } from './runs-command.js'
import { widthOf } from './screen.js'
import type { CliStreams, OutStream } from './streams.js'
import { addTranscriptsCommand } from './transcripts-command.js'
import { addTransferCommands } from './transfer-commands.js'
import { addVerifyCommand } from './verify-command.js'
import { addWebhooksCommands } from './webhooks-commands.js'
import { harmless } from './answer-text.js'
import { addWorkersCommands } from './workers-commands.js'

/**
 * Runs the `mephisto` command. Returns the exit code: 0 done, 1 it could not be done or what was asked has the answer no,
 * 2 wrong words.
 */
export async function runCli(words: readonly string[], streams: CliStreams): Promise<number> {
  let code = 0
  const program = createProgram(streams, wanted => { code = wanted })
  try {
    await program.parseAsync(words, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (isBrokenPipe(error)) return 0
    if (!isMephistoError(error) && !isFileTrouble(error)) throw error
    streams.stderr.write(`${painterFor(streams.stderr)('red', 'mephisto:')} ${harmless(withoutPasswords(error.message))}\n`)
    return 1
  }
}

/** The reader of our output, such as `head`, has seen enough. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
}

/** A file that cannot be written: the system's own sentence names it. */
function isFileTrouble(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

/** A mistyped option is quoted back with all that follows it. */
function withoutPasswords(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):[^\s]*@/g, '$1:***@')
}

/** Where help is narrower, two columns leave no room for the second. */
const NARROW = 70

/** A term of help with what it says under it. */
function stackedItem(helper: Help, term: string, description: string): string {
  if (description === '') return `  ${term}`
  return `  ${term}\n${helper.boxWrap(description, (helper.helpWidth ?? NARROW) - 6).replaceAll(/^/gm, '      ')}`
}

/** How wide help may be; a pipe has room. */
function helpWidth(out: OutStream): number {
  return out.isTTY === true ? widthOf(out) : 80
}

/** The whole command. `setExitCode` is told what it ends with where nothing failed and the answer is no. */
export function createProgram(streams: CliStreams, setExitCode: (code: number) => void): Command {
  const { stdout, stderr } = streams
  // Commander takes the colours away again where they are not shown.
  const paint = painterFor({ isTTY: true })
  const program = new Command('mephisto').description('Set up Mephisto SDK in a project, and work with the data of an installation.')
    .version(packageVersion()).hook('preAction', (_, command) => { preferSaid(command) })
    .exitOverride().configureOutput({
      writeOut: text => stdout.write(text), writeErr: text => stderr.write(withoutPasswords(text)), getOutHasColors: () => showsColours(stdout), getErrHasColors: () => showsColours(stderr),
      getOutHelpWidth: () => helpWidth(stdout), getErrHelpWidth: () => helpWidth(stderr),
    })
    .configureHelp({
      minWidthToWrap: 20, styleTitle: text => paint('bold', text), styleCommandText: text => paint('cyan', text), styleOptionText: text => paint('cyan', text),
      formatItem: (...[term, termWidth, description, helper]: Parameters<Help['formatItem']>) => (helper.helpWidth !== undefined && helper.helpWidth < NARROW ? stackedItem(helper, term, description) : Help.prototype.formatItem.call(helper, term, termWidth, description, helper)),
    })
    .showHelpAfterError('(run mephisto --help, or mephisto <command> --help)')
  addInitCommand(program, streams)
  addMigrateCommand(program, streams, setExitCode)
  addVerifyCommand(program, streams, setExitCode)
  addDoctorCommand(program, streams, setExitCode)
  addLaunchCommands(program, streams)
  addOptionsCommand(program, streams)
  addRunsCommand(program, streams)
  addExportCommand(program, streams)
  addTranscriptsCommand(program, streams)
  addFilesCommand(program, streams)
  addTransferCommands(program, streams, setExitCode)
  addAuditCommand(program, streams)
  addOutboxCommands(program, streams)
  addOriginalCommand(program, streams, setExitCode)
  addRunCommands(program, streams)
  addRemoveDataCommand(program, streams)
  addRunSettingsCommands(program, streams)
  addReviewCommand(program, streams)
  addRemarksCommands(program, streams)
  addQualificationsCommands(program, streams)
  addWorkersCommands(program, streams)
  addPeopleCommands(program, streams)
  addAssigneesCommands(program, streams)
  addWebhooksCommands(program, streams)
  addProjectsCommands(program, streams)
  addPrivacyCommands(program, streams)
  addCompletionCommands(program, streams)
  return program
}
