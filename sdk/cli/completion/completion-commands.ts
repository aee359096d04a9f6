import { Argument, type Command } from 'commander'
import type { CliStreams } from '../streams.js'
import { candidatesFor } from './known-values.js'
import { behindBreak, wordsOfLine } from './line-words.js'
import { COMPLETE, completionScript, SHELLS, type Shell } from './shell-scripts.js'
import { wantedAt } from './wanted.js'

/** `completion`, whose script asks the hidden `complete` what can stand where the cursor is. */
export function addCompletionCommands(program: Command, { stdout }: CliStreams): void {
  program.command('completion').description('Print the script that makes a shell complete this command, the ids and names of your data too. For each session: source <(mephisto completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => { stdout.write(completionScript(shell)) })

  program.command(COMPLETE, { hidden: true }).argument('[words...]').option('--line <text>').option('--word <text>')
    .action(async (given: readonly string[], { line, word }: { readonly line?: string; readonly word?: string }) => {
      const words = line === undefined ? given : wordsOfLine(line).slice(1)
      const typed = words.at(-1) ?? ''
      for (const { value, description } of await candidatesFor(wantedAt(program, words))) {
        const completed = word === undefined ? value : behindBreak(value, typed, word)
        stdout.write(description === '' ? `${completed}\n` : `${completed}\t${oneLine(description)}\n`)
      }
    })
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 100)
}
