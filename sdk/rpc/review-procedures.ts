import * as z from 'zod'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import { decideReply, reviewQueueView, reviewUnitsView, verdictSchema } from '../protocol/review-views.js'
import { decisionIdText, entityId, writtenText } from '../protocol/text.js'
import { parseQueueCursor, queueCursor, toReviewUnit } from '../review/review-unit-view.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

const queueInput = z.strictObject({
  run: entityId,
  statuses: z.array(z.enum(UNIT_STATUSES)).min(1).default(['completed']),
  cursor: z.string().max(128).optional(),
  limit: z.int().min(1).max(200).default(50),
})

const decideInput = z.strictObject({
  decisionId: decisionIdText,
  unitIds: z.array(entityId).min(1).max(500),
  verdict: verdictSchema,
  note: writtenText(2000).optional(),
})

const unitsInput = z.strictObject({ unitIds: z.array(entityId).min(1).max(200) })

/** Looking at completed work and deciding on it. */
export const reviewRouter = router({
  queue: viewerProcedure.input(queueInput).output(reviewQueueView).query(async ({ ctx, input }) => {
    const run = await ctx.services.db.runs.get(input.run)
    if (!run) throw new MephistoError('not_found', `There is no task run ${input.run} to review. List the runs to see which there are.`)
    const rows = await ctx.services.review.queue({
      runId: input.run, statuses: input.statuses, limit: input.limit, ...(input.cursor === undefined ? {} : { after: parseQueueCursor(input.cursor) }),
    })
    const reader = ctx.services.readerOf(run.blueprintType)
    const units = rows.map(row => toReviewUnit(row, reader && { run, reader }))
    const last = units.at(-1)
    return { units, nextCursor: last && units.length === input.limit ? queueCursor(last) : null }
  }),
  units: viewerProcedure.input(unitsInput).output(reviewUnitsView).query(async ({ ctx, input }) => ({ units: (await ctx.services.db.units.reviewById(input.unitIds)).map(row => toReviewUnit(row)) })),
  decide: reviewerProcedure.input(decideInput).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.decide(ctx.principal, { ...input, note: input.note === undefined || input.note === '' ? null : input.note })],
  })),
  undo: reviewerProcedure.input(z.strictObject({ decisionId: decisionIdText, run: entityId })).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.undo(ctx.principal, { decisionId: input.decisionId, runId: input.run })],
  })),
})
