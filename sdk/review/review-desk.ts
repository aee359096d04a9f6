import { holdRuns, type RunHold } from '../operations/run-hold.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { ApproveRestReply } from '../protocol/review-views.js'
import { approveRest, type ApproveRestRequest } from './approving-rest.js'
import { prepareExtras } from './decision-extras.js'
import type { DecideOutcome, DecideRequest } from './deciding.js'
import { writeDecisions } from './decisions.js'
import type { ParsedQueueQuery } from '../protocol/review-requests.js'
import { doneOnce } from './done-once.js'
import { judgedRows } from './opinions/judged-rows.js'
import { keepOpinions, retractOpinions } from './opinions/write-opinions.js'
import { oncePerId } from './once-per-id.js'
import type { Principal } from './principal.js'
import { searchQueue, type QueuePage } from './queue-search.js'
import { requireInTime } from './undo-window.js'

/** An undo, with the caller's own new id. */
export interface UndoRequest {
  readonly decisionId: string
  readonly runId: string
  /** The id of the request whose decisions are taken back. @default the reviewer's latest */
  readonly undoes?: string
}

/** Where completed work is looked at and decided. */
export interface ReviewDesk {
  /**
   * A page of answered units.
   * @throws MephistoError `not_found` for an unknown run or person; `invalid_input` for a cursor that was not handed out, and for a person in a run that is reviewed blind
   */
  queue(principal: Principal, query: ParsedQueueQuery): Promise<QueuePage>
  /**
   * Decides units, each for itself: one that somebody else has decided, or reviews just now, stays as it is and its outcome says who.
   * What goes with the verdict is done in the same transaction, for those that are decided. Where two are to judge, the first verdict is kept as an
   * opinion, and so is a second one that differs: the outcome says so.
   * @throws MephistoError `conflict` when the decision id was used for another request; `not_found` for an unknown qualification; `invalid_input` for
   * a bonus in another currency; `illegal_move` where work cannot be done again; then nothing is decided
   */
  decide(principal: Principal, request: DecideRequest): Promise<readonly DecideOutcome[]>
  /**
   * Approves some of the answers that wait, once the run's random sample shows that few of them are wrong; they stand as read by nobody, and are not in the sample.
   * @throws MephistoError `illegal_move` where it does not show that; `invalid_input` for a cursor that was not handed out; `conflict` when the decision id was used for another request
   */
  approveRest(principal: Principal, request: ApproveRestRequest): Promise<ApproveRestReply>
  /**
   * Takes the reviewer's latest decision or opinion in the run back, or one that is named, as far as it still stands: its units wait for review again. What they said of a unit about which somebody else has spoken since
   * stays, and its outcome says so. Empty when there is none.
   * @throws MephistoError `conflict` when the decision id was used for another request; `illegal_move` for a decision that was made longer ago than the run's `undoForMs`
   */
  undo(principal: Principal, request: UndoRequest): Promise<readonly DecideOutcome[]>
}

/** The review desk over a database. */
export function createReviewDesk(db: MephistoDb, runtime: Runtime): ReviewDesk {
  const parts = { db, runtime }
  return {
    queue: (principal, query) => searchQueue(db, query, principal),

    async decide(principal, request) {
      const unitIds = [...new Set(request.unitIds)]
      const runIds = (await db.units.runsOfUnits(unitIds)).values()
      return holdRuns(parts, runIds, hold => oncePerId(hold, { principal, action: request.verdict, request }, async () => {
        const found = await hold.tx.claims.of(unitIds, hold.at)
        const claims = new Map(found.filter(({ actorId }) => actorId !== principal.id).map(claim => [claim.unitId, claim]))
        const all = await rowsInOrder(hold, unitIds)
        const judged = await judgedRows(hold, all.filter(({ unitId }) => !claims.has(unitId)), { principal, request })
        const extras = await prepareExtras(hold, request, [...new Set(judged.decide.map(({ runId }) => runId))])
        const outcomes = await writeDecisions(hold, runtime, {
          principal, verb: request.verdict, batchId: request.decisionId, note: request.note, extras, rows: judged.decide, undoes: new Map(),
        })
        for (const outcome of await keepOpinions(hold, runtime, { principal, request, judged })) outcomes.set(outcome.unitId, outcome)
        if (found.length > claims.size) await hold.tx.claims.release(unitIds, principal.id)
        const left = new Map(all.flatMap(({ unitId, status }) => {
          const claim = claims.get(unitId)
          return claim ? [[unitId, { unitId, decided: false, status, message: `${claim.actorName} is reviewing this just now. Take it over to decide it yourself.`, opinion: null }]] : []
        }))
        return request.unitIds.map(unitId => outcomes.get(unitId) ?? left.get(unitId) ?? { unitId, decided: false, status: 'created', message: 'This unit has no answer to decide on.', opinion: null })
      }))
    },

    approveRest: (principal, request) => holdRuns(parts, [request.run], hold => doneOnce(hold, { principal, id: request.decisionId, action: 'approve_rest', request }, async () => ({
      subject: 'task_run', subjectId: request.run, reply: await approveRest(hold, runtime, { principal, request }),
    }))),

    undo: (principal, request) => holdRuns(parts, [request.runId], hold => oncePerId(hold, { principal, action: 'undo', request }, async () => {
      const { decisions } = hold.tx
      const last = await (request.undoes === undefined ? decisions.lastOf(request.runId, principal.id) : decisions.standingOf(request.runId, principal.id, request.undoes))
      requireInTime(hold, request.runId, last)
      const rows = await rowsInOrder(hold, last.map(decision => decision.unitId))
      const undoes = new Map(last.map(decision => [decision.unitId, decision]))
      const isOpinion = ({ unitId }: ReviewRow): boolean => undoes.get(unitId)?.verdict === 'opine'
      const batch = { principal, batchId: request.decisionId, undoes }
      const outcomes = await writeDecisions(hold, runtime, { ...batch, verb: 'undo', note: null, rows: rows.filter(row => !isOpinion(row)) })
      for (const outcome of await retractOpinions(hold, runtime, { ...batch, rows: rows.filter(isOpinion) })) outcomes.set(outcome.unitId, outcome)
      return rows.flatMap(row => outcomes.get(row.unitId) ?? [])
    })),
  }
}

/** Units for review in the order in which they are named: where there is not enough for all, the first ones come first. */
async function rowsInOrder({ tx }: RunHold, unitIds: readonly string[]): Promise<readonly ReviewRow[]> {
  const rows = new Map((await tx.units.reviewById(unitIds)).map(row => [row.unitId, row]))
  return unitIds.flatMap(id => rows.get(id) ?? [])
}
