import { spendingQuery } from '../protocol/spending-requests.js'
import { spendingPageView } from '../protocol/spending-views.js'
import { router, viewerProcedure } from './trpc.js'

/** How money moved: for those who may look. */
export const spendingRouter = router({
  entries: viewerProcedure.input(spendingQuery.prefault({})).output(spendingPageView).query(({ ctx, input }) => ctx.services.spending.entries(input)),
})
