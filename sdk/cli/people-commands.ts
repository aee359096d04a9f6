import { Option, type Command } from 'commander'
import { BLOCK_SCOPES, type BlockScope } from '../data-model/block-scope.js'
import { MephistoError } from '../errors.js'
import type { BlockView, WorkerView } from '../protocol/people-views.js'
import type { PeopleDesk } from '../review/people/people-desk.js'
import { personOf, withActOptions, withPeopleOptions, type ActChoice, type PeopleChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'
import { wholeNumber } from './whole-number.js'

type Choice = ActChoice & PeopleChoice

interface GrantChoice extends Choice {
  readonly value: number
  readonly expires?: string
  readonly reason?: string
}

interface BlockChoice extends Choice {
  readonly scope: BlockScope
  readonly in?: string
  readonly soft: boolean
  readonly reason: string
  readonly until?: string
  readonly hours?: number
}

/** `grant`, `revoke`, `block` and `unblock`: deciding about people. */
export function addPeopleCommands(program: Command, { stdout }: CliStreams): void {
  const about = (name: string, people = '<people...>'): Command => withPeopleOptions(withActOptions(program.command(name)))
    .argument(people, 'external ids, or what --by says')
  const ofQualification = (name: string): Command => withPeopleOptions(withActOptions(program.command(name)))
    .argument('<qualification>', 'its name or id').argument('<people...>', 'external ids, or what --by says')
  const write = (options: ActChoice, reply: object, sentence: string): void => {
    stdout.write(options.json ? `${JSON.stringify(reply)}\n` : `${sentence}\n`)
  }

  ofQualification('grant').description('Give people a qualification, or change its value: all of them or none.')
    .option('--value <number>', 'its value', wholeNumber, 1).option('--expires <instant>', 'when it ends, such as 2027-01-31T12:00:00Z (default: never)').option('--reason <text>', 'why, for the history')
    .action((qualification: string, words: string[], options: GrantChoice) => withDesks(options, async ({ people: desk }) => {
      const { requestId, value, expires = null, reason = null } = options
      const reply = await desk.grant(terminalUser(), { requestId, qualification, people: words.map(word => personOf(word, options)), value, expiresAt: expires, reason })
      write(options, reply, `Granted "${reply.qualification.name}" = ${String(reply.value)} to ${namesOf(reply.granted)}.`)
    }))

  ofQualification('revoke').description('Take a qualification from people.').option('--reason <text>', 'why, for the history')
    .action((qualification: string, words: string[], options: Choice & { reason?: string }) => withDesks(options, async ({ people: desk }) => {
      const { requestId, reason = null } = options
      const reply = await desk.revoke(terminalUser(), { requestId, qualification, people: words.map(word => personOf(word, options)), reason })
      const without = reply.without.length === 0 ? '' : ` ${namesOf(reply.without)} did not have it.`
      write(options, reply, `Took "${reply.qualification.name}" from ${namesOf(reply.revoked)}.${without}`)
    }))

  about('block').description('Keep people from new work; answers on their way are still taken.')
    .addOption(new Option('--scope <scope>', 'how far it reaches').choices(BLOCK_SCOPES).makeOptionMandatory())
    .option('--in <id>', 'the run, task or project, unless everywhere').requiredOption('--reason <text>', 'why')
    .option('--soft', 'do not tell them that it is a block', false)
    .option('--until <instant>', 'when it ends by itself, such as 2027-01-31T12:00:00Z (default: never)').option('--hours <number>', 'after how many hours it ends by itself', wholeNumber)
    .action((words: string[], options: BlockChoice) => withDesks(options, async ({ people: desk }) => {
      const { requestId, scope, reason, soft, until = null, hours } = options
      const reply = await desk.block(terminalUser(), {
        requestId, people: words.map(word => personOf(word, options)), scope, scopeId: options.in ?? null, isSoft: soft, reason, until, forMs: hours === undefined ? null : hours * 3_600_000,
      })
      write(options, reply, `Blocked ${namesOf(reply.blocks.map(block => block.worker))}: ${idsOf(reply.blocks)}.`)
    }))

  about('unblock', '[people...]').description('Lift every block of these people, or these blocks alone.')
    .option('--block <ids...>', 'the blocks to lift, instead of all of somebody').option('--reason <text>', 'why, for the audit trail')
    .action((words: string[], options: Choice & { block?: string[]; reason?: string }) => withDesks(options, async ({ people: desk }) => {
      const blockIds = [...options.block ?? [], ...await standingBlocks(desk, words, options)]
      if (blockIds.length === 0) throw new MephistoError('not_found', 'There is no block to lift. Name somebody who is blocked, or give --block <id> (see mephisto workers show).')
      const reply = await desk.lift(terminalUser(), { requestId: options.requestId, blockIds, reason: options.reason ?? null })
      write(options, reply, `Lifted ${idsOf(reply.blocks)} of ${namesOf(reply.blocks.map(block => block.worker))}.`)
    }))
}

/** The blocks of these people that nobody has lifted. */
async function standingBlocks(desk: PeopleDesk, words: readonly string[], choice: PeopleChoice): Promise<string[]> {
  const ids: string[] = []
  for (const word of words) {
    const read = async (page: object) => {
      const { blocks: rows, nextCursor } = await desk.blocks({ person: personOf(word, choice), isLifted: false, ...page })
      return { rows, nextCursor }
    }
    for await (const { id } of allPages(read, Infinity)) ids.push(id)
  }
  return ids
}

function namesOf(workers: readonly WorkerView[]): string {
  return workers.length === 0 ? 'nobody' : workers.map(worker => worker.externalId).join(', ')
}

function idsOf(blocks: readonly BlockView[]): string {
  return `${blocks.length === 1 ? 'block' : 'blocks'} ${blocks.map(block => block.id).join(', ')}`
}
