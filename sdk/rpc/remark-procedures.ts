import { decideRemarksRequest, remarksQuery } from '../protocol/remark-requests.js'
import { decidedRemarksReply, remarkListView } from '../protocol/remark-views.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

/** What workers say about their work: for those who may look, and decisions about it for those who may decide. */
export const remarksRouter = router({
  list: viewerProcedure.input(remarksQuery.prefault({})).output(remarkListView).query(({ ctx, input }) => ctx.services.remarkDesk.list(input)),
  decide: reviewerProcedure.input(decideRemarksRequest).output(decidedRemarksReply).mutation(({ ctx, input }) => ctx.services.remarkDesk.decide(ctx.principal, input)),
})
