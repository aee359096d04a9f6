import * as z from 'zod'
import { MOST_ASSIGNEES } from '../data-model/assignee.js'
import { BLOCK_SCOPES } from '../data-model/block-scope.js'
import { qualificationValue } from '../data-model/requirement.js'
import { entityId, instantText, nameText, requestIdText, writtenText } from './text.js'

/** Most people that one request is about. */
export const MOST_PEOPLE = 500
const LONGEST_MS = 10 * 365 * 86_400_000

const name = nameText(200)
const reason = writtenText(2_000).min(1, 'must say why')

/** Names one person: by our own id, as their provider knows them, by the name that exports show, or as who did a unit. */
export const personSchema = z.union([
  z.strictObject({ workerId: entityId }), z.strictObject({ provider: nameText(64), externalId: name }),
  z.strictObject({ pseudonym: nameText(64) }), z.strictObject({ unitId: entityId }),
], 'must name a person: { workerId }, { provider, externalId }, { pseudonym } or { unitId }')

const people = z.array(personSchema).min(1, 'must name at least one person').max(MOST_PEOPLE, `are at most ${String(MOST_PEOPLE)} at a time; send the others in requests of their own`)
/** The caller's own id of a request, and of which qualification it is: by its name or id. */
const identified = { requestId: requestIdText }
const qualification = name

/** Makes a qualification. */
export const makeQualificationRequest = z.strictObject({ ...identified, name, description: writtenText(2_000).nullable().default(null) })

/** Gives a qualification another name or description; what is left out stays. */
export const changeQualificationRequest = z.strictObject({ ...identified, qualification, name: name.optional(), description: writtenText(2_000).nullable().optional() })
  .refine(change => change.name !== undefined || change.description !== undefined, { path: ['name'], message: 'or description must be given: nothing else can change' })

/** Deletes a qualification. */
export const deleteQualificationRequest = z.strictObject({ ...identified, qualification })

/** Gives people a qualification, or changes its value and end; `expiresAt` null is for good. */
export const grantRequest = z.strictObject({
  ...identified, qualification, people, value: qualificationValue.default(1), expiresAt: instantText.nullable().default(null), reason: reason.nullable().default(null),
})

/** Takes a qualification from people. */
export const revokeRequest = z.strictObject({ ...identified, qualification, people, reason: reason.nullable().default(null) })

/** How much of somebody's work is given to others when they are blocked, each with all before it. */
export const REOPENINGS = ['nothing', 'under_way', 'undecided', 'accepted'] as const
/** See {@link REOPENINGS}. */
export type Reopening = (typeof REOPENINGS)[number]

const place = { scope: z.enum(BLOCK_SCOPES), scopeId: name.nullable().default(null) }
type Placed = z.output<z.ZodObject<typeof place>>
const isPlaced = (block: Placed): boolean => (block.scope === 'everywhere') === (block.scopeId === null)
const PLACED = { path: ['scopeId'], message: 'must name the run, task or project, and is left out for a block everywhere' }
const hasVerdict = (reopen: Reopening): boolean => reopen === 'undecided' || reopen === 'accepted'

/**
 * Blocks people in a run, a task, a project or everywhere: `scopeId` is its id, or the name of a task or project. Ends
 * at `until`, or after `forMs`; without either never by itself. `reopen` gives their work there to others: what is
 * `under_way`; the answers that are `undecided` too; or those that were `accepted` too. Then `verdict` says what becomes of the
 * answers: `soft_reject` pays for them, `reject` does not.
 */
export const blockRequest = z.strictObject({
  ...identified, people, ...place, isSoft: z.boolean().default(false), reason,
  until: instantText.nullable().default(null), forMs: z.int().min(1).max(LONGEST_MS).nullable().default(null),
  reopen: z.enum(REOPENINGS).default('nothing'), verdict: z.enum(['soft_reject', 'reject']).nullable().default(null),
}).refine(block => block.until === null || block.forMs === null, { path: ['forMs'], message: 'and until say the same; give one of them' })
  .refine(isPlaced, PLACED)
  .refine(block => hasVerdict(block.reopen) === (block.verdict !== null), {
    path: ['verdict'], message: 'must say what becomes of answers that are given to others, and only of such: "soft_reject" pays for them, "reject" does not',
  })

