import {
  admitRequest, assigneesQuery, blockRequest, blocksQuery, changeQualificationRequest, deleteQualificationRequest, grantHistoryQuery, grantRequest, holdersQuery, liftRequest, makeQualificationRequest,
  qualificationQuery, qualificationsQuery, reassignRequest, reopenableQuery, revokeRequest, workerQuery, workersQuery,
} from '../protocol/people-requests.js'
import {
  admitReply, assigneesView, blockListView, blockReply, grantHistoryView, grantReply, holderListView, liftReply, qualificationListView, qualificationView, reassignReply, reopenableView, revokeReply, workerListView, workerPageView,
} from '../protocol/people-views.js'
import { requireRun } from '../operations/named-place.js'
import { requireToldOf } from '../review/blind-review.js'
import { operatorProcedure, reviewerProcedure, router, viewerProcedure } from './trpc.js'

/**
 * Who may work. A viewer looks; a reviewer also decides about people: grants, revokes, blocks and lifts; an operator also
 * makes, changes and deletes what is granted, lets people into a run, and says whom items are for (docs/decisions/0015-people-desk.md).
 */
export const peopleRouter = router({
  qualifications: viewerProcedure.input(qualificationsQuery.prefault({})).output(qualificationListView).query(({ ctx, input }) => ctx.services.people.qualifications(input)),
  qualification: viewerProcedure.input(qualificationQuery).output(qualificationView).query(({ ctx, input }) => ctx.services.people.qualification(input.qualification)),
  holders: viewerProcedure.input(holdersQuery).output(holderListView).query(({ ctx, input }) => ctx.services.people.holders(input, ctx.principal)),
  history: viewerProcedure.input(grantHistoryQuery.prefault({})).output(grantHistoryView).query(({ ctx, input }) => ctx.services.people.history(input)),
  workers: viewerProcedure.input(workersQuery.prefault({})).output(workerListView).query(({ ctx, input }) => ctx.services.people.workers(input)),
  worker: viewerProcedure.input(workerQuery).output(workerPageView).query(({ ctx, input }) => ctx.services.people.worker(input.person, ctx.principal)),
  reopenable: viewerProcedure.input(reopenableQuery).output(reopenableView).query(({ ctx, input }) => ctx.services.people.reopenable(input)),
  assignees: viewerProcedure.input(assigneesQuery).output(assigneesView).query(async ({ ctx: { services, principal }, input }) => {
    const view = await services.people.assignees(input)
    requireToldOf(await requireRun(services.db, view.run), principal)
    return view
  }),
  blocks: viewerProcedure.input(blocksQuery.prefault({})).output(blockListView).query(({ ctx, input }) => ctx.services.people.blocks(input)),

  grant: reviewerProcedure.input(grantRequest).output(grantReply).mutation(({ ctx, input }) => ctx.services.people.grant(ctx.principal, input)),
  revoke: reviewerProcedure.input(revokeRequest).output(revokeReply).mutation(({ ctx, input }) => ctx.services.people.revoke(ctx.principal, input)),
  block: reviewerProcedure.input(blockRequest).output(blockReply).mutation(({ ctx, input }) => ctx.services.people.block(ctx.principal, input)),
  lift: reviewerProcedure.input(liftRequest).output(liftReply).mutation(({ ctx, input }) => ctx.services.people.lift(ctx.principal, input)),

  makeQualification: operatorProcedure.input(makeQualificationRequest).output(qualificationView).mutation(({ ctx, input }) => ctx.services.people.makeQualification(ctx.principal, input)),
  changeQualification: operatorProcedure.input(changeQualificationRequest).output(qualificationView).mutation(({ ctx, input }) => ctx.services.people.changeQualification(ctx.principal, input)),
  deleteQualification: operatorProcedure.input(deleteQualificationRequest).output(qualificationView).mutation(({ ctx, input }) => ctx.services.people.deleteQualification(ctx.principal, input)),
  admit: operatorProcedure.input(admitRequest).output(admitReply).mutation(({ ctx, input }) => ctx.services.people.admit(ctx.principal, input)),
  reassign: operatorProcedure.input(reassignRequest).output(reassignReply).mutation(({ ctx, input }) => ctx.services.people.reassign(ctx.principal, input)),
})
