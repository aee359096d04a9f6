import * as z from 'zod'
import { BLOCK_SCOPES } from '../data-model/block-scope.js'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { decisionView } from './review-views.js'
import { moneyView } from './worker-views.js'

// Times are ISO 8601 in UTC. `by` is the id of the principal who did it.

/** A worker as one provider knows them; exports show the pseudonym only. */
export const workerView = z.object({ id: z.string(), provider: z.string(), externalId: z.string(), pseudonym: z.string() })

/** A named property of workers. `workers` is how many have it now: expired grants do not count. */
export const qualificationView = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  workers: z.int(),
  createdAt: z.iso.datetime(),
})

const qualificationName = z.object({ id: z.string(), name: z.string() })

/** A qualification that a worker was given. */
export const grantView = z.object({
  qualification: qualificationName,
  worker: workerView,
  value: z.int(),
  expiresAt: z.iso.datetime().nullable(),
  /** Its time is over: it counts as none, and stays until it is revoked. */
  isExpired: z.boolean(),
  grantedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
})

/** A unit that a worker did. */
export const doneUnitView = z.object({ unitId: z.string(), runId: z.string(), status: z.enum(UNIT_STATUSES), completedAt: z.iso.datetime().nullable() })

/** Who has a qualification, with the units they did last and what was decided last of their work. */
export const holderView = grantView.extend({ recentUnits: z.array(doneUnitView), latestDecision: decisionView.nullable() })

/** A worker who gets no more work, somewhere or everywhere. */
export const blockView = z.object({
  id: z.string(),
  worker: workerView,
  scope: z.enum(BLOCK_SCOPES),
  /** The id of the run, task or project; null for everywhere. */
  scopeId: z.string().nullable(),
  /** Not told to the worker or the provider. */
  isSoft: z.boolean(),
  reason: z.string(),
  by: z.string(),
  until: z.iso.datetime().nullable(),
  liftedAt: z.iso.datetime().nullable(),
  /** Neither lifted nor over. */
  isStanding: z.boolean(),
  createdAt: z.iso.datetime(),
})

/** A grant or revocation as it happened. */
export const grantEventView = z.object({
  id: z.string(),
  qualificationId: z.string(),
  /** Null once the qualification is deleted. */
  qualification: z.string().nullable(),
  worker: workerView,
  verb: z.enum(['grant', 'revoke']),
  /** Null for a revocation. */
  value: z.int().nullable(),
  reason: z.string().nullable(),
  by: z.string(),
  at: z.iso.datetime(),
})

/** What somebody did: units by what became of them, and what those earned that were accepted or soft-rejected. */
export const workSumView = z.object({
  /** Taken and not answered yet. */
  underWay: z.int(),
  answered: z.int(),
  /** Of those answered: not decided yet. */
  waiting: z.int(),
  accepted: z.int(),
  softRejected: z.int(),
  rejected: z.int(),
  /** One amount for each currency. */
  earned: z.array(moneyView),
})

/** One worker's page. */
export const workerPageView = z.object({
  worker: workerView.extend({ firstSeenAt: z.iso.datetime() }),
  grants: z.array(grantView),
  /** Those that stand. */
  blocks: z.array(blockView),
  work: workSumView.extend({
    runs: z.int(),
    /** Paid outside any unit: not among what is earned. One amount for each currency. */
    compensated: z.array(moneyView),
  }),
  /** The newest runs that they took units in. */
  runs: z.array(workSumView.extend({ runId: z.string(), task: z.string() })),
  recentUnits: z.array(doneUnitView),
  latestDecision: decisionView.nullable(),
})

/** A page of qualifications; `nextCursor` continues it. */
export const qualificationListView = z.object({ qualifications: z.array(qualificationView), nextCursor: z.string().nullable() })
/** A page of those who have a qualification. */
export const holderListView = z.object({ holders: z.array(holderView), nextCursor: z.string().nullable() })
/** A page of what was granted and revoked. */
export const grantHistoryView = z.object({ events: z.array(grantEventView), nextCursor: z.string().nullable() })
/** A page of workers. */
export const workerListView = z.object({ workers: z.array(workerView), nextCursor: z.string().nullable() })
/** A page of blocks. */
export const blockListView = z.object({ blocks: z.array(blockView), nextCursor: z.string().nullable() })

