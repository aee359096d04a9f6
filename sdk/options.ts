import * as z from 'zod'
import type { Architect } from './architects/architect.js'
import type { BlueprintImplementation } from './blueprints/implement.js'
import { CONSOLE_LANGUAGES, type ConsoleOptions } from './http/console-options.js'
import { describeProblems, MephistoError, problemsOf, type Problem } from './errors.js'
import type { FileOptions } from './operations/files/create-files.js'
import type { OutboxHandler } from './operations/outbox-handler.js'
import type { WebhookOptions } from './operations/webhooks/create-webhooks.js'
import type { EventBus } from './ports/event-bus.js'
import type { MephistoDb } from './ports/mephisto-db.js'
import type { FileStore } from './ports/file-store.js'
import type { Network } from './ports/network.js'
import type { Runtime } from './ports/runtime.js'
import type { Telemetry } from './ports/telemetry.js'
import type { CrowdProvider } from './providers/crowd-provider.js'
import type { Principal } from './review/principal.js'

/** What a Mephisto instance is made of. */
export interface MephistoOptions<A extends Architect = Architect> {
  /** The database: `embeddedDb({ file })`, or `prismaDb(prisma)` over a client of your own. */
  readonly db: MephistoDb
  /** Where workers reach the task: the adapter of your server, such as `expressArchitect({ … })`. */
  readonly architect: A
  /** Where workers come from, such as `[inhouse()]`. */
  readonly providers: readonly CrowdProvider[]
  /** The task kinds this instance runs: `[implement(sentiment)]`. */
  readonly blueprints: readonly BlueprintImplementation[]
  /** Signs links and tokens. At least 32 characters; keep it out of the code and the same on every process. */
  readonly secret: string
  /** Who calls the operator side, from your own login; null refuses. Deny by default. */
  authorize(request: Request): Principal | null | Promise<Principal | null>
  /** Clock, ids, randomness, logger. @default the system's, and a logger that writes errors to standard error */
  readonly runtime?: Partial<Runtime>
  /**
   * Origins of other pages that may call the mount and open sockets, such as `https://crowd.example`: with tokens, never with the
   * cookies of whoever is logged in. @default those of the mount and of the architect's task page
   */
  readonly origins?: readonly string[]
  readonly limits?: {
    /** Largest request body, bytes. @default 1048576 */
    readonly maxBodyBytes?: number
  }
  /**
   * The ready-made page at `console/` below the mount, for teams that embed no screens: runs, review. It shows what `authorize` lets whoever is
   * logged in see; `{ loginHref: '/login' }` has others find the login, `{ language: 'ar' }` has it in Arabic. @default there is one; false for none
   */
  readonly console?: ConsoleOptions | false
  /** Where files that workers send are kept, and how many and how large: `{ store: diskFiles({ folder }) }`. @default none can be sent; else 25 MB a file and 20 an attempt */
  readonly files?: FileOptions
  /** How webhooks are told, and which hosts of your own network may be. @default public hosts alone */
  readonly webhooks?: WebhookOptions
  /** Wakes readers in other processes at once: `await postgresBus({ url })` or `redisBus({ url })`; it stays the host's to close. @default each process looks once a second */
  readonly bus?: EventBus
  /** Makes the calls that you write into the outbox yourself (`tx.outbox.enqueue`), a handler for each topic. @default none */
  readonly outbox?: readonly OutboxHandler[]
  /** Where spans and metrics go: `[openTelemetry(), prometheus({ token })]`. @default nowhere */
  readonly telemetry?: readonly Telemetry[]
  /**
   * Whether the log has the messages of errors that hooks, drivers and parsers throw. They may quote answers and names: true is
   * for development. @default false: class, code and stack without the message
   */
  readonly logErrorMessages?: boolean
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Scheme, host and port of a page, as browsers say it. */
const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

/** A path of the host's, or a whole address: nothing that a click would run. */
const isLink = (text: string): boolean => /^\/(?!\/)/.test(text) || (/^https?:\/\//.test(text) && URL.canParse(text))

function extension<T>(what: string, methods: readonly string[]): z.ZodType<T> {
  return z.custom<T>(value => isObject(value) && value['specVersion'] === 1 && methods.every(method => method in value), what)
}

const mustBeObject = { error: (issue: { readonly code: string }) => (issue.code === 'invalid_type' ? 'must be an object' : undefined) }

const consoleSchema = z.strictObject({ loginHref: z.string().refine(isLink).optional(), language: z.enum(CONSOLE_LANGUAGES).optional() })

const optionsSchema = z.strictObject({
  db: extension<MephistoDb>('is missing or not a database; pass await embeddedDb({ file }) (mind the await) or prismaDb(client)', ['transaction', 'runs']),
  architect: extension<Architect>('is missing or not an architect; pass the adapter of your server, such as expressArchitect({ baseUrl })', ['baseUrl', 'basePath', 'taskUrl']),
  providers: z.array(extension<CrowdProvider>('is not a crowd provider; pass for example inhouse()', ['type', 'identify'])
    .refine(provider => !provider.publishUnit === !provider.withdrawUnit, 'has publishUnit without withdrawUnit, or the other way round; give it both: what is shown to workers must be taken down again')
    .refine(provider => provider.openRun !== undefined || !(provider.closeRun ?? provider.setPlaces), 'has closeRun or setPlaces without openRun; give it openRun too')
    .refine(provider => provider.callTimeoutMs === undefined || (Number.isInteger(provider.callTimeoutMs) && provider.callTimeoutMs >= 100), 'has a callTimeoutMs that is no whole number of at least 100 ms')
    .refine(provider => typeof provider.type === 'string' && provider.type.length <= 40, 'has a type of more than 40 characters, which is part of the names of its calls; give it a shorter one')
    .refine(provider => !(provider.publishUnit && provider.setPlaces), 'has publishUnit and setPlaces; give it the one by which its workers come to units'), 'is missing; pass an array such as [inhouse()]')
    .min(1, 'is empty; pass at least one, such as [inhouse()]'),
  blueprints: z.array(
    z.custom<BlueprintImplementation>(value => isObject(value) && 'blueprint' in value && 'schemaHash' in value, 'is not implemented; wrap the blueprint: implement(blueprint)'),
    'is missing; pass an array such as [implement(blueprint)]',
  ).min(1, 'is empty; pass at least one implement(blueprint)'),
  secret: z.string('is missing; pass a random string of at least 32 characters').min(32, 'is too short; use at least 32 random characters'),
  authorize: z.custom<MephistoOptions['authorize']>(value => typeof value === 'function', 'is missing; pass a function that returns who is logged in, or null'),
  runtime: z.custom<Partial<Runtime>>(isObject, 'must be an object').optional(),
  origins: z.array(z.string().refine(isOrigin, 'must be an origin, without a path, such as https://crowd.example'), 'must be an array such as ["https://crowd.example"]').optional(),
  limits: z.strictObject({
    maxBodyBytes: z.int('must be a whole number of bytes').min(1024, 'must be at least 1024 bytes').optional(),
  }, mustBeObject).optional(),
  console: z.custom<ConsoleOptions | false>(value => value === false || consoleSchema.safeParse(value).success, 'must be false, or an object such as { loginHref: "/login" }, where loginHref is a path such as "/login" or an http or https address and language is "en" or "ar"').optional(),
  files: z.strictObject({
    store: extension<FileStore>('is missing or not a file store; pass for example diskFiles({ folder })', ['put', 'get', 'remove']),
    maxBytes: z.int('must be a whole number of bytes').min(1, 'must be at least 1 byte').optional(),
    maxPerAttempt: z.int('must be a whole number of files').min(1, 'must be at least 1').max(1_000, 'must be at most 1000').optional(),
  }, mustBeObject).optional(),
  webhooks: z.strictObject({
    allowPrivate: z.array(z.string().regex(/^(?:\[[\da-f:.]+\]|[^\s/:@[\]]+)(?::\d{1,5})?$/i, 'must be host or host:port, such as 127.0.0.1:1234 or [::1]'), 'must be an array such as ["127.0.0.1:1234"]').optional(),
    timeoutMs: z.int('must be a whole number of ms').min(100, 'must be at least 100 ms').max(60_000, 'must be at most 60000 ms').optional(),
    network: z.custom<Partial<Network>>(isObject, 'must be an object').optional(),
  }, mustBeObject).optional(),
  bus: extension<EventBus>('is not an event bus; pass for example redisBus({ url }) or await postgresBus({ url })', ['publish', 'listen', 'close']).optional(),
  outbox: z.array(extension<OutboxHandler>('is not a handler of calls; pass { specVersion: 1, topic, call }', ['topic', 'call']), 'must be an array of handlers').optional(),
  telemetry: z.array(extension<Telemetry>('is not a telemetry; pass for example openTelemetry() or prometheus()', []), 'must be an array such as [prometheus({ token })]')
    .refine(all => all.filter(one => one.exposition !== undefined).length <= 1, 'has two that want to be read at the path "metrics"; keep one of them')
    .refine(all => all.filter(one => one.span !== undefined).length <= 1, 'has two that make spans; keep one of them').optional(),
  logErrorMessages: z.boolean('must be true or false').optional(),
})

/**
 * Checks the options before anything is made of them.
 * @throws MephistoError `invalid_options`, naming each wrong option and the fix (promise P12)
 */
export function checkOptions(options: MephistoOptions): void {
  const parsed = optionsSchema.safeParse(options)
  const problems = parsed.success ? [...problemsOfPages(options), ...problemsOfFiles(options)] : problemsOf(parsed.error.issues, '')
  if (problems.length === 0) return
  throw new MephistoError('invalid_options', `createMephisto: ${describeProblems(problems)}`, { problems })
}

/** Workers of every blueprint need a page to go to. */
function problemsOfPages({ architect, blueprints }: MephistoOptions): Problem[] {
  if (architect.taskUrl !== null) return []
  return blueprints.filter(({ pages, server }) => pages === undefined && server.builder === undefined).map(({ blueprint }) => ({
    path: 'architect.taskUrl', rule: 'missing', message: `is missing, and blueprint "${blueprint.type}" brings no page; give the architect the page where workers do it, such as taskUrl: '/work'`,
  }))
}

/** What a page sends must go somewhere. */
function problemsOfFiles({ files, blueprints }: MephistoOptions): Problem[] {
  if (files !== undefined) return []
  return blueprints.filter(({ isWithFiles }) => isWithFiles).map(({ blueprint }) => ({
    path: 'files', rule: 'missing', message: `is missing, and answers of blueprint "${blueprint.type}" have files; say where they are kept, such as files: { store: diskFiles({ folder: './data/files' }) }`,
  }))
}
