import type { RunDataFeed } from '../data-model/data-feed.js'
import type { RunConfig, TaskRun, Worker } from '../data-model/entities.js'
import type { RunStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { Money } from '../data-model/money.js'
import type { ReturnReason } from '../data-model/return-reason.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { RefusalReason } from '../protocol/refusals.js'
import type { AssigneeOperations } from './assignee-operations.js'
import type { BudgetOperations } from './budget-operations.js'
import type { DataOperations } from './data-operations.js'
import type { EntityOperations } from './entity-operations.js'
import type { EventOperations, StreamHead } from './event-operations.js'
import type { FeedOperations } from './feed-operations.js'
import type { FileOperations } from './file-operations.js'
import type { LedgerOperations } from './ledger-operations.js'
import type { LevelOperations } from './level-operations.js'
import type { OnboardingOperations } from './onboarding-operations.js'
import type { OutboxOperations } from './outbox-operations.js'
import type { OverviewOperations } from './overview-operations.js'
import type { PrivacyOperations } from './privacy-operations.js'
import type { PublicationOperations } from './publication-operations.js'
import type { RollUpOperations } from './roll-up-operations.js'
import type { ClaimOperations } from './claim-operations.js'
import type { RemarkOperations } from './remark-operations.js'
import type { ReplacementOperations } from './replacement-operations.js'
import type { ReviewerOperations } from './reviewer-operations.js'
import type { SessionOperations } from './session-operations.js'
import type { SpecialOperations } from './special-operations.js'
import type { TransferOperations } from './transfer-operations.js'
import type { UnitOperations } from './unit-operations.js'
import type { AuditOperations, DecisionOperations, SubmissionOperations } from './answer-operations.js'
import type { WebhookOperations } from './webhook-operations.js'

/**
 * Every data operation the rest of the SDK needs. The database is the truth: nothing is acknowledged before the
 * transaction that holds it has committed. Writes are conditional and say what they won; nothing is read and then
 * written on trust. Operations take lists, so that many callers can share one transaction.
 *
 * Failures are MephistoErrors: `already_exists`, `not_found`, `conflict`, `database_locked`, `unavailable`.
 */
export interface MephistoDb extends DbOperations {
  readonly specVersion: 1
  /**
   * Runs `work` in one transaction, and again from its start when the database reports a conflict (at most 8 times). One that
   * takes longer than `longestMs` is rolled back. @default longestMs 15000
   */
  transaction<T>(work: (tx: DbOperations) => Promise<T>, options?: { readonly longestMs?: number }): Promise<T>
  /** Ends the connections that this object opened. Safe to call twice. */
  close(): Promise<void>
}

/** The operations, on the database itself or inside a transaction. */
export interface DbOperations extends EntityOperations {
  /** The database's clock, epoch ms: what leases are compared with. */
  now(): Promise<number>
  readonly tasks: TaskOperations & EntityOperations['tasks']
  readonly runs: RunOperations & EntityOperations['runs']
  readonly workers: WorkerOperations & EntityOperations['workers']
  readonly units: UnitOperations & EntityOperations['units']
  readonly replacements: ReplacementOperations
  readonly special: SpecialOperations
  readonly onboardings: OnboardingOperations
  readonly submissions: SubmissionOperations
  readonly decisions: DecisionOperations & EntityOperations['decisions']
  readonly data: DataOperations
  readonly transfer: TransferOperations
  readonly ledger: LedgerOperations
  readonly audit: AuditOperations
  readonly events: EventOperations
  readonly feeds: FeedOperations
  readonly assignees: AssigneeOperations
  readonly files: FileOperations
  readonly sessions: SessionOperations
  readonly remarks: RemarkOperations
  readonly claims: ClaimOperations
  readonly reviewers: ReviewerOperations
  readonly outbox: OutboxOperations
  readonly publications: PublicationOperations
  readonly webhooks: WebhookOperations
  readonly rollUps: RollUpOperations
  readonly overviews: OverviewOperations
  readonly budgets: BudgetOperations
  readonly privacy: PrivacyOperations
  readonly levels: LevelOperations
}

/** What a run is launched from: tasks, requesters and blueprint versions are found by name or made. */
export interface TaskOperations {
  /** @throws MephistoError `conflict` when the task exists with another blueprint type */
  ensureTask(task: { id: string; name: string; blueprintType: string; at: number }): Promise<string>
  ensureRequester(requester: { id: string; provider: string; name: string; at: number }): Promise<string>
  /** The stored schemas of a blueprint version, JSON text; null when there is no such version. */
  blueprintVersion(type: string, schemaHash: string): Promise<{ inputSchema: string; outputSchema: string } | null>
  ensureBlueprintVersion(version: { id: string; type: string; schemaHash: string; inputSchema: string; outputSchema: string; at: number }): Promise<void>
  /**
   * Removes those of these that are there and that nothing uses. In a transaction of its own: on a server it fails with `not_found` when one
   * of them comes into use just then.
   */
  removeUnused(names: NewNames): Promise<void>
}

/** Ids of what a launch makes where it is not there yet. */
export interface NewNames {
  readonly taskId: string
  readonly requesterId: string
  readonly projectId: string
}

/** A new run, before its data. */
export interface NewRun {
  readonly id: string
  readonly taskId: string
  readonly requesterId: string
  readonly provider: string
  readonly blueprintType: string
  readonly schemaHash: string
  readonly config: RunConfig
  readonly unitsPerAssignment: number
  readonly leaseMs: number
  readonly currency: string
  readonly payMinor: number
  readonly budgetMinor: number | null
  readonly at: number
}

/** One item of input with the ids its assignment and units will have. */
export interface NewAssignment {
  readonly id: string
  readonly position: number
  /** JSON text. */
  readonly input: string
  readonly unitIds: readonly string[]
  /** The order of the units, smallest first. @default item by item */
  readonly ranks?: readonly number[]
  /** The ids of the workers whom it is for. @default everybody, and the run says nothing else */
  readonly assignees?: readonly string[]
}

/** A run that the transaction holds: nobody else moves its units, money or status until the transaction ends. */
export interface LockedRun {
  readonly run: TaskRun
  /** Feed number of the run's last event. */
  readonly feed: number
  /** The run's own stream of events. */
  readonly head: StreamHead
}

/** What an operator may change of a run that was launched. */
export interface RunSettings {
  readonly unitsPerAssignment: number
  /** Of leases that are given or extended from now on, ms. */
  readonly leaseMs: number
  /** Cap on spent plus reserved money, minor units. */
  readonly budgetMinor: number
  /** Since when it is left out of lists, epoch ms; null for one that is not. */
  readonly archivedAt: number | null
  /** Since when its inputs and answers are gone, or going, for good, epoch ms; null while it has them. */
  readonly dataRemovedAt: number | null
}

/** What a transaction did to a run it holds, written once. Amounts are changes, in minor units. */
export interface RunChange {
  readonly id: string
  /** The feed number that the run was locked at: the change is made only from there. */
  readonly fromFeed: number
  readonly feed: number
  readonly head: StreamHead
  /** Left out when it stays. */
  readonly freeFrom?: number
  readonly reservedMinor: number
  readonly owedMinor: number
  readonly paidMinor: number
  readonly unitsTotal: number
  readonly unitsOpen: number
  readonly unitsAnswered: number
  /** The project whose budget was held for the run, null for none: more money is booked only while that is so. @default null */
  readonly cappedBy?: string | null
  /** The new status; left out when it stays. */
  readonly status?: RunStatus
  readonly startedAt?: number
  /** Null when the run goes on again. */
  readonly endedAt?: number | null
  /** Settings that were changed. */
  readonly settings?: Partial<RunSettings>
  /** How far it has come with its data feed; left out when that stays. */
  readonly dataFeed?: RunDataFeed
}

/** What tells whether anything has happened in a run, without reading it. */
export interface RunPulse {
  readonly status: RunStatus
  /** Feed number of the run's last event. */
  readonly feed: number
  readonly unitsTotal: number
  readonly unitsOpen: number
}

/** An item of a run, without its input. */
export interface ItemPlace {
  readonly id: string
  readonly position: number
}

/** How attempts at a run's units went that came to nothing, and how many answers came lately. */
export interface RunRhythm {
  /** Answers that count, since the instant that was asked about. */
  readonly answeredSince: number
  readonly returned: number
  /** Leases that ran out. */
  readonly timedOut: number
  readonly disconnected: number
  /** Attempts that ended with the run. */
  readonly expired: number
}

/** How often a reason was why somebody got no work. */
export interface RefusalCount {
  readonly reason: RefusalReason
  readonly workers: number
  readonly times: number
}

/** How many units were given back for a reason. */
export interface ReturnCount {
  readonly reason: ReturnReason
  readonly attempts: number
}

/** Which runs to list, newest first. */
export interface RunFilter {
  readonly taskName?: string
  /** Those that are archived, or those that are not; left out for both. */
  readonly isArchived?: boolean
  readonly statuses?: readonly RunStatus[]
  /** Return runs older than this one. */
  readonly after?: string
  readonly limit: number
}

/** A run that hands out units, and how long it has stood still. */
export interface RunStillness {
  readonly id: string
  /** When it was last written to, epoch ms of the database's clock. */
  readonly since: number
  /** How long it was to wait; null for ever. */
  readonly patienceMs: number | null
}

export interface RunOperations {
  insert(run: NewRun): Promise<void>
  /** Writes what a run asks for that is only known once its data is there. Of a held run that is launching. */
  configure(id: string, config: RunConfig): Promise<void>
  get(id: string): Promise<TaskRun | null>
  list(filter: RunFilter): Promise<readonly TaskRun[]>
  /** Holds these runs until the transaction ends, taking turns with whoever else wants them. Unknown ids are left out. */
  lock(ids: readonly string[]): Promise<readonly LockedRun[]>
  /** Writes what was done to a held run. False, and nothing changed, when its money would pass the cap (promise P7). */
  write(change: RunChange, at: number): Promise<boolean>
  /** A sign of life of a launch under way. */
  touch(id: string, at: number): Promise<void>
  /**
   * Adds assignments with their units and counts them. The units are launched, and not yet handed out because the run is
   * still launching; with `isHeldBack` they are created, to be launched by `units.publish`.
   * @throws MephistoError `conflict` when the run is not launching any more
   */
  addAssignments(run: { id: string; payMinor: number; isHeldBack?: boolean }, rows: readonly NewAssignment[], at: number): Promise<void>
  /** Adds assignments with their units to a run that the transaction holds, and which it counts itself. */
  appendAssignments(run: { id: string; payMinor: number; isHeldBack: boolean }, rows: readonly NewAssignment[], at: number): Promise<void>
  /** The run's items after a position, in their order. */
  items(id: string, page: { readonly after: number; readonly limit: number }): Promise<readonly ItemPlace[]>
  /** The position of the run's last ordinary item; −1 when it has none. */
  lastPosition(id: string): Promise<number>
  /** Runs whose launch has shown no sign of life since `before`: its process is gone. Those that their provider is still to open are none. */
  staleLaunches(before: number, limit: number): Promise<readonly string[]>
  /** Running runs in the order of their ids, with since when nothing has happened in them; one alone where that is asked for. */
  still(which: { readonly id?: string; readonly after?: string; readonly limit: number }): Promise<readonly RunStillness[]>
  /** Runs that have ended and still have open units: whoever was to expire them is gone. */
  endedWithOpenUnits(limit: number): Promise<readonly string[]>
  /**
   * Runs whose items are to have more units each, and of which the log does not say that they got them: whoever was to add
   * them is gone, or still at it. None that was drained or ended since. One run alone where that is asked for.
   */
  widening(which: { readonly runId?: string; readonly limit: number }): Promise<readonly string[]>
  /** Runs that are draining and still have units that nobody has: whoever was to expire them is gone. */
  drainingWithFreeUnits(limit: number): Promise<readonly string[]>
  /** Removes a run that never started, with its assignments and units; one that did start, or that its provider is to open, stays. */
  remove(id: string): Promise<void>
  /** Each unit is looked at, for what checks the sums that are kept; {@link RollUpOperations.unitsOfRun} is quicker. */
  countUnits(id: string): Promise<Readonly<Record<UnitStatus, number>>>
  /** Notes who was told why there is no work for them, each once in the list. */
  noteRefusals(id: string, refusals: readonly { readonly workerId: string; readonly reason: RefusalReason }[], at: number): Promise<void>
  /** How many people were told each reason, and how often, the most people first. */
  refusals(id: string): Promise<readonly RefusalCount[]>
  /** Set-aside answers and people of the run. */
  countPeople(id: string): Promise<{ workers: number; setAside: number }>
  /** One row by its key; null for an unknown run. */
  pulse(id: string): Promise<RunPulse | null>
  rhythm(id: string, since: number): Promise<RunRhythm>
  /** Why units were given back, by those who said so, the most first. */
  returnReasons(id: string): Promise<readonly ReturnCount[]>
  /** How long answers that count took, ms, the latest first, without those between which the clock was set back; of accepted ones alone where that is asked for. */
  durations(id: string, sample: { readonly limit: number; readonly areAccepted: boolean }): Promise<readonly number[]>
  /** The input of the run's first item, as JSON text: what the preview shows. */
  firstInput(id: string): Promise<string | null>
}

/** What to know of workers who ask for work in a run. */
export interface FactsQuery {
  readonly workerIds: readonly string[]
  readonly qualificationIds: readonly string[]
  /** Count what they answered and hold in the runs of this task; null when nobody needs to know. */
  readonly taskId: string | null
  /** Add up what they earned and hold in this currency since an instant; null when nobody needs to know. */
  readonly earnings: { readonly currency: string; readonly since: number } | null
  readonly at: number
}

/** What is known of a worker, as far as it was asked for. */
export interface WorkerFacts {
  /** Values by qualification id, of grants that have not expired. */
  readonly grants: ReadonlyMap<string, number>
  readonly unitsOfTask: number
  /** Units of the task under way: their leases have not run out. */
  readonly heldOfTask: number
  readonly earnedMinor: number
}

/** What a worker did in one run, as far as it has come to one status. */
export interface DoneWork {
  readonly runId: string
  readonly taskName: string
  readonly currency: string
  readonly status: UnitStatus
  readonly kind: UnitKind
  readonly units: number
  /** Pay of these units together, minor units. */
  readonly payMinor: number
}

export interface WorkerOperations {
  /** Finds or makes the worker. @throws MephistoError `invalid_input` for the external id of somebody whose name was taken away */
  ensure(worker: Worker & { at: number }): Promise<Worker>
  /**
   * Holds these workers until the transaction ends: what they do in all runs together does not change meanwhile, nor what they
   * are called. Returns their external ids as they are then, by id.
   */
  lock(workerIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** By worker id. */
  facts(query: FactsQuery): Promise<ReadonlyMap<string, WorkerFacts>>
  /** The units that a worker holds or completed, added up by run and status, the newest run first. */
  done(workerId: string): Promise<readonly DoneWork[]>
  /** What the worker was paid outside any unit, by currency. */
  compensated(workerId: string): Promise<readonly Money[]>
  /** Removes those of these workers whom nothing names. In a transaction of its own: on a server it fails with `not_found` when one of them comes just then. */
  removeUnused(workerIds: readonly string[]): Promise<void>
  /** Lets workers into a run that is by invitation; those who are in stay as they are. Returns how many were new. */
  admit(runId: string, workerIds: readonly string[], at: number): Promise<number>
}