/** Reply of `people.grant`. */
export const grantReply = z.object({ qualification: qualificationName, value: z.int(), expiresAt: z.iso.datetime().nullable(), granted: z.array(workerView) })
/** Reply of `people.revoke`: from whom it was taken, and who did not have it. */
export const revokeReply = z.object({ qualification: qualificationName, revoked: z.array(workerView), without: z.array(workerView) })
/** What of a run was given to others because somebody was blocked. */
export const reopenedView = z.object({
  run: z.string(),
  /** Units that they were at, and others may take now. */
  takenBack: z.int(),
  /** Answers that do not count any more. */
  decided: z.int(),
  /** Units that were added in their places. */
  added: z.int(),
  /** Answers that were left as they are, and why; null for none. */
  kept: z.int(),
  why: z.string().nullable(),
})
/** What of a run came back because a block was lifted. */
export const restoredView = z.object({
  run: z.string(),
  /** Answers that are as they were before. */
  restored: z.int(),
  /** Answers that stay as they are, and why; null for none. */
  kept: z.int(),
  why: z.string().nullable(),
})
const worth = z.object({ units: z.int(), /** One amount for each currency. */ pay: z.array(moneyView) })
/** Reply of `people.reopenable`: units of these people in the runs that a block would reach, and their pay. */
export const reopenableView = z.object({ runs: z.int(), underWay: worth, undecided: worth, accepted: worth })
/** Reply of `people.block`: the blocks, and what was given to others, by run. */
export const blockReply = z.object({ blocks: z.array(blockView), reopened: z.array(reopenedView) })
/** Reply of `people.lift`: the blocks as they are now, and what came back, by run. */
export const liftReply = z.object({ blocks: z.array(blockView), restored: z.array(restoredView) })
/** Reply of `people.admit`: how many were not in yet. */
export const admitReply = z.object({ run: z.string(), admitted: z.int() })
/** Whom an item is for; `isDone` for those who can have no more of it: they answered it, gave it back, or are at it. */
export const assigneesView = z.object({ run: z.string(), assignment: z.string(), assignees: z.array(z.object({ worker: workerView, isDone: z.boolean() })) })
/** Reply of `people.reassign`: how many people the item is for from then on, and how many of them it was not for before. */
export const reassignReply = z.object({ run: z.string(), assignment: z.string(), people: z.int(), added: z.int() })

/** See {@link workerView}. */
export type WorkerView = z.infer<typeof workerView>
/** See {@link qualificationView}. */
export type QualificationView = z.infer<typeof qualificationView>
/** See {@link grantView}. */
export type GrantView = z.infer<typeof grantView>
/** See {@link doneUnitView}. */
export type DoneUnitView = z.infer<typeof doneUnitView>
/** See {@link blockView}. */
export type BlockView = z.infer<typeof blockView>
/** See {@link workSumView}. */
export type WorkSumView = z.infer<typeof workSumView>
/** See {@link workerPageView}. */
export type WorkerPageView = z.infer<typeof workerPageView>
/** See {@link qualificationListView}. */
export type QualificationListView = z.infer<typeof qualificationListView>
/** See {@link holderListView}. */
export type HolderListView = z.infer<typeof holderListView>
/** See {@link grantEventView}. */
export type GrantEventView = z.infer<typeof grantEventView>
/** See {@link grantHistoryView}. */
export type GrantHistoryView = z.infer<typeof grantHistoryView>
/** See {@link workerListView}. */
export type WorkerListView = z.infer<typeof workerListView>
/** See {@link blockListView}. */
export type BlockListView = z.infer<typeof blockListView>
/** See {@link grantReply}. */
export type GrantReply = z.infer<typeof grantReply>
/** See {@link revokeReply}. */
export type RevokeReply = z.infer<typeof revokeReply>
/** See {@link reopenedView}. */
export type ReopenedView = z.infer<typeof reopenedView>
/** See {@link restoredView}. */
export type RestoredView = z.infer<typeof restoredView>
/** See {@link reopenableView}. */
export type ReopenableView = z.infer<typeof reopenableView>
/** See {@link blockReply}. */
export type BlockReply = z.infer<typeof blockReply>
/** See {@link liftReply}. */
export type LiftReply = z.infer<typeof liftReply>
/** See {@link admitReply}. */
export type AdmitReply = z.infer<typeof admitReply>
/** See {@link assigneesView}. */
export type AssigneesView = z.infer<typeof assigneesView>
/** See {@link reassignReply}. */
export type ReassignReply = z.infer<typeof reassignReply>
