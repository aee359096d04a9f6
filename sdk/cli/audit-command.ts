import type { Command } from 'commander'
import { given } from '../data-model/given.js'
import type { AuditEntryView } from '../protocol/audit-views.js'
import { withSpanOptions, type SpanChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { harmless, shortJson } from './answer-text.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'

interface AuditChoice extends SpanChoice {
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly about?: string
}

/** `audit`: who did what. */
export function addAuditCommand(program: Command, { stdout }: CliStreams): void {
  withSpanOptions(program.command('audit')).description('List who did what on the operator side, the latest first.')
    .option('--actor <id>', 'only who has this id in your login').option('--action <name>', 'only this, such as approve, grant, block').option('--subject <kind>', 'only about this kind of thing, such as unit, run, worker').option('--about <id>', 'only about the thing with this id')
    .action(({ about, limit, json, actor, action, subject, from, before, ...place }: AuditChoice) => withDesks(place, async ({ audit }) => {
      const read = async (page: object) => {
        const { entries: rows, nextCursor } = await audit.list({ ...given({ actor, action, subject, subjectId: about, from, before }), ...page })
        return { rows, nextCursor }
      }
      for await (const entry of allPages(read, limit)) stdout.write(json ? `${JSON.stringify(entry)}\n` : `${entryText(entry)}\n`)
    }))
}

function entryText({ id, at, actor, action, subject, subjectId, request }: AuditEntryView): string {
  return harmless(`${at}  ${actor}  ${action}  ${subject} ${subjectId}  ${shortJson(request)}  (${id})`)
}
