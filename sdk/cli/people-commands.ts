import { Option, type Command } from 'commander'
import { BLOCK_SCOPES, type BlockScope } from '../data-model/block-scope.js'
import { MephistoError } from '../errors.js'
import { formatMoney } from '../data-model/money.js'
import { REOPENINGS, type Reopening } from '../protocol/people-requests.js'
import type { BlockView, ReopenableView, ReopenedView, RestoredView, WorkerView } from '../protocol/people-views.js'
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
  readonly reopen: Reopening
  readonly verdict?: 'soft_reject' | 'reject'
  readonly preview?: true
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
    .addOption(new Option('--reopen <what>', 'give their work there to others: what is under way, answers that are undecided too, or accepted ones too').choices(REOPENINGS).default('nothing'))
    .addOption(new Option('--verdict <verdict>', 'what becomes of answers that are given to others: paid all the same, or not').choices(['soft_reject', 'reject']))
    .option('--preview', 'only say what there is to give to others; change nothing')
    .action((words: string[], options: BlockChoice) => withDesks(options, async ({ people: desk }) => {
      const { requestId, reason, soft, until = null, hours, reopen, verdict = null } = options
      const place = { people: words.map(word => personOf(word, options)), scope: options.scope, scopeId: options.in ?? null }
      if (options.preview) {
        const view = await desk.reopenable(place)
        write(options, view, previewed(view))
        return
      }
      const reply = await desk.block(terminalUser(), { requestId, ...place, isSoft: soft, reason, until, forMs: hours === undefined ? null : hours * 3_600_000, reopen, verdict })
      write(options, reply, [`Blocked ${namesOf(reply.blocks.map(block => block.worker))}: ${idsOf(reply.blocks)}.`, ...reply.reopened.map(reopenedLine)].join('\n'))
    }))

  about('unblock', '[people...]').description('Lift every block of these people, or these blocks alone.')
    .option('--block <ids...>', 'the blocks to lift, instead of all of somebody').option('--reason <text>', 'why, for the audit trail')
    .option('--undo', 'what the blocks gave to others comes back, where nobody has taken it', false)
    .action((words: string[], options: Choice & { block?: string[]; reason?: string; undo: boolean }) => withDesks(options, async ({ people: desk }) => {
      const blockIds = [...options.block ?? [], ...await standingBlocks(desk, words, options)]
      if (blockIds.length === 0) throw new MephistoError('not_found', 'There is no block to lift. Name somebody who is blocked, or give --block <id> (see mephisto workers show).')
      const reply = await desk.lift(terminalUser(), { requestId: options.requestId, blockIds, reason: options.reason ?? null, undo: options.undo })
      write(options, reply, [`Lifted ${idsOf(reply.blocks)} of ${namesOf(reply.blocks.map(block => block.worker))}.`, ...reply.restored.map(restoredLine)].join('\n'))
    }))
}

function previewed({ runs, underWay, undecided, accepted }: ReopenableView): string {
  const part = ({ units, pay }: ReopenableView['accepted'], what: string): string => `${String(units)} ${what}${units === 0 ? '' : ` (${pay.map(amount => formatMoney(amount)).join(', ')})`}`
  return `In ${String(runs)} ${runs === 1 ? 'run' : 'runs'}: ${part(underWay, 'under way')}, ${part(undecided, 'undecided')}, ${part(accepted, 'accepted')}. Nothing was changed.`
}

function reopenedLine({ run, takenBack, decided, added, kept, why }: ReopenedView): string {
  return `Run ${run}: ${String(takenBack)} taken back, ${String(decided)} decided, ${String(added)} added${keptText(kept, why)}`
}

function restoredLine({ run, restored, kept, why }: RestoredView): string {
  return `Run ${run}: ${String(restored)} as before${keptText(kept, why)}`
}

function keptText(kept: number, why: string | null): string {
  return kept === 0 ? '.' : `, ${String(kept)} left as they are. ${why ?? ''}`
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
