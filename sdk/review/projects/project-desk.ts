import type {
  ArchiveProjectRequest, ArchiveTaskRequest, CreateProjectRequest, DiscardFilesRequest, MoveTaskRequest, ProjectBudgetRequest, ProjectsQuery, RenameProjectRequest, TaskRetentionRequest, TasksQuery,
} from '../../protocol/project-requests.js'
import type { DiscardFilesReply, MoveTaskReply, ProjectListView, ProjectPageView, ProjectView, TaskListView, TaskView } from '../../protocol/project-views.js'
import type { Principal } from '../principal.js'

/**
 * Which tasks belong together, and what they come to.
 *
 * Each act is one transaction with one row in the audit trail. `requestId` is the caller's own id: sent again, the same
 * request changes nothing more and gets the same reply. A request that does not do changes nothing at all; all of them throw
 * MephistoError `invalid_input` for a field that is wrong, `not_found` for a project or task that there is not, and `conflict`
 * when the request id was used for another request. Projects and tasks are named by their names or ids.
 */
export interface ProjectDesk {
  /** @throws MephistoError `already_exists` for a name that is taken */
  create(principal: Principal, request: CreateProjectRequest): Promise<ProjectView>
  /** @throws MephistoError `already_exists` for a name that is taken */
  rename(principal: Principal, request: RenameProjectRequest): Promise<ProjectView>
  /** Archived projects are left out of lists; their tasks can be launched all the same. @default isArchived true */
  archive(principal: Principal, request: ArchiveProjectRequest): Promise<ProjectView>
  /** Archived tasks are left out of lists; they can be launched all the same. @default isArchived true */
  archiveTask(principal: Principal, request: ArchiveTaskRequest): Promise<TaskView>
  /**
   * Bounds for how many days the texts of a task's answers are kept after a run of it is over, also of runs that are over already; what was
   * kept longer goes with the next round of upkeep (`operator.tick`). Of this and a run's own `retentionDays` the shorter counts.
   */
  setRetention(principal: Principal, request: TaskRetentionRequest): Promise<TaskView>
  /**
   * Moves a task to a project, or to none with null, also after it has runs: what it comes to goes with it, and blocks in a
   * project are for the tasks that are in it then. The audit trail keeps where it was.
   * @throws MephistoError `budget_exhausted`, or `conflict` for another currency, when its runs do not fit that project's budget
   */
  move(principal: Principal, request: MoveTaskRequest): Promise<MoveTaskReply>

  /**
   * Caps what the runs of a project's tasks spend and reserve together, in one currency, or takes the cap away with null. Each
   * run keeps its own budget besides.
   * @throws MephistoError `budget_exhausted` for less than what they have spent and reserved; `conflict` when there are runs in another currency
   */
  setBudget(principal: Principal, request: ProjectBudgetRequest): Promise<ProjectView>

  /**
   * Discards the files of all answers of an archived project, or of an archived run, for good: their names at once, their content with
   * the next round of upkeep (`operator.tick`). The answers stay and name files that are gone.
   * @throws MephistoError `illegal_move` for a project or run that is not archived, or a project with a run that goes on
   */
  discardFiles(principal: Principal, request: DiscardFilesRequest): Promise<DiscardFilesReply>

  /** Projects in the order of their names, each with what its tasks come to. @default not archived ones */
  list(query?: ProjectsQuery): Promise<ProjectListView>
  /** One project's page, by its name or id. */
  show(project: string): Promise<ProjectPageView>
  /** Tasks in the order of their names, each with what its runs come to. @default of all projects and none, not archived ones */
  tasks(query?: TasksQuery): Promise<TaskListView>
}
