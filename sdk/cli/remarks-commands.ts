import { Option, type Command } from 'commander'
import { given } from '../data-model/given.js'
import { REMARK_KINDS, REMARK_STATUSES, type RemarkKind, type RemarkStatus } from '../data-model/remark.js'
import type { RemarkView } from '../protocol/remark-views.js'
import { withActOptions, withSpanOptions, type ActChoice, type SpanChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { answerLines, harmless } from './answer-text.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface RemarksChoice extends SpanChoice {
  readonly project?: string
  readonly task?: string
  readonly run?: string
  readonly kind?: RemarkKind
  readonly status?: RemarkStatus
}

interface ApproveChoice extends ActChoice {
  readonly title?: string
  readonly text?: string
}

/** `remarks`: what workers say about their work, and which of their tips others are shown. */
export function addRemarksCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('remarks').description('Read what workers say about their work, and choose the tips that others are shown.')
  withSpanOptions(group.command('list', { isDefault: true })).description('List opinions, feedback, tips and errors of pages, the latest first.')
    .option('--project <name>', 'only of this project').option('--task <name>', 'only of this task').option('--run <id>', 'only of this task run')
    .addOption(new Option('--kind <kind>', 'only these').choices(REMARK_KINDS)).addOption(new Option('--status <status>', 'only these').choices(REMARK_STATUSES))
    .action(({ project, task, run, kind, status, from, before, limit, json, ...place }: RemarksChoice) => withDesks(place, async ({ remarks: desk }) => {
      const read = async (page: object) => {
        const { remarks: rows, nextCursor } = await desk.list({ ...given({ project, task, run, kinds: kind && [kind], statuses: status && [status], from, before }), ...page })
        return { rows, nextCursor }
      }
      for await (const remark of allPages(read, limit)) stdout.write(json ? `${JSON.stringify(remark)}\n` : `${remarkText(remark)}\n`)
    }))

  const decide = (ids: readonly string[], status: RemarkStatus, { requestId, json, title, text, ...place }: ApproveChoice): Promise<void> => withDesks(place, async ({ remarks: desk }) => {
    const shown = text === undefined ? {} : { shown: { text, ...given({ title }) } }
    const reply = await desk.decide(terminalUser(), { requestId, remarkIds: [...ids], status, ...shown })
    stdout.write(json ? `${JSON.stringify(reply)}\n` : `${String(reply.decided)} of ${String(ids.length)} remarks are ${status} now; the others were.\n`)
  })
  withActOptions(group.command('approve')).description('Show tips to whoever works at their task from now on.').argument('<remarks...>', 'their ids')
    .option('--text <text>', 'what others read instead of what the worker wrote (of one tip)').option('--title <title>', 'its title, with --text')
    .action((ids: string[], choice: ApproveChoice, command: Command) => {
      if (choice.title !== undefined && choice.text === undefined) command.error('error: --title goes with --text')
      return decide(ids, 'approved', choice)
    })
  for (const [name, status, description] of [
    ['decline', 'declined', 'Show tips to nobody.'], ['reviewed', 'reviewed', 'Say that somebody has looked at opinions, feedback or errors.'], ['reset', 'new', 'Take back what was decided about remarks.'],
  ] as const) {
    withActOptions(group.command(name)).description(description).argument('<remarks...>', 'their ids').action((ids: string[], choice: ActChoice) => decide(ids, status, choice))
  }
}

function remarkText({ id, at, kind, status, task, unit, worker, body, shown }: RemarkView): string {
  const about = harmless(`${at}  ${kind}, ${status}  ${task.name}  ${worker?.pseudonym ?? '(reviewed blind)'}${unit === null ? '' : `  unit ${unit}`}  (${id})`)
  return [about, ...answerLines('said', body), ...shown === null ? [] : answerLines('shown', shown)].join('\n')
}
