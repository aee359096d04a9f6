import { randomUUID } from 'node:crypto'
import { Option, type Command } from 'commander'
import type { Person } from '../protocol/people-requests.js'
import { withPlaceOptions, type PlaceChoice } from './place-choice.js'
import { countingNumber } from './whole-number.js'

/** How people are named on the command line. */
export interface PeopleChoice {
  readonly by: 'external-id' | 'id' | 'pseudonym'
  readonly provider: string
}

/** The options of a command at a place. */
export interface DeskChoice extends PlaceChoice {
  readonly json?: true
}

/** The options of a command that changes something. */
export interface ActChoice extends DeskChoice {
  readonly requestId: string
}

/** Adds the options of a command at a place. */
export function withDeskOptions(command: Command): Command {
  return withPlaceOptions(command).option('--json', 'one JSON object a line')
}

/** Which part of a list by time is shown. */
export interface SpanChoice extends DeskChoice {
  readonly from?: string
  readonly before?: string
  readonly limit: number
}

/** Adds the options of a list by time. */
export function withSpanOptions(command: Command): Command {
  return withDeskOptions(command).option('--from <instant>', 'from then on, such as 2027-01-31T12:00:00Z').option('--before <instant>', 'before then').option('--limit <number>', 'at most so many', countingNumber, 50)
}

/** Adds a command about one run. */
export function runCommand(program: Command, name: string): Command {
  return withDeskOptions(program.command(name)).argument('<run>', 'the task run (see mephisto runs)')
}

/** Adds the options of a command that changes something. */
export function withActOptions(command: Command): Command {
  return withRequestId(withDeskOptions(command))
}

/** Adds the option that makes a repeat safe. */
export function withRequestId(command: Command): Command {
  return command.addOption(new Option('--request-id <id>', 'an id of your own: the same request under the same id is done once').default(randomUUID(), 'a new one'))
}

/** Adds the options that say how people are named. */
export function withPeopleOptions(command: Command): Command {
  return command.addOption(new Option('--by <name>', 'what the people are named by').choices(['external-id', 'id', 'pseudonym']).default('external-id'))
    .option('--provider <type>', 'whose external ids these are', 'inhouse')
}

/** The person whom a word names. */
export function personOf(word: string, { by, provider }: PeopleChoice): Person {
  if (by === 'id') return { workerId: word }
  return by === 'pseudonym' ? { pseudonym: word } : { provider, externalId: word }
}
