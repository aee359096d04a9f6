import { createBoundedMap } from '../data-model/bounded-map.js'
import type { TaskRun, Worker } from '../data-model/entities.js'
import type { WhyReturned } from '../data-model/return-reason.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Standing } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { instant } from '../data-model/instant.js'
import { MephistoError } from '../errors.js'
import type { MessagesReply } from '../protocol/message-views.js'
import { REFUSALS, type RefusalReason } from '../protocol/refusals.js'
import type { ExtendReply, JsonPayload, LeaseView, PreviewReply, ProgressView, RefusalView, RegisterReply, RunInfoView, SubmitReply } from '../protocol/worker-views.js'
import type { AgentClaims, AgentTokens } from './agent-tokens.js'
import type { AgentPlaces } from './agent-places.js'
import { createAnswerTaker } from './answers.js'
import type { GroupCommit } from './group-commit.js'
import type { HookParts } from './hook-parts.js'
import { giveBack } from './give-back.js'
import { createExtender, type Extension } from './leases.js'
import type { Onboarding } from './onboarding.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'
import type { WorkerPool } from './worker-pool.js'
import { createWorkerFinder } from './workers.js'

/** How a page says who stands before it: the provider and its credential, from the page's address. */
export interface PageEntry {
  readonly provider: string
  readonly credential: string
}

/** An answer as the page sends it. */
export interface PageAnswer {
  readonly submissionId: string
  readonly answer: unknown
  readonly pageBuild: string | null
}

/** What task pages can ask for. Everything is named by a signed credential or token, never by an id in an address. */
export interface ClientIOHandler {
  preview(entry: PageEntry): Promise<PreviewReply>
  register(entry: PageEntry): Promise<RegisterReply>
  messages(entry: PageEntry): Promise<MessagesReply>
  submit(claims: AgentClaims, answer: PageAnswer): Promise<SubmitReply>
  extend(claims: AgentClaims): Promise<ExtendReply>
  giveBack(claims: AgentClaims, why: WhyReturned | null): Promise<{ returned: boolean }>
}

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
  readonly pool: WorkerPool
  readonly group: GroupCommit
  readonly tokens: AgentTokens
  readonly onboarding: Onboarding
  readonly hookParts: HookParts
  readonly places: AgentPlaces
  /** The largest file that is taken, bytes; null where none are. */
  readonly maxFileBytes: number | null
  /** Whether pages can open sockets. */
  takesSockets(): boolean
}

