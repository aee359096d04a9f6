import type { BlockScope } from '../data-model/block-scope.js'
import type { Verdict, Worker } from '../data-model/entities.js'
import type { AgentStatus, RunStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { Money } from '../data-model/money.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type {
  AgentRow, AssignmentRow, BlockRow, FoundDecision, GrantedQualificationRow, ProjectRow, QualificationEventRow, QualificationRow, RequesterRow, RunRow, TaskRow, UnitRow, WorkerRow,
} from './entity-rows.js'
import type { Finding, Reading } from './find-query.js'

/**
 * Making, naming and finding entities. Names are kept without blanks around them, compared exactly, and at most 200
 * characters long; keys (providers, types, pseudonyms) at most 64. An empty or longer one is `invalid_input`, one that
 * is taken `already_exists`, an unknown entity that something belongs to `not_found`; then nothing is changed.
 * Statuses are moved by the lifecycle alone (`units`, `runs.write`), never set here.
 */
export interface EntityOperations {
  readonly projects: ProjectOperations
  readonly tasks: TaskEntities
  readonly requesters: RequesterOperations
  readonly workers: WorkerEntities
  readonly runs: RunEntities
  readonly assignments: AssignmentOperations
  readonly units: UnitEntities
  readonly agents: AgentOperations
  readonly qualifications: QualificationOperations
  readonly grants: GrantOperations
  readonly blocks: BlockOperations
  readonly decisions: DecisionEntities
}

/** A new entity's own id, a UUID made by the caller, and when it is made, epoch ms. */
interface Made {
  readonly id: string
  readonly at: number
}

/** Which projects to find. */
export interface ProjectFilter {
  readonly name?: string
  readonly isArchived?: boolean
}

/** Projects. */
export interface ProjectOperations extends Reading<ProjectRow, ProjectFilter, 'createdAt' | 'name'> {
  /** @throws MephistoError `invalid_input` also for the name `NO_PROJECT`, which stands for none */
  create(project: Made & { readonly name: string }): Promise<void>
  /** The id of the project with this name, which is made if there is none. @throws MephistoError `invalid_input`, as for {@link create} */
  ensure(project: Made & { readonly name: string }): Promise<string>
  /** @throws MephistoError `not_found`, `already_exists` */
  rename(id: string, name: string): Promise<void>
  /** Archives at an instant, or brings back with null. @throws MephistoError `not_found` */
  archive(id: string, at: number | null): Promise<void>
  /** Sets the cap on what its runs spend and reserve together, or takes it away with null; held and checked by `budgets`. @throws MephistoError `not_found` */
  setBudget(id: string, budget: Money | null): Promise<void>
}

/** Which tasks to find. */
export interface TaskFilter {
  readonly name?: string
  readonly projectId?: string
  /** True for those that are in a project. */
  readonly isInProject?: boolean
  readonly blueprintType?: string
  readonly isArchived?: boolean
}

/** Tasks. */
export interface TaskEntities extends Reading<TaskRow, TaskFilter, 'createdAt' | 'name'> {
  /** @throws MephistoError `not_found` for an unknown project */
  create(task: Made & { readonly name: string; readonly blueprintType: string; readonly projectId?: string | null }): Promise<void>
  /** Changes what is given. @throws MephistoError `conflict` once the task has a run; `not_found`, `already_exists` */
  update(id: string, change: { readonly name?: string; readonly projectId?: string | null }): Promise<void>
  /**
   * Moves a task to a project, or to none with null, also after it has runs. Returns the project that it was in.
   * @throws MephistoError `not_found` for an unknown task or project
   */
  move(id: string, projectId: string | null): Promise<string | null>
  /** Puts a task that is in no project into one. Returns the project that it is in now. @throws MephistoError `not_found` */
  attach(id: string, projectId: string): Promise<string>
  /** Archives at an instant, or brings back with null. @throws MephistoError `not_found` */
  archive(id: string, at: number | null): Promise<void>
  /** Bounds for how many days the texts of its answers are kept, or with null no more. @throws MephistoError `not_found` */
  retain(id: string, days: number | null): Promise<void>
}

/** Which requesters to find. */
export interface RequesterFilter {
  readonly name?: string
  readonly provider?: string
}

/** Requesters, unique per provider and name. */
export interface RequesterOperations extends Reading<RequesterRow, RequesterFilter, 'createdAt' | 'name'> {
  create(requester: Made & { readonly provider: string; readonly name: string }): Promise<void>
}

/** Which workers to find. */
export interface WorkerFilter {
  readonly externalId?: string
  readonly provider?: string
  readonly pseudonym?: string
}

/** Workers, unique per provider and external id. */
export interface WorkerEntities extends Reading<WorkerRow, WorkerFilter, 'createdAt' | 'externalId'> {
  create(worker: Made & Worker): Promise<void>
}

/** Filters by what a row's run is. */
export interface OfRunFilter {
  readonly runId?: string
  readonly taskId?: string
  readonly projectId?: string
  readonly requesterId?: string
  readonly provider?: string
  readonly blueprintType?: string
}

/** Which runs to find. */
export interface RunEntityFilter extends Omit<OfRunFilter, 'runId'> {
  readonly taskName?: string
  readonly statuses?: readonly RunStatus[]
  /** A worker who was let in or took a unit. */
  readonly workerId?: string
  /** True for runs that are completed, expired or failed. */
  readonly isEnded?: boolean
}

