import { auditQuery, callsQuery, replayCallsRequest } from '../protocol/trail-requests.js'
import { auditListView, callListView, replayedView } from '../protocol/trail-views.js'
import { operatorProcedure, router } from './trpc.js'

/** Who did what on the operator side: for an operator. */
export const auditRouter = router({
  list: operatorProcedure.input(auditQuery.prefault({})).output(auditListView).query(({ ctx, input }) => ctx.services.audit.list(input)),
})

/** What became of calls to the outside world: for an operator. */
export const outboxRouter = router({
  calls: operatorProcedure.input(callsQuery.prefault({})).output(callListView).query(({ ctx, input }) => ctx.services.outbox.calls(input)),
  replay: operatorProcedure.input(replayCallsRequest).output(replayedView).mutation(({ ctx, input }) => ctx.services.outbox.replay(ctx.principal, input)),
})