/** The page side of the operations. */
export function createClientIOHandler(parts: Parts): ClientIOHandler {
  const { db, pool, tokens, places } = parts
  const takeAnswer = createAnswerTaker(parts)
  const extend = createExtender(parts.group)
  const workers = createWorkerFinder(parts)
  const findRun = async (agentId: string): Promise<string> => (await places.find(agentId)).runId
  const requireProvider = createProviderCheck(db)

  /** What `read` says of whoever comes; null from it says that their name was taken away: then somebody new comes with it. */
  async function entering<T>({ provider, credential }: PageEntry, read: (runId: string, worker: Worker) => Promise<T | null>): Promise<T> {
    const crowd = parts.providers.get(provider)
    const { runId, externalId } = await crowd.provider.identify(credential, crowd.context)
    await requireProvider(runId, provider)
    const first = await read(runId, await workers.find(provider, externalId))
    if (first !== null) return first
    workers.forget(provider, externalId)
    const second = await read(runId, await workers.find(provider, externalId))
    if (second !== null) return second
    throw new MephistoError('conflict', 'The name of this worker was taken away just now; try again.')
  }

  return {
    async preview(entry) {
      const { run, standing, refusal, externalId } = await entering(entry, async (runId, worker) => {
        const seen = await pool.look(runId, worker.id)
        return seen && { ...seen, externalId: worker.externalId }
      })
      const sample = run.dataRemovedAt === null ? await db.runs.firstInput(run.id) : null
      return {
        run: runInfo(run, parts.maxFileBytes), worker: externalId, sample: sample === null ? null : JSON.parse(sample) as JsonPayload,
        progress: progressOf(run, standing), refusal: refusal && refusalView(refusal, progressOf(run, standing)), hasUnitUnderWay: standing.held !== null,
      }
    },
    async register(entry) {
      const placement = await entering(entry, (runId, worker) => pool.place(runId, worker.id))
      const { run, standing, unit, at } = placement
      const progress = progressOf(run, standing)
      if (placement.refusal !== null) return refusalView(placement.refusal, progress)
      if (unit === null) {
        const { agentId, input } = placement.onboarding
        const pass = await tokens.sign({ agentId, blueprintType: run.blueprintType, isOnboarding: true }, { leaseMs: run.leaseMs, at })
        return { status: 'onboarding', ...pass, agentId, input: JSON.parse(input) as JsonPayload, resumed: placement.resumed, run: runInfo(run, parts.maxFileBytes), progress }
      }
      places.learn(unit, run)
      const pass = await tokens.sign({ agentId: unit.agentId, blueprintType: run.blueprintType }, { leaseMs: run.leaseMs, at })
      return {
        status: 'working', ...pass, agentId: unit.agentId, unitId: unit.unitId, input: JSON.parse(unit.input) as JsonPayload,
        lease: leaseView({ until: unit.leaseUntil, at, leaseMs: run.leaseMs }), resumed: placement.resumed, run: runInfo(run, parts.maxFileBytes), progress, sockets: parts.takesSockets(),
      }
    },
    messages: entry => entering(entry, async (runId, worker) => ({
      messages: (await db.decisions.messagesTo(worker.id, { runId, limit: MOST_MESSAGES })).map(({ id, unitId, message, effects, createdAt }) => ({ id, unit: unitId, text: message ?? '', bonus: effects.bonus ?? null, at: instant(createdAt) })),
    })),
    async submit(claims, answer) {
      const { pageBuild, ...place } = await places.find(claims.agentId)
      return (claims.isOnboarding ? parts.onboarding.submit : takeAnswer)({ ...claims, ...answer, pageBuild: answer.pageBuild ?? pageBuild, ...place })
    },
    async extend({ agentId }) {
      const extension = await extend({ agentId, runId: await findRun(agentId) })
      if (extension) return { lease: leaseView(extension), message: 'You have the full time again.' }
      return { lease: null, message: 'This item is no longer held for you; your time ran out or the work ended.' }
    },
    giveBack: async ({ agentId }, why) => ({ returned: await giveBack(parts, { runId: await findRun(agentId), agentId, why }) }),
  }
}

/** Refuses people of another provider than the run's. A run never changes its provider, so it is looked up once. */
function createProviderCheck(db: MephistoDb): (runId: string, provider: string) => Promise<void> {
  const known = createBoundedMap<string, string>(CACHE_SIZE)
  return async (runId, provider) => {
    const own = known.get(runId) ?? (await db.runs.get(runId))?.provider
    if (own === undefined) throw new MephistoError('not_found', `There is no task run ${runId} any more. Ask for a new link.`)
    known.set(runId, own)
    if (own !== provider) throw new MephistoError('forbidden', `This run takes workers from "${own}", not from "${provider}".`)
  }
}

/** Messages that are told at a time. */
const MOST_MESSAGES = 20
const CACHE_SIZE = 20_000

function runInfo(run: TaskRun, maxFileBytes: number | null): RunInfoView {
  return {
    ...(maxFileBytes === null ? {} : { maxFileBytes }),
    id: run.id, title: run.config.title, description: run.config.description, blueprintType: run.blueprintType, schemaHash: run.schemaHash,
    args: run.config.args, pay: { minor: run.payMinor, currency: run.currency }, leaseMs: run.leaseMs, ...(run.config.live ? { live: { seats: run.unitsPerAssignment, lobbyMs: run.config.live.lobbyMs, whenTooFew: run.config.live.whenTooFew } } : {}),
  }
}

function progressOf(run: TaskRun, standing: Standing): ProgressView {
  return { completedByYou: standing.unitsCompleted, unitsTotal: run.unitsTotal, unitsAnswered: run.unitsAnswered }
}

/** Reasons that mostly pass in a moment, and when to ask again, ms. */
const SOON_MS: Readonly<Partial<Record<RefusalReason, number>>> = { being_checked: 2_000, waiting_for_items: 5_000 }

function refusalView(reason: RefusalReason, progress: ProgressView): RefusalView {
  const { text, mayChange } = REFUSALS[reason]
  return { status: 'refused', reason, message: text, retryAfterMs: SOON_MS[reason] ?? (mayChange ? 15_000 : null), progress }
}

function leaseView(lease: NonNullable<Extension>): LeaseView {
  return { remainingMs: Math.max(0, lease.until - lease.at), lengthMs: lease.leaseMs }
}