/** Runs as entities; making and moving them is `RunOperations`. */
export type RunEntities = Finding<RunRow, RunEntityFilter, 'createdAt'>

/** Assignments; they are made with their run's data. Within a run, the sort `position` is the quick one. */
export type AssignmentOperations = Reading<AssignmentRow, OfRunFilter, 'createdAt' | 'position'>

/** Which units to find. */
export interface UnitFilter extends OfRunFilter {
  readonly assignmentId?: string
  readonly unitIndex?: number
  /** The agent that holds or completed it. */
  readonly agentId?: string
  /** The worker who holds or completed it. */
  readonly workerId?: string
  readonly statuses?: readonly UnitStatus[]
  readonly kinds?: readonly UnitKind[]
}

/** Units as entities; moving them is `UnitOperations`. Within a run and one status, the sort `rank` is the quick one. */
export type UnitEntities = Reading<UnitRow, UnitFilter, 'createdAt' | 'rank'>

/** Which agents to find. */
export interface AgentFilter extends OfRunFilter {
  readonly unitId?: string
  readonly assignmentId?: string
  readonly workerId?: string
  readonly statuses?: readonly AgentStatus[]
  readonly isOnboarding?: boolean
}

/** Agents; those of units are made with their lease. */
export interface AgentOperations extends Reading<AgentRow, AgentFilter, 'acceptedAt'> {
  /** Makes an agent without a unit, in status `onboarding`. @throws MephistoError `not_found` for an unknown run or worker */
  addOnboarding(agent: Made & { readonly runId: string; readonly workerId: string }): Promise<void>
}

/** Qualifications. */
export interface QualificationOperations extends Reading<QualificationRow, { readonly name?: string }, 'createdAt' | 'name'> {
  create(qualification: Made & { readonly name: string; readonly description?: string | null }): Promise<void>
  byName(name: string): Promise<QualificationRow | null>
  /** Finds or makes one, whichever process comes first. Returns its id. */
  ensure(qualification: Made & { readonly name: string }): Promise<string>
  /** Changes what is given. @throws MephistoError `not_found`, `already_exists` */
  update(id: string, change: { readonly name?: string; readonly description?: string | null }): Promise<void>
  /** Removes the qualification and all grants of it; their history stays. False when there is none with this id. */
  delete(id: string): Promise<boolean>
}

/** Who grants or revokes what, and why. `id` is the caller's own id of this act: the same one is not done twice. */
export interface GrantAct extends Made {
  readonly qualificationId: string
  readonly workerId: string
  readonly actorId: string
  readonly reason?: string | null
}

/** Which grants to find. */
export interface GrantFilter {
  readonly workerId?: string
  readonly qualificationId?: string
  /** Grants of exactly this value. */
  readonly value?: number
  /** Grants of at least this value. */
  readonly minimumValue?: number
}

/** Which changes of grants to find. */
export type QualificationEventFilter = Omit<GrantFilter, 'value' | 'minimumValue'>

/** Qualifications of workers, each change with a row of history in the same transaction. */
export interface GrantOperations extends Finding<GrantedQualificationRow, GrantFilter, 'createdAt' | 'updatedAt' | 'value'> {
  /**
   * Gives a worker a qualification, or changes its value and end. @default value 1, expiresAt null
   * @throws MephistoError `not_found` for an unknown qualification or worker; `already_exists` when this was done before
   */
  grant(act: GrantAct & { readonly value?: number; readonly expiresAt?: number | null }): Promise<void>
  /** False, and nothing is written, when the worker does not have it. */
  revoke(act: GrantAct): Promise<boolean>
  get(qualificationId: string, workerId: string): Promise<GrantedQualificationRow | null>
  /** How many workers have each of these qualifications at an instant, epoch ms; those that nobody has are left out. */
  count(qualificationIds: readonly string[], at: number): Promise<ReadonlyMap<string, number>>
  /** What was granted and revoked. */
  readonly history: Finding<QualificationEventRow, QualificationEventFilter, 'createdAt'>['find']
}

/** Which blocks to find. */
export interface BlockFilter {
  readonly workerId?: string
  readonly scopes?: readonly BlockScope[]
  readonly scopeId?: string
  readonly isSoft?: boolean
  /** True for those that nobody has lifted; their time may be over. */
  readonly isStanding?: boolean
}

/** Blocks of workers. A worker may have several; each is lifted by itself. */
export interface BlockOperations extends Reading<BlockRow, BlockFilter, 'createdAt'> {
  /**
   * Blocks a worker. `id` is the caller's own id of this act: the same one is not done twice. @default until null
   * @throws MephistoError `not_found` for an unknown worker, run, task or project; `already_exists` when this was done before
   */
  create(block: Made & Pick<BlockRow, 'workerId' | 'scope' | 'scopeId' | 'isSoft' | 'reason' | 'actorId'> & { readonly until?: number | null }): Promise<void>
  /** Lifts a block. False when it was lifted before. @throws MephistoError `not_found` */
  lift(id: string, at: number): Promise<boolean>
}

/** Which decisions to find. */
export interface DecisionFilter extends OfRunFilter {
  readonly unitId?: string
  readonly workerId?: string
  readonly verdicts?: readonly Verdict[]
  readonly actorId?: string
  readonly batchId?: string
}

/** Decisions as entities; making them is `DecisionOperations`. */
export type DecisionEntities = Finding<FoundDecision, DecisionFilter, 'createdAt'>
