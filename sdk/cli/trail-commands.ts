import { Option, type Command } from 'commander'
import { CALL_STATUSES, type CallStatus } from '../data-model/call-status.js'
import type { AuditEntryView, CallView } from '../protocol/trail-views.js'
import { given } from '../review/given.js'
import { withActOptions, withDeskOptions, type ActChoice, type DeskChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { harmless } from './answer-text.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'
import { countingNumber } from './whole-number.js'

interface SpanChoice extends DeskChoice {
  readonly from?: string
  readonly before?: string
  readonly limit: number
}

interface AuditChoice extends SpanChoice {
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly about?: string
}

interface CallsChoice extends SpanChoice {
  readonly topic?: string
  readonly about?: string
  readonly status?: CallStatus
}

/** `audit` and `outbox`: who did what, and what became of calls to the outside world. */
export function addTrailCommands(program: Command, { stdout }: CliStreams): void {
  const list = (command: Command): Command => withDeskOptions(command)
    .option('--from <instant>', 'from then on, such as 2027-01-31T12:00:00Z').option('--before <instant>', 'before then').option('--limit <number>', 'at most so many', countingNumber, 50)

  list(program.command('audit')).description('List who did what on the operator side, the latest first.')
    .option('--actor <id>', 'only who has this id in your login').option('--action <name>', 'only this, such as approve, grant, block').option('--subject <kind>', 'only about this kind of thing, such as unit, run, worker').option('--about <id>', 'only about the thing with this id')
    .action(({ actor, action, subject, about, from, before, limit, json, ...place }: AuditChoice) => withDesks(place, async ({ audit }) => {
      const read = async (page: object) => {
        const { entries: rows, nextCursor } = await audit.list({ ...given({ actor, action, subject, subjectId: about, from, before }), ...page })
        return { rows, nextCursor }
      }
      for await (const entry of allPages(read, limit)) stdout.write(json ? `${JSON.stringify(entry)}\n` : `${entryText(entry)}\n`)
    }))

  const outbox = program.command('outbox').description('See what became of calls to the outside world, and have them made again.')
  list(outbox.command('list', { isDefault: true })).description('List calls, the latest first.')
    .option('--topic <name>', 'only these').option('--about <id>', 'only about the thing with this id, such as a run').addOption(new Option('--status <status>', 'only these').choices(CALL_STATUSES))
    .action(({ topic, about, status, from, before, limit, json, ...place }: CallsChoice) => withDesks(place, async ({ outbox: desk }) => {
      const read = async (page: object) => {
        const { calls: rows, nextCursor } = await desk.calls({ ...given({ topic, subjectId: about, statuses: status && [status], from, before }), ...page })
        return { rows, nextCursor }
      }
      for await (const call of allPages(read, limit)) stdout.write(json ? `${JSON.stringify(call)}\n` : `${callText(call)}\n`)
    }))

  withActOptions(outbox.command('replay')).description('Have calls that are done or have failed made again, under the same keys; an instance that runs makes them.').argument('<calls...>', 'their ids')
    .action((callIds: string[], { requestId, json, ...place }: ActChoice) => withDesks(place, async ({ outbox: desk }) => {
      const reply = await desk.replay(terminalUser(), { requestId, callIds })
      stdout.write(json ? `${JSON.stringify(reply)}\n` : `${String(reply.replayed)} of ${String(callIds.length)} calls are made again.\n`)
    }))
}

function entryText({ id, at, actor, action, subject, subjectId, request }: AuditEntryView): string {
  return harmless(`${at}  ${actor}  ${action}  ${subject} ${subjectId}  ${short(request)}  (${id})`)
}

function callText({ id, createdAt, topic, callKey, status, tries, result, nextTryAt }: CallView): string {
  return harmless(`${id}  ${createdAt}  ${topic}  ${callKey}  ${status} after ${String(tries)} tries${nextTryAt === null ? '' : `, next at ${nextTryAt}`}${result === null ? '' : `: ${short(result)}`}`)
}

const LONGEST = 160

function short(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
