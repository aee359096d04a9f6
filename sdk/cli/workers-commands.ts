import type { Command } from 'commander'
import { formatMoney } from '../data-model/money.js'
import type { WorkerPageView } from '../protocol/people-views.js'
import { personOf, withDeskOptions, withPeopleOptions, type DeskChoice, type PeopleChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { countingNumber } from './whole-number.js'

interface ListChoice extends DeskChoice {
  readonly provider?: string
  readonly externalId?: string
  readonly pseudonym?: string
  readonly limit: number
}

/** `workers`: who there is, and what is known of one. */
export function addWorkersCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('workers').description('Look up the people who work.')

  withDeskOptions(group.command('list', { isDefault: true })).description('List workers, the first known first.')
    .option('--provider <type>', 'only those of this provider').option('--external-id <id>', 'only who is called so by their provider').option('--pseudonym <name>', 'only who is called so in exports')
    .option('--limit <number>', 'at most so many', countingNumber, 100)
    .action(({ provider, externalId, pseudonym, limit, ...options }: ListChoice) => withDesks(options, async ({ people: desk }) => {
      const filter = { ...(provider === undefined ? {} : { provider }), ...(externalId === undefined ? {} : { externalId }), ...(pseudonym === undefined ? {} : { pseudonym }) }
      const read = async (page: object) => {
        const { workers: rows, nextCursor } = await desk.workers({ ...filter, ...page })
        return { rows, nextCursor }
      }
      for await (const worker of allPages(read, limit)) {
        stdout.write(options.json ? `${JSON.stringify(worker)}\n` : `${worker.id}  ${worker.pseudonym}  ${worker.provider}  ${worker.externalId}\n`)
      }
    }))

  withPeopleOptions(withDeskOptions(group.command('show'))).description('Show one worker: grants, blocks, what they did and earned.').argument('<person>')
    .action((word: string, options: DeskChoice & PeopleChoice) => withDesks(options, async ({ people: desk }) => {
      const page = await desk.worker(personOf(word, options))
      stdout.write(options.json ? `${JSON.stringify(page)}\n` : described(page))
    }))
}

function described({ worker, grants, blocks, work }: WorkerPageView): string {
  const earned = work.earned.map(amount => formatMoney(amount)).join(', ')
  const compensated = work.compensated.map(amount => formatMoney(amount)).join(', ')
  return [
    `${worker.externalId} of ${worker.provider} (${worker.id}, ${worker.pseudonym}), known since ${worker.firstSeenAt}`,
    `${String(work.answered)} answered in ${String(work.runs)} runs: ${String(work.accepted)} accepted, ${String(work.softRejected)} soft-rejected, ${String(work.rejected)} rejected, ${String(work.waiting)} waiting for review; earned ${earned === '' ? 'nothing' : earned}${compensated === '' ? '' : `, compensated with ${compensated}`}`,
    ...grants.map(({ qualification, value, expiresAt, isExpired }) => `has ${qualification.name} = ${String(value)}${expiresAt === null ? '' : `, ${isExpired ? 'expired' : 'until'} ${expiresAt}`}`),
    ...blocks.map(({ id, isSoft, scope, scopeId, until, reason, by }) => `${isSoft ? 'softly blocked' : 'blocked'} ${scopeId === null ? scope : `in ${scope} ${scopeId}`}${until === null ? '' : ` until ${until}`} by ${by}: ${reason} (${id})`),
    '',
  ].join('\n')
}
