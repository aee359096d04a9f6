import * as z from 'zod'
import type { TaskRun } from '../data-model/entities.js'
import type { Money } from '../data-model/money.js'
import { moneySchema } from '../data-model/money-schema.js'
import { requestIdText } from '../protocol/text.js'
import { DATA_SHAPE } from './launch-options.js'

/** What a run gets more of. */
export interface TopUpOptions<TRow = unknown> {
  /** More rows, checked against the blueprint's input schema. All of them, at most 1,000,000, are read and checked before the first one is added. */
  readonly data?: Iterable<TRow> | AsyncIterable<TRow>
  /** Your own id of this top-up, such as a UUID; needed with `data`. The same under the same id is done once, and goes on where it was interrupted. */
  readonly topUpId?: string
  /** How urgent a row is: 0 to 9, whole numbers, the highest first. @default 0 for all */
  priority?(row: TRow): number
  /** Whom a row is for, as at the launch; needed with `data` where the run's items are for particular people. `index` counts the rows of this top-up from 0. */
  assignees?(row: TRow, index: number): readonly string[]
  /** So many different workers answer each item from now on, up to 1000, and not fewer than before. @default as before */
  readonly unitsPerAssignment?: number
  /** The new cap on spent plus reserved money, not below what is spent and reserved now. @default as before */
  readonly budget?: Money
}

/** What became of a top-up. */
export interface TopUpReport {
  readonly run: TaskRun
  /** Rows and units that this call has added: none when all was there. */
  readonly rowsAdded: number
  readonly unitsAdded: number
  /** What is worth a second look, such as a project whose budget does not cover the run; a sentence each. */
  readonly warnings: readonly string[]
}

/** The options that are data themselves. */
export const TOP_UP_SHAPE = {
  topUpId: requestIdText.optional(),
  unitsPerAssignment: z.int().min(1).max(1000).optional(),
  budget: moneySchema.optional(),
} as const

/** Schema of {@link TopUpOptions}. */
export const topUpSchema = z.strictObject({
  ...TOP_UP_SHAPE,
  data: DATA_SHAPE.data.optional(),
  priority: DATA_SHAPE.priority,
  assignees: DATA_SHAPE.assignees,
}).refine(({ data, unitsPerAssignment, budget }) => data !== undefined || unitsPerAssignment !== undefined || budget !== undefined, {
  message: 'give what the run gets more of: data, unitsPerAssignment or budget',
}).refine(options => options.data === undefined || options.topUpId !== undefined, {
  path: ['topUpId'], message: 'is needed with data, so that data which is sent again is not added twice',
})

/** Options that were checked. */
export type ParsedTopUp = z.output<typeof topUpSchema>
