import type { Architect } from './architects/architect.js'
import type { AnyBlueprint } from './blueprints/blueprint.js'
import type { TypedExportRow } from './blueprints/typed-export-row.js'
import { createHandler, rpcContext, type HandlerParts } from './http/handler.js'
import { answerFrontCall, frontProcedure, type FrontReply } from './http/worker-front.js'
import { bodyTooLarge } from './http/body.js'
import { errorReply } from './http/error-reply.js'
import { MephistoError } from './errors.js'
import { createAgentTokens } from './operations/agent-tokens.js'
import { createClientIOHandler } from './operations/client-io-handler.js'
import { createGroupCommit } from './operations/group-commit.js'
import { deriveKey } from './operations/keys.js'
import { createOperator, type Operator } from './operations/operator.js'
import { createRegistry } from './operations/registry.js'
import { createWorkerPool } from './operations/worker-pool.js'
import { checkOptions, type MephistoOptions } from './options.js'
import type { MephistoDb } from './ports/mephisto-db.js'
import { systemRuntime } from './ports/system-runtime.js'
import type { ProviderContext } from './providers/crowd-provider.js'
import { nameText } from './protocol/text.js'
import { exportRows } from './review/export.js'
import { checkedAuthorize } from './review/authorize.js'
import { createReviewDesk } from './review/review-desk.js'
import type { Principal } from './review/principal.js'
import { createCaller } from './rpc/router.js'
import type { Services } from './rpc/services.js'

