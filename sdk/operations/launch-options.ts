import * as z from 'zod'
import type { ArgsOption } from '../blueprints/blueprint.js'
import { isFeedReference, type FeedReference } from '../data-model/data-feed.js'
import { isIterable, type AnyIterable } from '../data-model/iterable.js'
import type { LaunchSettings } from '../data-model/launch-settings.js'
import { moneySchema } from '../data-model/money-schema.js'
import { NO_PROJECT } from '../data-model/project-name.js'
import { UNIT_ORDERS } from '../data-model/rank.js'
import { retentionDays } from '../data-model/retention-days.js'
import { requirementSchema } from '../data-model/requirement.js'
import { nameText, writtenText } from '../protocol/text.js'
import { LIVE_SHAPE } from './live/live-shape.js'
import { FEATURES_SHAPE, type FeatureOptions } from './launch-features.js'

/** How a run is launched. */
export type LaunchOptions<TRow = unknown, TAnswer = never, TOnboardingInput = never, TArgs = Record<string, never>> = LaunchParts<TRow, TAnswer, TOnboardingInput> & ArgsOption<TArgs>

/** How a run of any blueprint is launched. */
export type AnyLaunchOptions = LaunchOptions<unknown, unknown, unknown, Readonly<Record<string, unknown>>>

