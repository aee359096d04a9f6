import * as z from 'zod'
import { queueQuery } from '../protocol/review-requests.js'
import { decideReply, reviewQueueView, reviewUnitsView, unitHistoryView, verdictSchema } from '../protocol/review-views.js'
import { decisionIdText, entityId, writtenText } from '../protocol/text.js'
import { queueCursor, toReviewUnit } from '../review/review-unit-view.js'
import { unitHistory } from '../review/unit-history.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

const decideInput = z.strictObject({
  decisionId: decisionIdText,
  unitIds: z.array(entityId).min(1).max(500),
  verdict: verdictSchema,
  note: writtenText(2000).optional(),
})

const unitsInput = z.strictObject({ unitIds: z.array(entityId).min(1).max(200) })

/** Looking at completed work and deciding on it. */
export const reviewRouter = router({
  queue: viewerProcedure.input(queueQuery).output(reviewQueueView).query(async ({ ctx: { services }, input }) => {
    const { run, rows, looked, goesOnAfter } = await services.review.queue(input)
    const reader = services.readerOf(run.blueprintType)
    return { units: rows.map(row => toReviewUnit(row, reader && { run, reader })), looked, nextCursor: goesOnAfter && queueCursor(goesOnAfter) }
  }),
  units: viewerProcedure.input(unitsInput).output(reviewUnitsView).query(async ({ ctx, input }) => ({ units: (await ctx.services.db.units.reviewById(input.unitIds)).map(row => toReviewUnit(row)) })),
  /** What happened at a unit, attempt by attempt. */
  history: viewerProcedure.input(z.strictObject({ unit: entityId })).output(unitHistoryView).query(({ ctx, input }) => unitHistory(ctx.services.db, input.unit)),
  decide: reviewerProcedure.input(decideInput).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.decide(ctx.principal, { ...input, note: input.note === undefined || input.note === '' ? null : input.note })],
  })),
  undo: reviewerProcedure.input(z.strictObject({ decisionId: decisionIdText, run: entityId })).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.undo(ctx.principal, { decisionId: input.decisionId, runId: input.run })],
  })),
})
