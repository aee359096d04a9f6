import * as z from 'zod'
import { personSchema } from './people-requests.js'
import { entityId, instantText, nameText } from './text.js'

const name = nameText(200)

/** Which movements of money to read, those that were booked last first: of a run, a task or a project, of one person, from an instant on, before another. All that is given must hold. */
export const spendingQuery = z.strictObject({
  project: name.optional(), task: name.optional(), run: entityId.optional(), worker: personSchema.optional(), from: instantText.optional(), before: instantText.optional(),
  cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(100).default(50),
}).refine(({ project, task, run }) => [project, task, run].filter(one => one !== undefined).length <= 1, { path: ['run'], message: 'project, task and run exclude each other; give one of them' })
  .refine(({ from, before }) => from === undefined || before === undefined || Date.parse(from) < Date.parse(before), { path: ['before'], message: 'must be later than from' })

/** See {@link spendingQuery}. */
export type SpendingQuery = z.input<typeof spendingQuery>
