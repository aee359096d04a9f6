import * as z from 'zod'
import { requireRun } from '../operations/named-place.js'
import { given } from '../data-model/given.js'
import { decideRequest } from '../protocol/decide-request.js'
import { approveRestRequest, claimRequest, queueQuery, reviewersQuery, samplingQuery } from '../protocol/review-requests.js'
import { approveRestReply, claimReply, decideReply, reviewersView, reviewQueueView, reviewUnitsView, samplingView, unitHistoryView } from '../protocol/review-views.js'
import { decisionIdText, entityId } from '../protocol/text.js'
import type { DecideRequest } from '../review/deciding.js'
import { isToldWho } from '../review/blind-review.js'
import { disputedItems } from '../review/disputed-items.js'
import { isReadTwice } from '../review/opinions/judgement.js'
import { judgedUnits, toOpinionViews } from '../review/opinions/opinion-views.js'
import { samplingOf } from '../review/review-sample.js'
import { reviewerStatistics } from '../review/reviewer-statistics.js'
import { queueCursor, toReviewUnit } from '../review/review-unit-view.js'
import { unitHistory } from '../review/unit-history.js'
import { operatorProcedure, reviewerProcedure, router, viewerProcedure } from './trpc.js'

const unitsInput = z.strictObject({ unitIds: z.array(entityId).min(1).max(200) })

/** Looking at completed work and deciding on it. */
export const reviewRouter = router({
  queue: viewerProcedure.input(queueQuery).output(reviewQueueView).query(async ({ ctx: { services, principal }, input }) => {
    const { run, rows, opinions, looked, startsAfter, goesOnAfter, counted } = await services.review.queue(principal, input)
    const reader = services.readerOf(run.blueprintType)
    const items = new Set(rows.map(({ assignmentId }) => assignmentId))
    const findDisputed = disputedItems(services.db, run.blueprintType)
    // Who looks for disputed items has found them already, and one answer alone differs from none.
    const [claims, disputed] = await Promise.all([services.claims.of(rows.map(({ unitId }) => unitId)), input.isDisputed && !input.isSampled ? items : findDisputed(run.unitsPerAssignment > 1 ? [...items] : [])])
    const units = rows.map(row => toReviewUnit(row, {
      reader: reader && { run, reader }, claim: claims.get(row.unitId) ?? null, isReadTwice: isReadTwice(run, row.unitId), isDisputed: disputed.has(row.assignmentId), longest: input.longest,
      opinions: toOpinionViews(row, opinions, principal), isBlind: !isToldWho(run, { principal, status: row.status }),
    }))
    return { units, looked, startCursor: startsAfter && queueCursor(startsAfter), nextCursor: goesOnAfter && queueCursor(goesOnAfter), counted }
  }),
  units: viewerProcedure.input(unitsInput).output(reviewUnitsView).query(async ({ ctx: { services: { db }, principal }, input }) => ({ units: await judgedUnits(db, input.unitIds, principal) })),
  /** How the check of a run's random sample stands: when to stop. */
  sampling: viewerProcedure.input(samplingQuery).output(samplingView).query(async ({ ctx: { services: { db } }, input: { run, ...goal } }) => samplingOf(db, await requireRun(db, run), goal)),
  /** What reviewers did, and how far they agree: for an operator. */
  reviewers: operatorProcedure.input(reviewersQuery).output(reviewersView).query(({ ctx: { services: { db } }, input }) => reviewerStatistics(db, input)),
  /** Who reviews what: the first of the units that nobody else has is the caller's for two minutes. */
  claim: reviewerProcedure.input(claimRequest).output(claimReply).mutation(({ ctx, input }) => ctx.services.claims.claim(ctx.principal, input)),
  /** What happened at a unit, attempt by attempt. */
  history: viewerProcedure.input(z.strictObject({ unit: entityId })).output(unitHistoryView).query(({ ctx, input }) => unitHistory(ctx.services.db, input.unit, ctx.principal)),
  decide: reviewerProcedure.input(decideRequest).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.decide(ctx.principal, toRequest(input))],
  })),
  /** Approves answers that nobody has read, after the check of the run's random sample. */
  approveRest: reviewerProcedure.input(approveRestRequest).output(approveRestReply).mutation(({ ctx, input }) => ctx.services.review.approveRest(ctx.principal, input)),
  undo: reviewerProcedure.input(z.strictObject({ decisionId: decisionIdText, run: entityId, undoes: decisionIdText.optional() })).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.undo(ctx.principal, given({ decisionId: input.decisionId, runId: input.run, undoes: input.undoes }))],
  })),
})

/** Without what was left empty, so that a repeat is the same request. */
function toRequest({ note = '', message = '', ...input }: z.output<typeof decideRequest>): DecideRequest {
  return { ...given(input), note: note === '' ? null : note, ...(message === '' ? {} : { message }) }
}
