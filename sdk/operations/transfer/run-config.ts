import * as z from 'zod'
import type { RunConfig } from '../../data-model/entities.js'
import { MOST_SPECIAL_ITEMS } from '../../data-model/features.js'
import { LEAVE_POLICIES, TOO_FEW_POLICIES } from '../../data-model/live.js'
import { UNIT_ORDERS } from '../../data-model/rank.js'
import { qualificationValue, requirementSchema } from '../../data-model/requirement.js'
import { pageBuildText } from '../../protocol/text.js'
import { jsonText } from './dump-text.js'

// The settings of a run in a dump. Runs of earlier versions have neither gates nor a supply nor features, args or a page, or not all of each.

const [id, count] = [z.guid(), z.int().min(0)]
const items = count.max(MOST_SPECIAL_ITEMS)
const most = count.nullable()
// A requirement names its qualification, and has had its id since the run was launched.
const requirement = z.record(z.string(), z.unknown()).superRefine(({ qualificationId, ...asked }, context) => {
  if (id.safeParse(qualificationId).success && requirementSchema.safeParse(asked).success) return
  context.addIssue({ code: 'custom', message: 'is no requirement with the id of its qualification' })
})

/** Schema of `RunConfig` as it may stand in a dump. */
export const storedRunConfig = z.strictObject({
  title: z.string(),
  description: z.string(),
  gates: z.strictObject({ requirements: z.array(requirement).max(1_000), isByInvitation: z.boolean(), unitsPerWorker: most, unitsPerWorkerOfTask: most, concurrentUnits: most, earningsPerDayMinor: most }).partial().optional(),
  supply: z.strictObject({ order: z.enum(UNIT_ORDERS), seed: z.int(), maxLiveUnits: most, publishing: z.strictObject({ opensRun: z.boolean(), closesRun: z.boolean(), publishesUnits: z.boolean(), countsPlaces: z.boolean() }).nullable() }).partial().optional(),
  features: z.strictObject({
    onboarding: z.strictObject({ qualificationId: id, input: jsonText(z.unknown()) }).nullable(),
    training: z.strictObject({ qualificationId: id, items, minimumRight: count }).nullable(),
    screening: z.strictObject({ passedId: id, failedId: id, items, mostUnits: most }).nullable(),
    gold: z.strictObject({ rightId: id, wrongId: id, items, minimumRight: count, mostWrong: qualificationValue, rate: z.number().min(0).max(1).nullable(), mostUnits: most }).nullable(),
    attention: z.strictObject({ passedId: id, failedId: id, mostFailed: qualificationValue }).nullable(),
    minimumTimeMs: count,
  }).partial().optional(),
  args: z.record(z.string(), z.unknown()).optional(),
  page: z.strictObject({ url: z.url({ protocol: /^https?$/ }), build: pageBuildText.nullable() }).nullable().optional(),
  bringsPages: z.literal(true).optional(),
  patienceMs: z.int().min(1).optional(),
  retentionDays: z.int().min(1).optional(),
  secondOpinions: z.number().min(0).max(1).optional(),
  isReviewedBlind: z.literal(true).optional(),
  undoForMs: count.optional(),
  dataFeed: z.strictObject({ name: z.string(), params: jsonText(z.unknown()), ahead: z.int().min(1) }).optional(),
  live: z.strictObject({ minPeople: count, lobbyMs: count, whenTooFew: z.enum(TOO_FEW_POLICIES), lobbyPayMinor: count, whenSomebodyLeaves: z.enum(LEAVE_POLICIES), replacementsPerAssignment: count }).optional(),
  hasAssignees: z.literal(true).optional(),
} satisfies Readonly<Record<keyof RunConfig, z.ZodType>>)
