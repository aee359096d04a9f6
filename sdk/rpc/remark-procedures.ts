import { decideRemarksRequest, remarksQuery } from '../protocol/remark-requests.js'
import { decidedRemarksReply, remarkListView } from '../protocol/remark-views.js'
import { runsKeptFrom } from '../review/blind-review.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

/** What workers say about their work: for those who may look, and decisions about it for those who may decide. */
export const remarksRouter = router({
  list: viewerProcedure.input(remarksQuery.prefault({})).output(remarkListView).query(async ({ ctx: { services: { db, remarkDesk }, principal }, input }) => {
    const page = await remarkDesk.list(input)
    const kept = await runsKeptFrom(db, principal, page.remarks.map(({ run }) => run))
    // Whoever asks for one person would be told by each remark of theirs.
    const told = input.worker === undefined ? page.remarks : page.remarks.filter(({ run }) => !kept.has(run))
    return { ...page, remarks: told.map(remark => (kept.has(remark.run) ? { ...remark, worker: null } : remark)) }
  }),
  decide: reviewerProcedure.input(decideRemarksRequest).output(decidedRemarksReply).mutation(({ ctx, input }) => ctx.services.remarkDesk.decide(ctx.principal, input)),
})