/** What blocking people somewhere could give to others. */
export const reopenableQuery = z.strictObject({ people, ...place }).refine(isPlaced, PLACED)

/** Lifts blocks by their ids; with `undo`, what they gave to others comes back where nobody has taken it. */
export const liftRequest = z.strictObject({
  ...identified, blockIds: z.array(entityId).min(1, 'must name at least one block').max(MOST_PEOPLE), reason: reason.nullable().default(null), undo: z.boolean().default(false),
})

/** Lets more people into a run that is by invitation: external ids at the run's provider. */
export const admitRequest = z.strictObject({ ...identified, run: entityId, workers: z.array(name).min(1, 'must name at least one person').max(MOST_PEOPLE) })

/** Says anew whom an item is for: external ids at the run's provider, instead of those before. */
export const reassignRequest = z.strictObject({ ...identified, assignment: entityId, workers: z.array(name).min(1, 'must name at least one person').max(MOST_ASSIGNEES) })
  .refine(({ workers }) => new Set(workers).size === workers.length, { path: ['workers'], message: 'names somebody twice' })

/** Whom an item is for. */
export const assigneesQuery = z.strictObject({ assignment: entityId })

const page = { cursor: z.string().max(4_000).optional(), limit: z.int().min(1).max(200).default(50) }

/** Qualifications by name, in the order of their names. */
export const qualificationsQuery = z.strictObject({ name: name.optional(), ...page })

/** One qualification, by name or id. */
export const qualificationQuery = z.strictObject({ qualification })

/** Who has a qualification, also those whose grant has expired; each with the last `recentUnits` units they did. */
export const holdersQuery = z.strictObject({
  qualification, value: qualificationValue.optional(), minimumValue: qualificationValue.optional(), recentUnits: z.int().min(0).max(20).default(5),
  ...page, limit: z.int().min(1).max(100).default(20),
})

/** What was granted and revoked, the latest first; a deleted qualification is named by its id. */
export const grantHistoryQuery = z.strictObject({ qualification: qualification.optional(), person: personSchema.optional(), ...page })

/** Workers, the first known first. */
export const workersQuery = z.strictObject({ provider: nameText(64).optional(), externalId: name.optional(), pseudonym: nameText(64).optional(), ...page })

/** One person. */
export const workerQuery = z.strictObject({ person: personSchema })

/** Blocks, the latest first. */
export const blocksQuery = z.strictObject({ person: personSchema.optional(), isLifted: z.boolean().optional(), ...page })

/** See {@link personSchema}. */
export type Person = z.output<typeof personSchema>
/** See {@link makeQualificationRequest}. */
export type MakeQualificationRequest = z.input<typeof makeQualificationRequest>
/** See {@link changeQualificationRequest}. */
export type ChangeQualificationRequest = z.input<typeof changeQualificationRequest>
/** See {@link deleteQualificationRequest}. */
export type DeleteQualificationRequest = z.input<typeof deleteQualificationRequest>
/** See {@link grantRequest}. */
export type GrantRequest = z.input<typeof grantRequest>
/** See {@link revokeRequest}. */
export type RevokeRequest = z.input<typeof revokeRequest>
/** See {@link blockRequest}. */
export type BlockRequest = z.input<typeof blockRequest>
/** See {@link reopenableQuery}. */
export type ReopenableQuery = z.input<typeof reopenableQuery>
/** See {@link liftRequest}. */
export type LiftRequest = z.input<typeof liftRequest>
/** See {@link admitRequest}. */
export type AdmitRequest = z.input<typeof admitRequest>
/** See {@link reassignRequest}. */
export type ReassignRequest = z.input<typeof reassignRequest>
/** See {@link assigneesQuery}. */
export type AssigneesQuery = z.input<typeof assigneesQuery>
/** See {@link qualificationsQuery}. */
export type QualificationsQuery = z.input<typeof qualificationsQuery>
/** See {@link holdersQuery}. */
export type HoldersQuery = z.input<typeof holdersQuery>
/** See {@link grantHistoryQuery}. */
export type GrantHistoryQuery = z.input<typeof grantHistoryQuery>
/** See {@link workersQuery}. */
export type WorkersQuery = z.input<typeof workersQuery>
/** See {@link blocksQuery}. */
export type BlocksQuery = z.input<typeof blocksQuery>
