import { callsQuery, replayCallsRequest } from '../protocol/outbox-requests.js'
import { callListView, replayedView } from '../protocol/outbox-views.js'
import { operatorProcedure, router } from './trpc.js'

/** What became of calls to the outside world: for an operator. */
export const outboxRouter = router({
  calls: operatorProcedure.input(callsQuery.prefault({})).output(callListView).query(({ ctx, input }) => ctx.services.outbox.calls(input)),
  replay: operatorProcedure.input(replayCallsRequest).output(replayedView).mutation(({ ctx, input }) => ctx.services.outbox.replay(ctx.principal, input)),
})