/** A link that lets one worker into one run. */
export interface WorkLink {
  /** The task page with the credential in its fragment, which no server log ever sees. */
  readonly url: string
  readonly credential: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

/** A hot call of a task page, as an adapter on plain sockets read it. */
export interface HotCall {
  readonly method: string
  /** Path inside the mount, without a leading slash and without the query. */
  readonly path: string
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  /** Reads the body, at most `maxBytes`; null when it is longer. */
  readBody(maxBytes: number): Promise<string | null>
}

/** A running SDK: what a host mounts, calls and closes. Concrete, never generic over the host's blueprints. */
export interface Mephisto<A extends Architect = Architect> {
  readonly architect: A
  readonly operator: Operator
  /** The one entrance: every request under the mount. */
  handler(request: Request): Promise<Response>
  /** A shortcut for the hot calls of task pages; null for anything else, which goes to {@link handler}. */
  answerHotCall(call: HotCall): Promise<FrontReply> | null
  /**
   * Makes a signed link for one worker. `expiresInMs` defaults to 14 days.
   * @throws MephistoError `not_found` for an unknown run, `invalid_input` for an empty or overlong worker name
   */
  invite(invitation: { readonly run: string; readonly worker: string; readonly expiresInMs?: number }): Promise<WorkLink>
  /** The procedures without HTTP, as this principal. */
  caller(principal: Principal): ReturnType<typeof createCaller>
  /**
   * Reads a run's answers with their provenance, page by page, typed by the run's blueprint. `includeSetAside` adds those
   * that were kept without counting. @throws MephistoError `not_found`, when the reading begins
   */
  exportRows<B extends AnyBlueprint>(blueprint: B, options: { readonly run: string; readonly includeSetAside?: boolean }): AsyncIterable<TypedExportRow<B>>
  /** Takes back leases that ran out, every second, until the returned function is called. */
  start(options?: { readonly everyMs?: number }): () => Promise<void>
  /** Stops what was started. The database stays open: it is the host's. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Makes an instance. Nothing runs before a request, `start()` or `operator.tick()`.
 * @throws MephistoError `invalid_options`, naming the option and the fix
 */
export function createMephisto<A extends Architect>(options: MephistoOptions<A>): Mephisto<A> {
  checkOptions(options)
  const { db, architect } = options
  const runtime = { ...systemRuntime(), ...options.runtime }
  const blueprints = createRegistry('blueprint', options.blueprints, implementation => implementation.blueprint.type)
  const providers = createRegistry('provider', options.providers, provider => provider.type)
  const tokens = createAgentTokens(deriveKey(options.secret, 'agent'), runtime.now)
  const providerContext = (provider: string): ProviderContext => ({ now: runtime.now, newId: runtime.newId, key: deriveKey(options.secret, `provider/${provider}`) })
  const contexts = new Map(options.providers.map(provider => [provider.type, providerContext(provider.type)]))
  const group = createGroupCommit(db)
  const pool = createWorkerPool(db, group, runtime)
  const operator = createOperator({ db, runtime, blueprints, providers })
  const pages = createClientIOHandler({ db, runtime, blueprints, providers, pool, group, tokens, providerContext: type => contexts.get(type) ?? providerContext(type) })
  const inviteParts: InviteParts = { db, architect, identify: type => ({ provider: providers.get(type), context: contexts.get(type) ?? providerContext(type) }) }
  const services: Services = {
    db, runtime, blueprints, tokens, pages, operator, review: createReviewDesk(db, runtime), invite: invitation => invite(inviteParts, invitation),
  }
  const parts: HandlerParts = {
    services, basePath: architect.basePath, maxBodyBytes: options.limits?.maxBodyBytes ?? 1_048_576,
    authorize: checkedAuthorize(request => options.authorize(request)),
  }
  const stops = new Set<() => Promise<void>>()
  return {
    architect,
    operator,
    handler: createHandler(parts),
    answerHotCall: call => {
      const procedure = frontProcedure(call)
      return procedure === null ? null : answerHotCall(parts, procedure, call)
    },
    invite: services.invite,
    caller: principal => createCaller({ services, bearer: null, principal: () => Promise.resolve(principal) }),
    exportRows: <B extends AnyBlueprint>(_blueprint: B, { run, ...rest }: { run: string }) => exportRows(db, run, rest) as AsyncIterable<TypedExportRow<B>>,
    start: startOptions => {
      const stop = operator.start(startOptions)
      stops.add(stop)
      return async () => {
        stops.delete(stop)
        await stop()
      }
    },
    close: async () => {
      const running = [...stops]
      stops.clear()
      await Promise.all(running.map(stop => stop()))
    },
  }
}

async function answerHotCall(parts: HandlerParts, procedure: string, call: HotCall): Promise<FrontReply> {
  const body = await call.readBody(parts.maxBodyBytes)
  const context = rpcContext(parts, call.authorization, () => new Request('http://localhost/'))
  if (body !== null) return answerFrontCall({ procedure, body, context })
  return { ...errorReply(bodyTooLarge(parts.maxBodyBytes)), headers: { 'content-type': 'application/json' } }
}

const LONGEST_INVITATION_MS = 10 * 365 * 86_400_000

interface InviteParts {
  readonly db: MephistoDb
  readonly architect: Architect
  identify(type: string): { readonly provider: ReturnType<ReturnType<typeof createRegistry<MephistoOptions['providers'][number]>>['get']>; readonly context: ProviderContext }
}

async function invite(parts: InviteParts, { run: runId, worker, expiresInMs = 14 * 86_400_000 }: { run: string; worker: string; expiresInMs?: number }): Promise<WorkLink> {
  const parsed = nameText(200).safeParse(worker)
  if (!parsed.success) throw new MephistoError('invalid_input', 'A worker needs a name of 1 to 200 characters, without control characters.')
  if (!(expiresInMs > 0 && expiresInMs <= LONGEST_INVITATION_MS)) {
    throw new MephistoError('invalid_input', 'A link works for more than 0 ms and at most 10 years (expiresInMs).')
  }
  const externalId = parsed.data
  const run = await parts.db.runs.get(runId)
  if (!run) throw new MephistoError('not_found', `There is no task run ${runId} to invite anybody to.`)
  const { provider, context } = parts.identify(run.provider)
  if (!provider.invite) throw new MephistoError('invalid_input', `Provider "${provider.type}" brings its own workers; it makes no links.`)
  const { credential, expiresAt } = await provider.invite({ runId, externalId }, expiresInMs, context)
  const fragment = new URLSearchParams({ provider: provider.type, credential })
  return { url: `${parts.architect.taskUrl}#${fragment.toString()}`, credential, expiresAt: new Date(expiresAt).toISOString() }
}
