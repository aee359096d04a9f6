import * as z from 'zod'
import { RUN_STATUSES, UNIT_STATUSES } from '../data-model/lifecycle.js'
import { moneyView } from './worker-views.js'

// Times are ISO 8601 in UTC.

/** Tasks with one purpose. */
export const projectView = z.object({
  id: z.string(),
  name: z.string(),
  archivedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  /** Cap on what its runs spend and reserve together; null for none. Left out by earlier versions. */
  budget: moneyView.nullable().default(null),
})

const projectName = z.object({ id: z.string(), name: z.string() })

/** A named kind of work, with the project that it is in. */
export const taskView = z.object({
  id: z.string(),
  name: z.string(),
  blueprintType: z.string(),
  project: projectName.nullable(),
  /** Most days that the texts of its answers are kept after a run is over; null for no bound but the run's own. Left out by earlier versions. */
  retentionDays: z.int().nullable().default(null),
  archivedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})

/** What a project or task comes to. */
export const rollUpView = z.object({
  runs: z.record(z.enum(RUN_STATUSES), z.int()),
  /** People who have had a unit, each once, whether they answered or not: as the progress of a run counts them. */
  workers: z.int(),
  /** Units of every kind by what became of them. */
  units: z.record(z.enum(UNIT_STATUSES), z.int()),
  /** The accepted share of the ordinary units that were decided, 0 to 1; null while none is. */
  approvalRate: z.number().min(0).max(1).nullable(),
  /** What work earned, paid out or not, what is held for work under way and answers that wait, and what of that earned is not paid out yet (left out by earlier versions); one for each currency. */
  money: z.array(z.object({ spent: moneyView, reserved: moneyView, owed: moneyView.nullable().default(null) })),
  /** What the files that pages sent take in the file store, bytes. Left out by earlier versions. */
  fileBytes: z.int().default(0),
})

/** A project with all that its tasks come to. */
export const projectSummaryView = projectView.extend({ tasks: z.int(), ...rollUpView.shape })

/** A task with all that its runs come to. */
export const taskSummaryView = taskView.extend(rollUpView.shape)

/** One project's page: all that it comes to, and its first 100 tasks by name, archived ones too. */
export const projectPageView = z.object({ project: projectSummaryView, tasks: z.array(taskSummaryView) })

/** A page of projects; `nextCursor` continues it. */
export const projectListView = z.object({ projects: z.array(projectSummaryView), nextCursor: z.string().nullable() })
/** A page of tasks. */
export const taskListView = z.object({ tasks: z.array(taskSummaryView), nextCursor: z.string().nullable() })

/** Reply of `projects.move`: the task as it is now, and where it was; null for in no project. */
export const moveTaskReply = z.object({ task: taskView, from: projectName.nullable(), to: projectName.nullable() })

/** Reply of `projects.discardFiles`: from how many files nothing is kept any more. */
export const discardFilesReply = z.object({ files: z.int() })

/** See {@link projectView}. */
export type ProjectView = z.infer<typeof projectView>
/** See {@link taskView}. */
export type TaskView = z.infer<typeof taskView>
/** See {@link rollUpView}. */
export type RollUpView = z.infer<typeof rollUpView>
/** See {@link projectSummaryView}. */
export type ProjectSummaryView = z.infer<typeof projectSummaryView>
/** See {@link taskSummaryView}. */
export type TaskSummaryView = z.infer<typeof taskSummaryView>
/** See {@link projectPageView}. */
export type ProjectPageView = z.infer<typeof projectPageView>
/** See {@link projectListView}. */
export type ProjectListView = z.infer<typeof projectListView>
/** See {@link taskListView}. */
export type TaskListView = z.infer<typeof taskListView>
/** See {@link discardFilesReply}. */
export type DiscardFilesReply = z.infer<typeof discardFilesReply>
/** See {@link moveTaskReply}. */
export type MoveTaskReply = z.infer<typeof moveTaskReply>
