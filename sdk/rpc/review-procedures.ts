import * as z from 'zod'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import { decideReply, reviewQueueView, verdictSchema, type ReviewUnitView } from '../protocol/review-views.js'
import { decisionIdText, entityId, writtenText } from '../protocol/text.js'
import type { JsonPayload } from '../protocol/worker-views.js'
import { decisionView } from '../review/export.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

const queueInput = z.object({
  run: entityId,
  statuses: z.array(z.enum(UNIT_STATUSES)).min(1).default(['completed']),
  cursor: z.string().max(128).optional(),
  limit: z.int().min(1).max(200).default(50),
})

const decideInput = z.object({
  decisionId: decisionIdText,
  unitIds: z.array(entityId).min(1).max(500),
  verdict: verdictSchema,
  note: writtenText(2000).optional(),
})

/** Looking at completed work and deciding on it. */
export const reviewRouter = router({
  queue: viewerProcedure.input(queueInput).output(reviewQueueView).query(async ({ ctx, input }) => {
    if (!(await ctx.services.db.runs.get(input.run))) throw new MephistoError('not_found', `There is no task run ${input.run} to review. List the runs to see which there are.`)
    const rows = await ctx.services.review.queue({
      runId: input.run, statuses: input.statuses, limit: input.limit, ...(input.cursor === undefined ? {} : { after: parseCursor(input.cursor) }),
    })
    const last = rows.at(-1)
    return { units: rows.map(toReviewUnit), nextCursor: last && rows.length === input.limit ? `${String(last.completedAt)}.${last.unitId}` : null }
  }),
  decide: reviewerProcedure.input(decideInput).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.decide(ctx.principal, { ...input, note: input.note === undefined || input.note === '' ? null : input.note })],
  })),
  undo: reviewerProcedure.input(z.object({ decisionId: decisionIdText, run: entityId })).output(decideReply).mutation(async ({ ctx, input }) => ({
    outcomes: [...await ctx.services.review.undo(ctx.principal, { decisionId: input.decisionId, runId: input.run })],
  })),
})

function parseCursor(cursor: string): { completedAt: number; unitId: string } {
  const match = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor)
  if (!match) throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  return { completedAt: Number(match[1]), unitId: match[2] ?? '' }
}

function toReviewUnit(row: ReviewRow): ReviewUnitView {
  return {
    unitId: row.unitId, runId: row.runId, assignmentId: row.assignmentId, position: row.position, unitIndex: row.unitIndex, status: row.status,
    worker: row.workerName, pseudonym: row.pseudonym, input: JSON.parse(row.input) as JsonPayload, answer: JSON.parse(row.answer) as JsonPayload,
    schemaHash: row.schemaHash, submittedAt: new Date(row.completedAt).toISOString(), durationMs: row.completedAt - row.acceptedAt,
    pay: { minor: row.payMinor, currency: row.currency }, decision: decisionView(row.decision),
  }
}
