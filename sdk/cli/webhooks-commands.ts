import { Option, type Command } from 'commander'
import { DELIVERY_STATUSES, WEBHOOK_SCOPES, type DeliveryStatus, type WebhookScope } from '../data-model/webhook-words.js'
import { MephistoError } from '../errors.js'
import type { WebhookDesk } from '../operations/webhooks/webhook-desk.js'
import { withActOptions, withDeskOptions, type ActChoice, type DeskChoice } from './act-options.js'
import { allPages } from './all-pages.js'
import { withDesks } from './desks.js'
import { appAddress, type PlaceChoice } from './place-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'
import { countingNumber, wholeNumber } from './whole-number.js'

interface SecretChoice extends ActChoice {
  readonly secret?: string
}

interface CreateChoice extends SecretChoice {
  readonly types?: string[]
  readonly scope: WebhookScope
  readonly in?: string
  readonly allowPrivate: string[]
}

interface ReplayChoice extends ActChoice {
  readonly run?: string
  readonly from?: number
  readonly delivery?: string[]
}

interface DeliveriesChoice extends DeskChoice {
  readonly status?: DeliveryStatus
  readonly run?: string
  readonly limit: number
}

/** `webhooks`: who is told what happens, and what came of it. Deliveries are made by the instances that run. */
export function addWebhooksCommands(program: Command, { stdout }: CliStreams): void {
  const group = program.command('webhooks').description('Say who is told what happens, and look what they were told.')
  const withSecret = (command: Command): Command => withActOptions(command)
    .addOption(new Option('--secret <text>', "the instance's own secret: the webhook's is kept under it").env('MEPHISTO_SECRET'))
  const act = (name: string, description: string): Command => withActOptions(group.command(name)).description(description).argument('<webhook>', 'its id')
  const write = (options: DeskChoice, reply: object, sentence: string): void => {
    stdout.write(options.json ? `${JSON.stringify(reply)}\n` : `${sentence}\n`)
  }

  withDeskOptions(group.command('list', { isDefault: true })).description('List the webhooks.')
    .action((options: DeskChoice) => withWebhookDesk(options, {}, async desk => {
      const read = async (page: object) => {
        const { webhooks: rows, nextCursor } = await desk.list(page)
        return { rows, nextCursor }
      }
      for await (const webhook of allPages(read, Infinity)) {
        const { id, url, status, scope, scopeId, eventTypes, pauseReason } = webhook
        const what = `${scopeId === null ? scope : `${scope} ${scopeId}`}: ${eventTypes === null ? 'everything' : eventTypes.join(', ')}`
        write(options, webhook, `${id}  ${status}  ${url}  ${what}${pauseReason === null ? '' : ` (${pauseReason})`}`)
      }
    }))

  withSecret(group.command('create')).description('Have somebody told what happens from now on; tells the secret that deliveries are signed with, once.').argument('<url>', 'https://…')
    .option('--types <types...>', 'only these, such as agent.complete run.complete (default: everything)')
    .addOption(new Option('--scope <scope>', 'of which runs').choices(WEBHOOK_SCOPES).default('all')).option('--in <id>', 'the project, task or run, unless all')
    .option('--allow-private <hosts...>', 'hosts that need not be public, as the instance allows them', [])
    .action((url: string, options: CreateChoice) => withWebhookDesk(options, { secret: secretOf(options), allowPrivate: options.allowPrivate }, async desk => {
      const reply = await desk.create(terminalUser(), { requestId: options.requestId, url, eventTypes: options.types ?? null, scope: options.scope, scopeId: options.in ?? null })
      write(options, reply, `Made webhook ${reply.webhook.id} to ${reply.webhook.url}. Its secret, told only now: ${reply.secret ?? 'replaced since'}`)
    }))

  withSecret(group.command('rotate')).description('Replace the secret; deliveries are signed with both for a while.').argument('<webhook>', 'its id')
    .option('--overlap-hours <number>', 'for how long', wholeNumber, 24)
    .action((webhookId: string, options: SecretChoice & { overlapHours: number }) => withWebhookDesk(options, { secret: secretOf(options) }, async desk => {
      const reply = await desk.rotate(terminalUser(), { requestId: options.requestId, webhookId, overlapMs: options.overlapHours * 3_600_000 })
      write(options, reply, `The secret of webhook ${webhookId}, told only now: ${reply.secret ?? 'replaced since'}`)
    }))

  act('pause', 'Tell it nothing until it is resumed.').option('--reason <text>', 'why')
    .action((webhookId: string, options: ActChoice & { reason?: string }) => withWebhookDesk(options, {}, async desk => {
      write(options, await desk.pause(terminalUser(), { requestId: options.requestId, webhookId, reason: options.reason ?? null }), `Paused webhook ${webhookId}.`)
    }))

  act('resume', 'Go on where it was paused.')
    .action((webhookId: string, options: ActChoice) => withWebhookDesk(options, {}, async desk => {
      write(options, await desk.resume(terminalUser(), { requestId: options.requestId, webhookId }), `Resumed webhook ${webhookId}.`)
    }))

  act('delete', 'Remove it with its deliveries.')
    .action((webhookId: string, options: ActChoice) => withWebhookDesk(options, {}, async desk => {
      write(options, await desk.delete(terminalUser(), { requestId: options.requestId, webhookId }), `Deleted webhook ${webhookId}.`)
    }))

  act('replay', 'Tell it again: a run from a number of its feed on, or single deliveries.')
    .option('--run <id>', 'the run').option('--from <number>', 'the first event to tell again', countingNumber).option('--delivery <ids...>', 'deliveries that were taken or given up')
    .action((webhookId: string, { run, from, delivery, ...options }: ReplayChoice) => withWebhookDesk(options, {}, async desk => {
      const reply = await desk.replay(terminalUser(), {
        requestId: options.requestId, webhookId, ...(run === undefined ? {} : { runId: run }), ...(from === undefined ? {} : { fromFeed: from }), ...(delivery === undefined ? {} : { deliveryIds: delivery }),
      })
      write(options, reply, `Tells webhook ${webhookId} ${String(reply.replayed)} ${run === undefined ? 'deliveries' : 'events'} again.`)
    }))

  withDeskOptions(group.command('deliveries')).description('List what it was told and what came of it, the latest first.').argument('<webhook>', 'its id')
    .addOption(new Option('--status <status>', 'only these').choices(DELIVERY_STATUSES)).option('--run <id>', 'only those of this run')
    .option('--limit <number>', 'at most so many', countingNumber, 100)
    .action((webhookId: string, { status, run, limit, ...options }: DeliveriesChoice) => withWebhookDesk(options, {}, async desk => {
      const read = async (page: object) => {
        const { deliveries: rows, nextCursor } = await desk.deliveries({ webhookId, ...(status === undefined ? {} : { status }), ...(run === undefined ? {} : { runId: run }), ...page })
        return { rows, nextCursor }
      }
      for await (const delivery of allPages(read, limit)) {
        const { id, runId, feed, type, tries, httpStatus, error } = delivery
        write(options, delivery, `${id}  ${delivery.status.padEnd(9)}  ${runId} ${String(feed)}  ${type}  ${String(tries)} tries  ${error ?? (httpStatus === null ? '' : String(httpStatus))}`.trimEnd())
      }
    }))
}

/** What a desk needs beside the place, for some acts. */
interface DeskSetting {
  readonly secret?: string
  readonly allowPrivate?: readonly string[]
}

/** Opens the webhook desk of the place that was chosen, for the time of `work`. */
function withWebhookDesk(choice: PlaceChoice, setting: DeskSetting, work: (desk: WebhookDesk) => Promise<void>): Promise<void> {
  return withDesks(choice, ({ webhooks }) => work(webhooks(setting)))
}

/** The secret that the instances of a database have; a running app has its own. @throws MephistoError `invalid_options` when it was not given */
function secretOf({ secret = '', ...choice }: SecretChoice): string {
  if (secret.length >= 32 || appAddress(choice) !== null) return secret
  throw new MephistoError('invalid_options', "Under which secret is the webhook's own kept? Set MEPHISTO_SECRET to the option \"secret\" of your instance, at least 32 characters.")
}
