import { Option, type Command } from 'commander'
import { CALL_STATUSES, type CallStatus } from '../data-model/call-status.js'
import { given } from '../data-model/given.js'
import type { CallView } from '../protocol/outbox-views.js'
import { withActOptions, withSpanOptions, type ActChoice, type SpanChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { harmless, shortJson } from './answer-text.js'
import { withDesks } from './desks.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

interface CallsChoice extends SpanChoice {
  readonly topic?: string
  readonly about?: string
  readonly status?: CallStatus
}

/** `outbox`: what became of calls to the outside world. */
export function addOutboxCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('outbox').description('See what became of calls to the outside world, and have them made again.')
  withSpanOptions(group.command('list', { isDefault: true })).description('List calls, the latest first.')
    .option('--topic <name>', 'only these').option('--about <id>', 'only about the thing with this id, such as a run').addOption(new Option('--status <status>', 'only these').choices(CALL_STATUSES))
    .action(({ topic, about, status, from, before, limit, json, ...place }: CallsChoice) => withDesks(place, async ({ outbox: desk }) => {
      const read = async (page: object) => {
        const { calls: rows, nextCursor } = await desk.calls({ ...given({ topic, subjectId: about, statuses: status && [status], from, before }), ...page })
        return { rows, nextCursor }
      }
      for await (const call of allPages(read, limit)) stdout.write(json ? `${JSON.stringify(call)}\n` : `${callText(call)}\n`)
    }))

  withActOptions(group.command('replay')).description('Have calls that are done or have failed made again, under the same keys; an instance that runs makes them.').argument('<calls...>', 'their ids')
    .action((callIds: string[], { requestId, json, ...place }: ActChoice) => withDesks(place, async ({ outbox: desk }) => {
      const reply = await desk.replay(terminalUser(), { requestId, callIds })
      stdout.write(json ? `${JSON.stringify(reply)}\n` : `${String(reply.replayed)} of ${String(callIds.length)} calls are made again.\n`)
    }))
}

function callText({ id, createdAt, topic, callKey, status, tries, result, nextTryAt }: CallView): string {
  return harmless(`${id}  ${createdAt}  ${topic}  ${callKey}  ${status} after ${String(tries)} tries${nextTryAt === null ? '' : `, next at ${nextTryAt}`}${result === null ? '' : `: ${shortJson(result)}`}`)
}
