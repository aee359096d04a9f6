import { spendingQuery } from '../protocol/spending-requests.js'
import { spendingPageView } from '../protocol/spending-views.js'
import { runsKeptFrom } from '../review/blind-review.js'
import { router, viewerProcedure } from './trpc.js'

/** How money moved: for those who may look. */
export const spendingRouter = router({
  entries: viewerProcedure.input(spendingQuery.prefault({})).output(spendingPageView).query(async ({ ctx: { services: { db, spending }, principal }, input }) => {
    const page = await spending.entries(input)
    const kept = await runsKeptFrom(db, principal, page.entries.map(({ run }) => run.id))
    // Whoever asks for one person would be told by each movement of theirs.
    const told = input.worker === undefined ? page.entries : page.entries.filter(({ run, unit }) => !kept.has(run.id) || unit === null)
    return { ...page, entries: told.map(entry => (kept.has(entry.run.id) && entry.unit !== null ? { ...entry, worker: null } : entry)) }
  }),
})
