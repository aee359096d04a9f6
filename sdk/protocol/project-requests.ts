import * as z from 'zod'
import { moneySchema } from '../data-model/money-schema.js'
import { NO_PROJECT } from '../data-model/project-name.js'
import { retentionDays } from '../data-model/retention-days.js'
import { entityId, nameText, requestIdText } from './text.js'

const name = nameText(200)
const projectName = name.refine(project => project !== NO_PROJECT, `must not be ${NO_PROJECT}, which stands for no project`)
/** The caller's own id of a request. */
const identified = { requestId: requestIdText }

/** Makes a project. */
export const createProjectRequest = z.strictObject({ ...identified, name: projectName })

/** Gives a project, named by its name or id, another name. */
export const renameProjectRequest = z.strictObject({ ...identified, project: name, name: projectName })

/** Archives a project, or brings it back; named by its name or id. */
export const archiveProjectRequest = z.strictObject({ ...identified, project: name, isArchived: z.boolean().default(true) })

/** Archives a task, or brings it back; named by its name or id. */
export const archiveTaskRequest = z.strictObject({ ...identified, task: name, isArchived: z.boolean().default(true) })

/** Bounds for how many days the texts of a task's answers are kept after a run is over, or takes the bound away with null; named by its name or id. */
export const taskRetentionRequest = z.strictObject({ ...identified, task: name, days: retentionDays.nullable() })

/** Moves a task to a project, or to none with null; both are named by their names or ids. */
export const moveTaskRequest = z.strictObject({ ...identified, task: name, project: name.nullable() })

/** Caps what the runs of a project spend and reserve together, or takes the cap away with null; named by its name or id. */
export const projectBudgetRequest = z.strictObject({ ...identified, project: name, budget: moneySchema.nullable() })

/** Discards the files of all answers of an archived project, named by its name or id, or of an archived run: `isForGood` says that whoever asks knows that they do not come back. */
export const discardFilesRequest = z.strictObject({ ...identified, project: name.optional(), run: entityId.optional(), isForGood: z.literal(true) })
  .refine(({ project, run }) => (project === undefined) !== (run === undefined), 'give either project or run')

const page = { cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(20) }

/** Projects in the order of their names. Archived ones are left out unless `isArchived` is true; null gives both. */
export const projectsQuery = z.strictObject({ name: name.optional(), isArchived: z.boolean().nullable().default(false), ...page })

/** One project, by name or id. */
export const projectQuery = z.strictObject({ project: name })

/** Tasks in the order of their names: of a project by its name or id, of none with null, or all; `task` is one alone, by its name or id. Archived ones as in {@link projectsQuery}. */
export const tasksQuery = z.strictObject({ project: name.nullable().optional(), task: name.optional(), isArchived: z.boolean().nullable().default(false), ...page })

/** See {@link createProjectRequest}. */
export type CreateProjectRequest = z.input<typeof createProjectRequest>
/** See {@link renameProjectRequest}. */
export type RenameProjectRequest = z.input<typeof renameProjectRequest>
/** See {@link archiveProjectRequest}. */
export type ArchiveProjectRequest = z.input<typeof archiveProjectRequest>
/** See {@link archiveTaskRequest}. */
export type ArchiveTaskRequest = z.input<typeof archiveTaskRequest>
/** See {@link taskRetentionRequest}. */
export type TaskRetentionRequest = z.input<typeof taskRetentionRequest>
/** See {@link moveTaskRequest}. */
export type MoveTaskRequest = z.input<typeof moveTaskRequest>
/** See {@link projectBudgetRequest}. */
export type ProjectBudgetRequest = z.input<typeof projectBudgetRequest>
/** See {@link discardFilesRequest}. */
export type DiscardFilesRequest = z.input<typeof discardFilesRequest>
/** See {@link projectsQuery}. */
export type ProjectsQuery = z.input<typeof projectsQuery>
/** See {@link tasksQuery}. */
export type TasksQuery = z.input<typeof tasksQuery>