/** How a run is launched, apart from its args. */
export interface LaunchParts<TRow = unknown, TAnswer = never, TOnboardingInput = never> extends LaunchSettings, FeatureOptions<TRow, TAnswer, TOnboardingInput> {
  /**
   * One row for each assignment, checked against the blueprint's input schema. Read once, in batches; rows of files come from
   * `mephisto-sdk/data`. Or `fromFeed(name)`: the run opens at once, and is fed with rows as they are wanted.
   */
  readonly data: AnyIterable<TRow> | FeedReference
  /** How urgent a row is: 0 to 9, whole numbers, the highest first; not for a feed, whose rows say so themselves. @default 0 for all */
  priority?(row: TRow): number
  /**
   * Whom a row is for: external ids at the run's provider, at least as many as `unitsPerAssignment`. Nobody else gets it; `index` counts
   * the rows from 0. See `splitAmong`. Not for a feed, whose rows say so themselves. @default everybody who may work
   */
  assignees?(row: TRow, index: number): readonly string[]
  /** Called after each batch that was written. What it throws ends the launch, and nothing stays behind. */
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** How far a launch has come. */
export interface LaunchProgress {
  readonly runId: string
  /** Rows of data written so far, each with its units. */
  readonly rows: number
  readonly units: number
}

/** Rows that come with a launch, or a feed to take them from, which is checked where the blueprint is known. */
const LAUNCH_DATA = z.custom<AnyIterable<unknown> | FeedReference>(
  value => isFeedReference(value) || isIterable(value),
  'must be an array, an iterable or an async iterable of rows, or fromFeed(name)',
)

const name = nameText(200)

/** {@link LaunchSettings} with their bounds and defaults; what they are described with is what `mephisto options` says. */
export const SETTINGS_SHAPE = {
  task: name.describe('Name of the task; made at its first launch.'),
  project: name.refine(project => project !== NO_PROJECT, `must not be ${NO_PROJECT}, which stands for no project: choose another name, or leave it out`).optional()
    .describe('Name of the project that the task belongs to; made at its first launch.'),
  requester: name.describe('Whose account pays, by name.'),
  provider: name.describe('Type of a provider of the instance, such as inhouse.'),
  order: z.enum(UNIT_ORDERS).default('fifo').describe('Item by item (fifo), every item once before any twice (breadth_first), or by chance (random).'),
  seed: z.int().min(0).max(2 ** 29 - 1).optional().describe('Of the order by chance: the same one gives the same order.'),
  maxLiveUnits: z.int().min(1).optional().describe('Most units that can be taken or are being worked on at a time; without it, all at once.'),
  unitsPerAssignment: z.int().min(1).max(1000).default(1).describe('How many different workers answer each item.'),
  pay: moneySchema.default({ minor: 0, currency: 'USD' }).describe('Pay of one unit.'),
  budget: moneySchema.optional().describe('Cap on spent plus reserved money, in the currency of pay.'),
  leaseMs: z.int().min(5_000).max(30 * 86_400_000).default(600_000).describe('How long a worker holds a unit without extending, ms.'),
  title: writtenText(200).optional().describe('What workers read above the task; without it, the name of the task.'),
  description: writtenText(5_000).default('').describe('What workers read before they begin.'),
  mostRows: z.int().min(1).max(1_000_000_000).default(10_000_000).describe('A launch whose data has more rows than this is refused.'),
  requirements: z.array(requirementSchema).max(50).readonly().default([]).meta({ description: 'What workers must be, all of it, by qualifications that there are.', typeText: 'list of requirements' }),
  workers: z.array(name).min(1).max(100_000).readonly().optional().describe('Only these people, by their external ids; without it, everybody who comes with a link.'),
  unitsPerWorker: z.int().min(1).optional().describe('Most units that one worker answers in this run.'),
  unitsPerWorkerOfTask: z.int().min(1).optional().describe('Most units that one worker answers or holds in all runs of the task together.'),
  concurrentUnits: z.int().min(1).optional().describe('Most units that one worker holds at a time in all runs of the task together; without it, one in each run.'),
  earningsPerDay: moneySchema.optional().describe('Most that one worker earns or holds within 24 hours, in all runs of the same currency together.'),
  patienceMs: z.int().min(60_000).max(10 * 365 * 86_400_000).optional().describe('When nothing has happened in the run for so long it is drained, ms; without it, it waits for ever.'),
  retentionDays: retentionDays.optional().describe('Days after the end of the run for which the texts of its answers are kept; without it, for as long as its task says, or for good.'),
  secondOpinions: z.number().min(0).max(1).default(0).describe('Share of the answers that two reviewers judge before they are decided, by chance.'),
  undoForMs: z.int().min(0).max(10 * 365 * 86_400_000).optional().describe('For how long a reviewer can take a verdict back, ms; without it, a day.'),
  isReviewedBlind: z.boolean().default(false).describe('Reviewers are not told whose answers they judge.'),
  live: LIVE_SHAPE.optional().describe('How people come together where the work of the blueprint is live.'),
  ...FEATURES_SHAPE,
} as const

/** Rows of data, how urgent each is, and whom it is for. */
export const DATA_SHAPE = {
  data: z.custom<AnyIterable<unknown>>(isIterable, 'must be an array, an iterable or an async iterable of rows'),
  priority: z.custom<(row: unknown) => number>(value => typeof value === 'function', 'must be a function').optional()
    .meta({ description: 'How urgent a row is: 0 to 9, the highest first; without it, 0 for all.', typeText: 'function of a row' }),
  assignees: z.custom<(row: unknown, index: number) => readonly string[]>(value => typeof value === 'function', 'must be a function').optional()
    .meta({ description: 'Whom a row is for, by external ids; without it, everybody who may work.', typeText: 'function of a row' }),
} as const

/** What `launch` takes, apart from the blueprint. */
export const optionsSchema = z.strictObject({
  ...SETTINGS_SHAPE,
  data: LAUNCH_DATA.meta({ description: 'One row for each assignment, checked against the input schema of the blueprint; or fromFeed(name).', typeText: 'rows, or a feed' }),
  priority: DATA_SHAPE.priority,
  assignees: DATA_SHAPE.assignees,
  args: z.custom<Readonly<Record<string, unknown>>>(value => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object').optional()
    .meta({ description: 'What the blueprint is told for the whole run, by its own schema.', typeText: 'object' }),
  onProgress: z.custom<(progress: LaunchProgress) => void>(value => typeof value === 'function', 'must be a function').optional()
    .meta({ description: 'Called after each batch that was written; what it throws ends the launch.', typeText: 'function' }),
}).refine(options => options.budget === undefined || options.budget.currency === options.pay.currency, {
  path: ['budget'], message: 'must be in the currency of pay',
}).refine(options => options.budget === undefined || options.budget.minor >= options.pay.minor, {
  path: ['budget'], message: 'must cover at least one unit',
}).refine(options => options.earningsPerDay === undefined || options.earningsPerDay.currency === options.pay.currency, {
  path: ['earningsPerDay'], message: 'must be in the currency of pay',
}).refine(options => options.earningsPerDay === undefined || options.earningsPerDay.minor >= options.pay.minor, {
  path: ['earningsPerDay'], message: 'must allow at least one unit',
}).refine(options => options.minimumTimeMs < options.leaseMs, {
  path: ['minimumTimeMs'], message: 'must be shorter than the lease (leaseMs)',
})

/** Options that were checked, with their defaults. */
export type ParsedOptions = z.output<typeof optionsSchema>
