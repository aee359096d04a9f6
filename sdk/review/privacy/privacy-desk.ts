import type { PrivacyRequest, RemoveDataRequest } from '../../protocol/privacy-requests.js'
import type { EraseReply, PseudonymiseReply, RemoveDataReply } from '../../protocol/privacy-views.js'
import type { Principal } from '../principal.js'

/**
 * Where people's names and texts are taken away for good, and the data of runs that are over. What they did, what it earned and what was decided stays, under the
 * worker's id and pseudonym; the event log stays whole and knows what was erased on purpose. Whoever comes with the same
 * credential later is a new worker.
 *
 * Each act has one row in the audit trail, which does not name the person. `requestId` is the caller's own id: sent
 * again, the same request changes nothing more and gets the same reply. Killed in the middle, it is sent again and goes on.
 * All throw MephistoError `invalid_input` for a field that is wrong, and `conflict` when the request id was used for another
 * request. Those about a person throw `not_found` for nobody, and `conflict` while the worker
 * has a unit, an onboarding that is being checked or a call that names them under way, unless `force` is given. A request of before that named the person by their external id cannot be repeated
 * any more: it is refused.
 *
 * Who works may also act as a viewer, reviewer or operator, under an id of the host's login that is another thing than their
 * external id: only a request with that `principalId` takes it from where it says who acted.
 */
export interface PrivacyDesk {
  /**
   * Puts a random external id in place of a worker's, wherever it stands: the worker, the audit trail, reasons and notes, and
   * in place of `principalId` where it says who acted. Grants, blocks and answers stay; work under way goes on. @default force false
   */
  pseudonymise(principal: Principal, request: PrivacyRequest): Promise<PseudonymiseReply>
  /**
   * Does so, and erases the texts of the worker's answers and all free text about them; removes their grants and blocks. With
   * `force`, work under way is given back, onboarding too, and what its page still sends is refused. @default force false
   */
  erase(principal: Principal, request: PrivacyRequest): Promise<EraseReply>

  /**
   * Removes the data of an archived run: inputs, what right answers to them would be, answers, what was said in sessions, and files, whose content goes at
   * once where this process has the file store, else with upkeep. That the run was, its settings, counts, money and event log stay, and who worked in it and what was decided. From then on exports of it
   * are refused, it gets no more work, and what still comes in late is erased by upkeep. What other runs made of its answers is theirs.
   * @throws MephistoError `not_found`; `illegal_move` for a run that is not archived; `conflict` while money is reserved for answers that wait for a decision, a call that reads its data is to be made, or another run's feed reads it
   */
  removeData(principal: Principal, request: RemoveDataRequest): Promise<RemoveDataReply>
}
