import type {
  AdmitRequest, AssigneesQuery, BlockRequest, BlocksQuery, ChangeQualificationRequest, DeleteQualificationRequest, GrantHistoryQuery, GrantRequest, HoldersQuery, LiftRequest,
  MakeQualificationRequest, Person, QualificationsQuery, ReassignRequest, ReopenableQuery, RevokeRequest, WorkersQuery,
} from '../../protocol/people-requests.js'
import type {
  AdmitReply, AssigneesView, BlockListView, BlockReply, GrantHistoryView, GrantReply, HolderListView, LiftReply, QualificationListView, QualificationView, ReassignReply, ReopenableView, RevokeReply, WorkerListView, WorkerPageView,
} from '../../protocol/people-views.js'
import type { Principal } from '../principal.js'

/**
 * Where it is decided who may work: qualifications, grants, blocks, invitations, and what is known of each worker.
 *
 * Each act is one transaction with one row in the audit trail. `requestId` is the caller's own id: sent again, the same
 * request changes nothing more and gets the same reply. A request that does not do changes nothing at all; all of them throw
 * MephistoError `invalid_input` for a field that is wrong, `not_found` for what or who there is not, and `conflict` when the
 * request id was used for another request. A qualification is named by its name or id. People who are named by provider and
 * external id may be granted something, blocked, admitted or given items before they first come.
 */
export interface PeopleDesk {
  /** @throws MephistoError `already_exists` for a name that is taken */
  makeQualification(principal: Principal, request: MakeQualificationRequest): Promise<QualificationView>
  /** Another name changes nothing for runs that ask for it. @throws MephistoError `already_exists` for a name that is taken */
  changeQualification(principal: Principal, request: ChangeQualificationRequest): Promise<QualificationView>
  /**
   * Deletes a qualification with its grants; their history stays. Replies what it was.
   * @throws MephistoError `conflict` while a run that has not ended looks at it
   */
  deleteQualification(principal: Principal, request: DeleteQualificationRequest): Promise<QualificationView>
  /** Gives up to 500 people a qualification at once, or changes its value and end: all of them or none. @default value 1, expiresAt null (never) */
  grant(principal: Principal, request: GrantRequest): Promise<GrantReply>
  /** Takes a qualification from up to 500 people; the reply says who did not have it. */
  revoke(principal: Principal, request: RevokeRequest): Promise<RevokeReply>
  /**
   * Keeps up to 500 people from new work. An answer that is on its way is still taken, unless `reopen` gives their work to
   * others: then the blocks come first, and the rest follows run by run (docs/decisions/0032-bans.md). The reply says what became of it;
   * an error there is after the blocks. A soft block is not told to them.
   * @default isSoft false, and until somebody lifts it; reopen 'nothing'
   * @throws MephistoError also `conflict` while a run is just being ended
   */
  block(principal: Principal, request: BlockRequest): Promise<BlockReply>
  /**
   * Lifts blocks; one that was lifted before stays as it is. With `undo`, what they gave to others comes back where nobody has taken
   * it. @default undo false
   */
  lift(principal: Principal, request: LiftRequest): Promise<LiftReply>
  /**
   * Lets more people into a run that is by invitation, by their external ids at its provider.
   * @throws MephistoError `illegal_move` when the run has ended; `invalid_input` when it is open to everybody
   */
  admit(principal: Principal, request: AdmitRequest): Promise<AdmitReply>

  /**
   * Says anew whom an item is for, in a run whose items are for particular people: say because one of them left. Who holds a unit of
   * it may finish it. The names must be enough: whoever has done the item can do no more of it.
   * @throws MephistoError `illegal_move` where items are for everybody, and before the run was launched; `invalid_input` for too few
   */
  reassign(principal: Principal, request: ReassignRequest): Promise<ReassignReply>

  /** Whom an item is for. @throws MephistoError `illegal_move` where items are for everybody */
  assignees(query: AssigneesQuery): Promise<AssigneesView>
  /** Qualifications in the order of their names. */
  qualifications(query?: QualificationsQuery): Promise<QualificationListView>
  /** One qualification, by name or id. */
  qualification(named: string): Promise<QualificationView>
  /** Who has a qualification, those who were granted it first first, with what they did last, as far as `principal` may know it. Expired grants are among them. @default principal may know all of it */
  holders(query: HoldersQuery, principal?: Principal): Promise<HolderListView>
  /** What was granted and revoked by whom and why, the latest first. */
  history(query?: GrantHistoryQuery): Promise<GrantHistoryView>
  /** Workers, by provider, external id or pseudonym. */
  workers(query?: WorkersQuery): Promise<WorkerListView>
  /** One worker's page: grants, blocks that stand, what they did and earned; what they did last as far as `principal` may know it. @default principal may know all of it */
  worker(person: Person, principal?: Principal): Promise<WorkerPageView>
  /** What a block of these people could give to others, which changes nothing. */
  reopenable(query: ReopenableQuery): Promise<ReopenableView>
  /** Blocks, the latest first. */
  blocks(query?: BlocksQuery): Promise<BlockListView>
}
