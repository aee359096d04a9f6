import * as z from 'zod'
import { qualificationValue } from '../data-model/requirement.js'
import { personSchema } from './people-requests.js'
import { entityId, instantText, nameText } from './text.js'

/** Statuses of units that have an answer which counts, decided or not. */
export const FINISHED_STATUSES = ['completed', 'accepted', 'soft_rejected', 'rejected'] as const

const name = nameText(200)

/** People with a qualification, named by name or id, whose value is in a range, ends included. Expired grants do not count. */
const qualified = z.strictObject({ qualification: name, minimum: qualificationValue.optional(), maximum: qualificationValue.optional() })
  .refine(({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum, { path: ['maximum'], message: 'must not be below minimum' })

/** Projects and tasks are named by name or id. */
const within = { project: name.optional(), task: name.optional(), run: entityId.optional() }
/** When work was answered: from an instant on, before another. */
const answered = { from: instantText.optional(), before: instantText.optional() }

/** Which finished units to look at: all that is given must hold. */
const finishedShape = {
  ...within, ...answered, assignment: entityId.optional(), worker: personSchema.optional(), qualified: qualified.optional(),
  statuses: z.array(z.enum(FINISHED_STATUSES)).min(1).default([...FINISHED_STATUSES]),
}

/** Finished units, a page at a time. */
export const finishedQuery = z.strictObject({ ...finishedShape, cursor: z.string().max(200).optional(), limit: z.int().min(1).max(1_000).default(200) })

/** Finished units, all of them. */
export const finishedFilter = z.strictObject(finishedShape)

/** Which answers an export has: those of a run, a task, a project or a person, or of a time within that; all that is given must hold. */
export const exportFilter = z.strictObject({
  ...within, ...answered, worker: personSchema.optional(),
  /** Also answers that were kept without counting. */
  includeSetAside: z.boolean().default(false),
  /** In the present shape of the blueprint, by its `migrate`. */
  migrated: z.boolean().default(false),
}).refine(({ run, task, project, worker }) => [run, task, project, worker].some(one => one !== undefined), { path: ['run'], message: 'or task, project or worker must be given: nothing says whose answers are meant' })

/** Of which work transcripts are exported: of a run, a task or a project; all that is given must hold. */
export const transcriptFilter = z.strictObject(within)
  .refine(({ run, task, project }) => [run, task, project].some(one => one !== undefined), { path: ['run'], message: 'or task or project must be given: nothing says whose transcripts are meant' })

/** Workers with what they did in a project, a task or a run, or in all of them. */
export const workerStatisticsQuery = z.strictObject({
  ...within, ...answered, worker: personSchema.optional(), qualified: qualified.optional(),
  cursor: entityId.optional(), limit: z.int().min(1).max(200).default(50),
}).refine(({ project, task, run }) => [project, task, run].filter(one => one !== undefined).length <= 1, { path: ['run'], message: 'project, task and run exclude each other; give one of them' })

/** One task, by name or id. */
export const taskStatisticsQuery = z.strictObject({ task: name })

/** One run, and how many of its latest answers are read. */
export const runStatisticsQuery = z.strictObject({ run: entityId, limit: z.int().min(1).max(10_000).default(2_000) })

/** One project, by name or id. */
export const projectAgreementQuery = z.strictObject({ project: name })

/** See {@link finishedQuery}. */
export type FinishedQuery = z.input<typeof finishedQuery>
/** See {@link finishedFilter}. */
export type FinishedFilterQuery = z.input<typeof finishedFilter>
/** See {@link exportFilter}. */
export type ExportFilterQuery = z.input<typeof exportFilter>
/** See {@link transcriptFilter}. */
export type TranscriptFilter = z.input<typeof transcriptFilter>
/** See {@link runStatisticsQuery}. */
export type RunStatisticsQuery = z.input<typeof runStatisticsQuery>
/** See {@link workerStatisticsQuery}. */
export type WorkerStatisticsQuery = z.input<typeof workerStatisticsQuery>
