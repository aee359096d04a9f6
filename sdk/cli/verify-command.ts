import type { Command } from 'commander'
import type { RunView, VerificationView } from '../protocol/run-views.js'
import { withDeskOptions, type DeskChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { harmless } from './answer-text.js'
import { withBusyLine } from './busy-line.js'
import { withDesks } from './desks.js'
import type { RunDesk } from './run-desk.js'
import type { CliStreams } from './streams.js'

interface VerifyChoice extends DeskChoice {
  readonly run?: string
}

/** `verify`: whether what is in the tables is what was done. Ends with 1 when something is amiss. */
export function addVerifyCommand(program: Command, { stdout, stderr }: CliStreams, setExitCode: (code: number) => void): void {
  withDeskOptions(program.command('verify')).description('Rebuild units, agents and answers from the log and compare them with the tables.')
    .option('--run <id>', 'only this task run (default: all)')
    .action(({ run, json, ...choice }: VerifyChoice) => withDesks(choice, async ({ runs }) => {
      for await (const { id } of run === undefined ? allRuns(runs) : [{ id: run }]) {
        const verification = await withBusyLine(stderr, { text: `reading ${id}`, isQuiet: json === true }, () => runs.verify(id))
        if (verification.difference) setExitCode(1)
        stdout.write(json ? `${JSON.stringify(verification)}\n` : `${verificationText(verification)}\n`)
      }
    }))
}

function verificationText({ runId, difference, units, agents, answers, events }: VerificationView): string {
  if (difference) return harmless(`${runId}  differs: ${difference.subject} ${difference.id}: ${difference.what}`)
  return `${runId}  agrees with its log: ${String(units)} units, ${String(agents)} agents, ${String(answers)} answers, ${String(events)} events`
}

function allRuns(desk: RunDesk): AsyncIterable<RunView> {
  return allPages(async page => {
    const { runs: rows, nextCursor } = await desk.list({ isArchived: null, ...page })
    return { rows, nextCursor }
  }, Infinity)
}
