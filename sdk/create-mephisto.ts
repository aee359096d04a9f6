import type { Architect } from './architects/architect.js'
import type { AnyBlueprint } from './blueprints/blueprint.js'
import { typedExportRows, type TypedExportRow } from './blueprints/typed-export-row.js'
import { createHandler, rpcContext, type HandlerParts } from './http/handler.js'
import { answerFrontCall, frontProcedure, type FrontReply } from './http/worker-front.js'
import { bodyTooLarge } from './http/body.js'
import { errorReply } from './http/error-reply.js'
import { isMephistoError, type MephistoError } from './errors.js'
import { createAgentTokens } from './operations/agent-tokens.js'
import { createClientIOHandler } from './operations/client-io-handler.js'
import { createDataBrowser, type DataBrowser } from './operations/data-browser/data-browser.js'
import { createGroupCommit } from './operations/group-commit.js'
import { deriveKey } from './operations/keys.js'
import { createOnboarding } from './operations/onboarding.js'
import { createOperator, type Operator } from './operations/operator.js'
import { invite, type WorkLink } from './operations/invite.js'
import { noticingDb } from './operations/noticing-db.js'
import { createOutbox } from './operations/outbox.js'
import { createOutboxDesk, type OutboxDesk } from './operations/outbox-desk.js'
import { createRegistry, type ConnectedProvider } from './operations/registry.js'
import { submittedUnitsHandlers } from './operations/submitted-units.js'
import { createWebhooks } from './operations/webhooks/create-webhooks.js'
import type { WebhookDesk } from './operations/webhooks/webhook-desk.js'
import { createWorkerPool } from './operations/worker-pool.js'
import { checkOptions, type MephistoOptions } from './options.js'
import { systemRuntime } from './ports/system-runtime.js'
import { exportRows } from './review/export.js'
import { checkedAuthorize } from './review/authorize.js'
import { createPeopleDesk } from './review/people/create-people-desk.js'
import type { PeopleDesk } from './review/people/people-desk.js'
import { createPrivacyDesk } from './review/privacy/create-privacy-desk.js'
import type { PrivacyDesk } from './review/privacy/privacy-desk.js'
import { createProjectDesk } from './review/projects/create-project-desk.js'
import type { ProjectDesk } from './review/projects/project-desk.js'
import { createReviewDesk } from './review/review-desk.js'
import type { Principal } from './review/principal.js'
import { createCaller } from './rpc/router.js'
import type { Services } from './rpc/services.js'

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
  /** Who may work: qualifications, grants, blocks, invitations. Roles are checked by the procedures, not here. */
  readonly people: PeopleDesk
  /** Who is told what happens, by signed requests. Roles are checked by the procedures, not here. */
  readonly webhooks: WebhookDesk
  /** Finished work across runs, and what it adds up to: by worker, task and project. */
  readonly data: DataBrowser
  /** What became of calls to the outside world. */
  readonly outbox: OutboxDesk
  /** Which tasks belong together, and what they come to. Roles are checked by the procedures, not here. */
  readonly projects: ProjectDesk
  /** Taking people's names and texts away. Roles are checked by the procedures, not here. */
  readonly privacy: PrivacyDesk
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
   * that were kept without counting; those that were erased are left out. @throws MephistoError `not_found`, when the reading
   * begins
   */
  exportRows<B extends AnyBlueprint>(blueprint: B, options: { readonly run: string; readonly includeSetAside?: boolean }): AsyncIterable<TypedExportRow<B>>
  /** Takes back leases that ran out and makes calls to the outside world, every second and when some are written, until the returned function is called. */
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
  const { architect } = options
  const runtime = { ...systemRuntime(), ...options.runtime }
  const blueprints = createRegistry('blueprint', options.blueprints, implementation => implementation.blueprint.type)
  const connected = options.providers.map((provider): ConnectedProvider => ({
    provider, context: { now: runtime.now, newId: runtime.newId, key: deriveKey(options.secret, `provider/${provider.type}`) },
  }))
  const providers = createRegistry('provider', connected, ({ provider }) => provider.type)
  const db = noticingDb(options.db, ({ runIds, hasCalls }) => {
    if (webhooks.note(runIds) || hasCalls) outbox.wake()
  })
  const onDue = (): void => { outbox.wake() }
  const webhooks = createWebhooks({ db, runtime, key: deriveKey(options.secret, 'webhook'), onDue }, options.webhooks)
  const outbox = createOutbox({ db, runtime }, [webhooks.handler, ...submittedUnitsHandlers({ db, blueprints }), ...options.outbox ?? []])
  const tokens = createAgentTokens(deriveKey(options.secret, 'agent'), runtime.now)
  const group = createGroupCommit({ db, runtime })
  const pool = createWorkerPool({ db, group, runtime, blueprints })
  const onboarding = createOnboarding({ db, runtime, blueprints })
  const operator = createOperator({ db, runtime, blueprints, providers, onboarding, outbox })
  const pages = createClientIOHandler({ db, runtime, blueprints, providers, pool, group, tokens, onboarding })
  const people = createPeopleDesk({ db, runtime, checkProvider: provider => { providers.get(provider) } })
  const data = createDataBrowser(db)
  const [projects, privacy] = [createProjectDesk({ db, runtime }), createPrivacyDesk({ db, runtime })]
  const services: Services = {
    db, runtime, blueprints, tokens, pages, operator, people, data, projects, privacy, webhooks: webhooks.desk, review: createReviewDesk(db, runtime), invite: invitation => invite({ db, architect, providers }, invitation),
  }
  const parts: HandlerParts = {
    services, basePath: architect.basePath, maxBodyBytes: options.limits?.maxBodyBytes ?? 1_048_576,
    authorize: checkedAuthorize(request => options.authorize(request)),
  }
  const stops = new Set<() => Promise<void>>()
  return {
    architect,
    operator,
    people,
    data,
    webhooks: webhooks.desk,
    outbox: createOutboxDesk({ db, runtime, onDue }),
    projects,
    privacy,
    handler: createHandler(parts),
    answerHotCall: call => {
      const procedure = frontProcedure(call)
      return procedure === null ? null : answerHotCall(parts, procedure, call)
    },
    invite: services.invite,
    caller: principal => createCaller({ services, bearer: null, principal: () => Promise.resolve(principal) }),
    exportRows: <B extends AnyBlueprint>(blueprint: B, { run, ...rest }: { run: string }) => typedExportRows(blueprint, exportRows(db, run, rest)),
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
  const failed = (error: MephistoError): FrontReply => ({ ...errorReply(error), headers: { 'content-type': 'application/json' } })
  let body: string | null
  try {
    body = await call.readBody(parts.maxBodyBytes)
  } catch (error) {
    if (isMephistoError(error)) return failed(error)
    throw error
  }
  const context = rpcContext(parts, call.authorization, () => new Request('http://localhost/'))
  if (body !== null) return answerFrontCall({ procedure, body, context })
  return failed(bodyTooLarge(parts.maxBodyBytes))
}
