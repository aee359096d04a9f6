import type { Architect } from './architects/architect.js'
import type { AnyBlueprint } from './blueprints/blueprint.js'
import { typedExportRows, type TypedExportRow } from './blueprints/typed-export-row.js'
import { createCrossOrigin } from './http/cross-origin.js'
import { createHandler } from './http/handler.js'
import { rpcContext, type HandlerParts } from './http/handler-parts.js'
import { answerHotCall, hotNameOf, type HotCall, type HotReply } from './http/hot-calls.js'
import { observedHttp } from './http/observed-http.js'
import { createWorkerEvents } from './http/worker-events.js'
import { createWorkerSockets, type HostSocket, type WorkerSocket } from './http/worker-socket.js'
import { MephistoError } from './errors.js'
import { createAgentPlaces } from './operations/agent-places.js'
import { createAgentTokens } from './operations/agent-tokens.js'
import { createClientIOHandler } from './operations/client-io-handler.js'
import { createDataBrowser, type DataBrowser } from './operations/data-browser/data-browser.js'
import { createFeeds } from './operations/feeds/create-feeds.js'
import { createFiles } from './operations/files/create-files.js'
import { createGroupCommit } from './operations/group-commit.js'
import { createHookParts } from './operations/hook-parts.js'
import { deriveKey, signingKey } from './operations/keys.js'
import { createOnboarding } from './operations/onboarding.js'
import { createOperator, type Operator } from './operations/operator.js'
import { invite, type WorkLink } from './operations/invite.js'
import { noticingDb } from './operations/noticing-db.js'
import { createLevels } from './operations/observing/levels.js'
import { observedHooks } from './operations/observing/observed-hooks.js'
import { observedOperator } from './operations/observing/observed-operator.js'
import { observedPool } from './operations/observing/observed-pool.js'
import { createObserver } from './operations/observing/observer.js'
import { safeLogger } from './operations/observing/safe-logger.js'
import { timedDb } from './operations/observing/timed-db.js'
import { countEvents, logEvents } from './operations/observing/told-events.js'
import { createOutbox } from './operations/outbox.js'
import { createOutboxDesk, type OutboxDesk } from './operations/outbox-desk.js'
import { publishingHandlers } from './operations/publishing/publishing-handlers.js'
import { createRegistry, type ConnectedProvider } from './operations/registry.js'
import { submittedUnitsHandlers } from './operations/submitted-units.js'
import { createRemarks } from './operations/remarks/create-remarks.js'
import { createSessions } from './operations/sessions/create-sessions.js'
import { withinMs } from './operations/time-limit.js'
import { taskUrlOf } from './operations/task-url.js'
import { createUnderWay } from './operations/under-way.js'
import { createWebhooks } from './operations/webhooks/create-webhooks.js'
import type { WebhookDesk } from './operations/webhooks/webhook-desk.js'
import { createWorkerPool } from './operations/worker-pool.js'
import { checkOptions, type MephistoOptions } from './options.js'
import { systemRuntime } from './ports/system-runtime.js'
import { createAnswerReader, type AnswerReader, type Showing } from './review/answer-reader.js'
import { exportRows } from './review/exports/export-rows.js'
import { checkedAuthorize } from './review/authorize.js'
import { blockHandler } from './review/blocks/block-calls.js'
import { REOPENING } from './review/blocks/reopening.js'
import { RESTORING } from './review/blocks/restoring.js'
import { createAuditDesk, type AuditDesk } from './review/audit-desk.js'
import { createPeopleDesk } from './review/people/create-people-desk.js'
import type { PeopleDesk } from './review/people/people-desk.js'
import { createPrivacyDesk } from './review/privacy/create-privacy-desk.js'
import type { PrivacyDesk } from './review/privacy/privacy-desk.js'
import { createProjectDesk } from './review/projects/create-project-desk.js'
import type { ProjectDesk } from './review/projects/project-desk.js'
import { createRemarkDesk } from './review/remarks/create-remark-desk.js'
import type { RemarkDesk } from './review/remarks/remark-desk.js'
import { createReviewClaims } from './review/review-claims.js'
import { createReviewDesk } from './review/review-desk.js'
import { createSpendingDesk, type SpendingDesk } from './review/spending-desk.js'
import type { ExportRow } from './protocol/export-views.js'
import type { Principal } from './review/principal.js'
import { createCaller } from './rpc/router.js'
import type { Services } from './rpc/services.js'

