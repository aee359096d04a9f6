import { decideRemarksRequest, remarksQuery } from '../protocol/remark-requests.js'
import { decidedRemarksReply, remarkListView } from '../protocol/remark-views.js'
import { requireToldWithin, runsKeptFrom, unitsInTheDark } from '../review/blind-review.js'
import { reviewerProcedure, router, viewerProcedure } from './trpc.js'

/** What workers say about their work: for those who may look, and decisions about it for those who may decide. */
export const remarksRouter = router({
  list: viewerProcedure.input(remarksQuery.prefault({})).output(remarkListView).query(async ({ ctx: { services: { db, remarkDesk }, principal }, input }) => {
    if (input.worker !== undefined) await requireToldWithin(db, principal, input)
    const page = await remarkDesk.list(input)
    const [runs, units] = [await runsKeptFrom(db, principal, page.remarks.map(({ run }) => run)), await unitsInTheDark(db, principal, page.remarks.flatMap(({ unit }) => unit ?? []))]
    return { ...page, remarks: page.remarks.map(remark => (runs.has(remark.run) || units.has(remark.unit ?? '') ? { ...remark, worker: null } : remark)) }
  }),
  decide: reviewerProcedure.input(decideRemarksRequest).output(decidedRemarksReply).mutation(({ ctx, input }) => ctx.services.remarkDesk.decide(ctx.principal, input)),
})
