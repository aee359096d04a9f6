import { spendingQuery } from '../protocol/spending-requests.js'
import { spendingPageView } from '../protocol/spending-views.js'
import { requireToldWithin, runsKeptFrom } from '../review/blind-review.js'
import { router, viewerProcedure } from './trpc.js'

/** How money moved: for those who may look. */
export const spendingRouter = router({
  entries: viewerProcedure.input(spendingQuery.prefault({})).output(spendingPageView).query(async ({ ctx: { services: { db, spending }, principal }, input }) => {
    if (input.worker !== undefined) await requireToldWithin(db, principal, input)
    const page = await spending.entries(input)
    const kept = await runsKeptFrom(db, principal, page.entries.map(({ run }) => run.id))
    return { ...page, entries: page.entries.map(entry => (kept.has(entry.run.id) && entry.unit !== null ? { ...entry, worker: null } : entry)) }
  }),
})
