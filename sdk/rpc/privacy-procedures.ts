import { privacyRequest, removeDataRequest } from '../protocol/privacy-requests.js'
import { eraseReply, pseudonymiseReply, removeDataReply } from '../protocol/privacy-views.js'
import { operatorProcedure, router } from './trpc.js'

/** Taking people's names and texts away for good, and the data of runs: for an operator. */
export const privacyRouter = router({
  pseudonymise: operatorProcedure.input(privacyRequest).output(pseudonymiseReply).mutation(({ ctx, input }) => ctx.services.privacy.pseudonymise(ctx.principal, input)),
  erase: operatorProcedure.input(privacyRequest).output(eraseReply).mutation(({ ctx, input }) => ctx.services.privacy.erase(ctx.principal, input)),
  removeData: operatorProcedure.input(removeDataRequest).output(removeDataReply).mutation(({ ctx, input }) => ctx.services.privacy.removeData(ctx.principal, input)),
})