/** What timers can wait at most, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Which answers are read, and how. */
export interface RowsWanted {
  readonly run: string
  readonly includeSetAside?: boolean
  readonly migrated?: boolean
}

/** A running SDK: what a host mounts, calls and closes. Concrete, never generic over the host's blueprints. */
export interface Mephisto<A extends Architect = Architect> {
  readonly architect: A
  /** Origins whose pages may call the mount and open sockets: those of the mount, of the task page and of the option `origins`. */
  readonly origins: readonly string[]
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
  /** Who did what on the operator side. Roles are checked by the procedures, not here. */
  readonly audit: AuditDesk
  /** How money moved. Roles are checked by the procedures, not here. */
  readonly spending: SpendingDesk
  /** What workers say about their work: opinions, feedback, tips for others, errors of their pages. Roles are checked by the procedures, not here. */
  readonly remarks: RemarkDesk
  /** Taking people's names and texts away. Roles are checked by the procedures, not here. */
  readonly privacy: PrivacyDesk
  /** The one entrance: every request under the mount. */
  handler(request: Request): Promise<Response>
  /** A shortcut for what task pages ask for most, their packets as events among it; null for anything else, which goes to {@link handler}. */
  answerHotCall(call: HotCall): Promise<HotReply> | null
  /** Serves a socket that a host has accepted at `trpc` below the mount, in tRPC's WebSocket format; adapters do this. */
  openSocket(socket: HostSocket): WorkerSocket
  /** Sockets are accepted from now on, and pages are told so; returns what ends that. Adapters call it. */
  takeSockets(): () => void
  /**
   * Makes a signed link for one worker. `expiresInMs` defaults to 14 days.
   * @throws MephistoError `not_found` for an unknown run, `invalid_input` for an empty or overlong worker name
   */
  invite(invitation: { readonly run: string; readonly worker: string; readonly expiresInMs?: number }): Promise<WorkLink>
  /** The procedures without HTTP, as this principal. */
  caller(principal: Principal): ReturnType<typeof createCaller>
  /**
   * Reads a run's answers with their provenance, page by page, typed by the run's blueprint. `includeSetAside` adds those
   * that were kept without counting; those that were erased are left out. `migrated` brings those of earlier versions of the
   * blueprint into its present shape, by its `agentState.migrate`; without it they are as they are stored, and `schemaHash`
   * tells. @throws MephistoError when the reading begins: `not_found`, `conflict` for a run of another blueprint; later: `conflict` for
   * one that cannot be migrated
   */
  exportRows<B extends AnyBlueprint>(blueprint: B, options: RowsWanted): AsyncIterable<TypedExportRow<B>>
  /** Takes back leases that ran out and makes calls to the outside world, every half second and when some are written, until the returned function is called. */
  start(options?: { readonly everyMs?: number }): () => Promise<void>
  /**
   * Stops what was started, and waits for calls and downloads that are under way by then, at most `withinMs`; from then on `health` answers 503, so that a load
   * balancer sends nobody here. Nothing is lost when it does not wait that long: what was not committed was not acknowledged, and
   * other processes, or the next start, go on; the log says so. The database stays open: it is the host's. Safe to call twice.
   * @default withinMs 30000
   * @throws MephistoError `invalid_input` for a time that is none
   */
  close(options?: { readonly withinMs?: number }): Promise<void>
}

/**
 * Makes an instance. Nothing runs before a request, `start()` or `operator.tick()`.
 * @throws MephistoError `invalid_options`, naming the option and the fix
 */
