import type { DecideRemarksRequest, RemarksQuery } from '../../protocol/remark-requests.js'
import type { DecidedRemarksReply, RemarkListView } from '../../protocol/remark-views.js'
import type { Principal } from '../principal.js'

/** What workers say about their work: their opinions, feedback, tips for others, and errors of their pages. */
export interface RemarkDesk {
  /** Remarks, the latest first. @throws MephistoError `invalid_input` for a field that is wrong, `not_found` for a project, task or worker that there is not */
  list(query?: RemarksQuery): Promise<RemarkListView>
  /**
   * Decides about remarks, in one transaction with its row in the audit trail: all of them or none, once for each `requestId`. An approved
   * tip is shown to whoever works at its task from then on, in the worker's words or in those that are given. Replies how many changed.
   * @throws MephistoError `not_found` for an unknown remark, `illegal_move` for a status that its kind has not, or for approving what was erased
   */
  decide(principal: Principal, request: DecideRemarksRequest): Promise<DecidedRemarksReply>
}
