import type { Command } from 'commander'
import type { PrivacyRequest } from '../protocol/privacy-requests.js'
import { personOf, withActOptions, withPeopleOptions, type ActChoice, type PeopleChoice } from './act-options.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface Choice extends ActChoice, PeopleChoice {
  readonly force: boolean
  readonly principal?: string
}

/** `privacy`: taking people's names and texts away. */
export function addPrivacyCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('privacy').description('Take the names and texts of people away, for good.')
  const about = (name: 'pseudonymise' | 'erase'): Command => withPeopleOptions(withActOptions(group.command(name))).argument('<person>', 'their external id, or what --by says')
    .option('--force', 'also while they are at work', false)
    .option('--principal <id>', 'their id in your login, if they also acted as a viewer, reviewer or operator')

  about('pseudonymise').description('Put a random external id in place of somebody\'s, wherever it stands.')
    .action((word: string, options: Choice) => withDesks(options, async ({ privacy }) => {
      const reply = await privacy.pseudonymise(terminalUser(), requestOf(word, options))
      stdout.write(options.json ? `${JSON.stringify(reply)}\n` : `Worker ${reply.worker.id} (${reply.worker.pseudonym}) is called ${reply.worker.externalId} now.\n`)
    }))

  about('erase').description('Do so, and erase their answers, what was written about them, their grants and blocks.')
    .action((word: string, options: Choice) => withDesks(options, async ({ privacy }) => {
      const reply = await privacy.erase(terminalUser(), requestOf(word, options))
      stdout.write(options.json ? `${JSON.stringify(reply)}\n` : `Erased worker ${reply.worker.id} (${reply.worker.pseudonym}) with ${String(reply.answers)} answers.\n`)
    }))
}

function requestOf(word: string, { requestId, force, principal, ...choice }: Choice): PrivacyRequest {
  return { requestId, force, person: personOf(word, choice), ...(principal === undefined ? {} : { principalId: principal }) }
}
