import { auditQuery } from '../protocol/audit-requests.js'
import { auditListView } from '../protocol/audit-views.js'
import { operatorProcedure, router } from './trpc.js'

/** Who did what on the operator side: for an operator. */
export const auditRouter = router({
  list: operatorProcedure.input(auditQuery.prefault({})).output(auditListView).query(({ ctx, input }) => ctx.services.audit.list(input)),
})