export function createMephisto<A extends Architect>(options: MephistoOptions<A>): Mephisto<A> {
  checkOptions(options)
  const { architect } = options
  const given = { ...systemRuntime(), ...options.runtime }
  const logger = safeLogger(given.logger, { withMessages: options.logErrorMessages ?? false })
  const runtime = { ...given, logger }
  const telemetries = options.telemetry ?? []
  const observer = createObserver(telemetries, logger)
  const blueprints = createRegistry('blueprint', options.blueprints.map(one => observedHooks(one, observer)), implementation => implementation.blueprint.type)
  const connected = options.providers.map((provider): ConnectedProvider => ({
    provider, context: { now: runtime.now, newId: runtime.newId, key: deriveKey(options.secret, `provider/${provider.type}`) },
  }))
  const providers = createRegistry('provider', connected, ({ provider }) => provider.type)
  const db = timedDb(noticingDb(options.db, notice => {
    const isWanted = [webhooks.note(new Set(notice.events.map(({ runId }) => runId))), feeds.note(notice.events), notice.hasCalls]
    if (isWanted.includes(true)) outbox.wake()
    sessionParts.told(notice.packets)
    countEvents(observer, notice)
    logEvents(logger, notice)
  }, { withAttempts: observer.isOn }), observer)
  const onDue = (): void => { outbox.wake() }
  const webhooks = createWebhooks({ db, runtime, key: deriveKey(options.secret, 'webhook'), onDue }, options.webhooks)
  const feeds = createFeeds({ db, runtime, blueprints })
  const hookParts = createHookParts({ db, blueprints })
  const places = createAgentPlaces(db)
  const findPlace = places.find
  const sessionParts = createSessions({ db, runtime, blueprints, hookParts, findPlace, observer, bus: options.bus ?? null })
  const outbox = createOutbox({ db, runtime, observer }, [
    ...sessionParts.handlers,
    webhooks.handler, ...submittedUnitsHandlers({ db, blueprints, hookParts }), ...feeds.handlers,
    blockHandler({ db, runtime }, REOPENING), blockHandler({ db, runtime }, RESTORING),
    ...publishingHandlers({ db, runtime, providers, taskUrlOf: run => taskUrlOf({ architect, blueprints }, run) }), ...options.outbox ?? [],
  ])
  const files = createFiles({ db, runtime, findPlace, key: signingKey(options.secret, 'file'), baseUrl: architect.baseUrl }, options.files ?? null)
  const tokens = createAgentTokens(signingKey(options.secret, 'agent'), { hostNow: runtime.now, databaseNow: () => db.now() })
  const group = createGroupCommit({ db, runtime, observer })
  const pool = observedPool(createWorkerPool({ db, group, runtime, blueprints, hookParts }), observer)
  const onboarding = createOnboarding({ db, runtime, blueprints, hookParts })
  const operator = observedOperator(createOperator({ db, runtime, blueprints, providers, onboarding, hookParts, architect, outbox, files, observer }), { observer, logger })
  const accepting = new Set<object>()
  const pages = createClientIOHandler({ takesSockets: () => architect.sockets ?? accepting.size > 0, maxFileBytes: files.maxBytes, places, db, runtime, blueprints, providers, pool, group, tokens, onboarding, hookParts })
  const people = createPeopleDesk({ db, runtime, checkProvider: provider => { providers.get(provider) } })
  const [projects, privacy] = [createProjectDesk({ db, runtime }), createPrivacyDesk({ db, runtime, files })]
  const readers = createRegistry('blueprint', blueprints.names.map(type => createAnswerReader(blueprints.get(type), runtime)), reader => reader.implementation.blueprint.type)
  const readerOf = (type: string): AnswerReader | null => readers.find(type)
  const showingOf = (type: string, isMigrated: boolean): Showing => ({ isMigrated, reader: isMigrated ? readers.get(type) : readerOf(type) })
  const data = createDataBrowser({ db, readerOf })
  const services: Services = {
    readerOf, showingOf,
    db, runtime, observer, blueprints, tokens, files, pages, sessions: sessionParts.open(outbox), operator, people, data, projects, privacy, remarks: createRemarks({ db, runtime, findPlace }), remarkDesk: createRemarkDesk({ db, runtime }), audit: createAuditDesk({ db }), spending: createSpendingDesk({ db }), outbox: createOutboxDesk({ db, runtime, onDue }), webhooks: webhooks.desk, review: createReviewDesk(db, runtime), claims: createReviewClaims({ db }), invite: invitation => invite({ db, architect, blueprints, providers }, invitation),
  }
  async function* rowsOf(type: string, { run, migrated = false, ...rest }: RowsWanted): AsyncGenerator<ExportRow> {
    yield* exportRows(db, run, { ...rest, ...showingOf(type, migrated) })
  }
  let isClosing = false
  const origins = [...new Set([architect.baseUrl, architect.taskUrl ?? [], options.origins ?? []].flat().map(address => new URL(address).origin))]
  const parts: HandlerParts = {
    services, crossOrigin: createCrossOrigin(origins, architect.baseUrl), isClosing: () => isClosing, during: work => underWay.during(work), basePath: architect.basePath, maxBodyBytes: options.limits?.maxBodyBytes ?? 1_048_576,
    events: createWorkerEvents(observer),
    console: options.console ?? {},
    exposition: telemetries.find(one => one.exposition !== undefined)?.exposition ?? null,
    authorize: checkedAuthorize(request => options.authorize(request)),
  }
  const stops = new Set<() => Promise<void>>()
  const underWay = createUnderWay()
  const handle = createHandler(parts)
  // No request of a person stands behind a socket: only tokens speak for somebody there.
  const sockets = createWorkerSockets(said => ({ ...rpcContext(parts, said, () => new Request(architect.baseUrl)), principal: () => Promise.resolve(null) }), observer)
  const unobserve = observer.observe(createLevels({ db: options.db, logger }))
  return {
    architect,
    origins,
    operator,
    people,
    data,
    webhooks: webhooks.desk,
    outbox: services.outbox,
    audit: services.audit,
    spending: services.spending,
    remarks: services.remarkDesk,
    projects,
    privacy,
    handler: request => underWay.during(() => handle(request)),
    answerHotCall: call => {
      const name = hotNameOf(call)
      return name === null ? null : underWay.during(() => observedHttp(observer, call, () => answerHotCall(parts, name, call)))
    },
    openSocket: sockets.open,
    takeSockets: () => {
      const one = {}
      accepting.add(one)
      return () => { accepting.delete(one) }
    },
    invite: services.invite,
    caller: principal => createCaller({ services, bearer: null, wire: null, principal: () => Promise.resolve(principal) }),
    exportRows: <B extends AnyBlueprint>(blueprint: B, rows: RowsWanted) => typedExportRows(blueprint, rowsOf(blueprint.type, rows)),
    start: startOptions => {
      const stop = operator.start(startOptions)
      stops.add(stop)
      return async () => {
        stops.delete(stop)
        await stop()
      }
    },
    async close({ withinMs: ms = 30_000 } = {}) {
      if (!Number.isInteger(ms) || ms < 0 || ms > LONGEST_TIMER_MS) throw new MephistoError('invalid_input', `close: withinMs: must be a whole number of ms from 0 to ${String(LONGEST_TIMER_MS)}, not ${String(ms)}.`)
      isClosing = true
      sockets.close()
      const sessionsEnd = sessionParts.close()
      unobserve()
      const running = [...stops]
      stops.clear()
      await withinMs(ms, () => Promise.all([...running.map(stop => stop()), underWay.ended().then(() => outbox.ended()), sessionsEnd])).catch((error: unknown) => {
        runtime.logger.warn({ err: error, withinMs: ms }, 'not everything had ended when the instance was closed; what was under way goes on elsewhere or at the next start')
      })
    },
  }
}
