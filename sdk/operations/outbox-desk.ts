import { instant, instantOrNull } from '../data-model/instant.js'
import type { CallRow } from '../ports/outbox-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { callsQuery, replayCallsRequest, type CallsQuery, type ReplayCallsRequest } from '../protocol/outbox-requests.js'
import type { CallListView, CallView } from '../protocol/outbox-views.js'
import type { JsonPayload } from '../protocol/worker-views.js'
import { actOf, checkedRequest } from '../review/act-once.js'
import { given } from '../data-model/given.js'
import { madeIn, paging } from '../review/paging.js'
import type { Principal } from '../review/principal.js'

/** Where it is seen what became of calls to the outside world. */
export interface OutboxDesk {
  /** Calls, the latest first. @throws MephistoError `invalid_input` for a field that is wrong */
  calls(query?: CallsQuery): Promise<CallListView>
  /**
   * Has calls that are done or have failed made again, under the same keys; others stay as they are. Replies how many. Once for
   * each `requestId`. @throws MephistoError `invalid_input`
   */
  replay(principal: Principal, request: ReplayCallsRequest): Promise<{ readonly replayed: number }>
}

/** The desk over a database; `onDue` is called when calls have become due. */
export function createOutboxDesk({ onDue, ...parts }: { readonly db: MephistoDb; readonly runtime: Runtime; readonly onDue: () => void }): OutboxDesk {
  const replay = actOf(parts, { action: 'replay_calls', schema: replayCallsRequest }, async ({ tx, at }, { request: { requestId, callIds } }) => {
    const again = await tx.outbox.again(callIds, at)
    return { subject: 'outbox', subjectId: requestId, reply: { replayed: again.size } }
  })
  return {
    async calls(query = {}) {
      const { topic, subjectId, lane, statuses, cursor, limit, ...span } = checkedRequest(callsQuery, query)
      const filter = given({ topic, subjectId, lane, statuses, ...madeIn(span) })
      const { rows, nextCursor } = await parts.db.outbox.find({ filter, direction: 'descending', ...paging({ cursor, limit }) })
      return { calls: rows.map(toCallView), nextCursor }
    },
    async replay(principal, request) {
      const reply = await replay(principal, request)
      onDue()
      return reply
    },
  }
}

function toCallView({ id, topic, callKey, status, tries, subjectId, lane, body, result, createdAt, nextAt, leaseUntil, changedAt }: CallRow): CallView {
  return {
    id, topic, callKey, status, tries, subjectId, lane, body: jsonOrText(body), result: result === null ? null : jsonOrText(result), createdAt: instant(createdAt),
    nextTryAt: status === 'pending' && leaseUntil === null ? instant(nextAt) : null, underWayUntil: instantOrNull(leaseUntil), changedAt: instantOrNull(changedAt),
  }
}

/** Whoever enqueues a call promises JSON; what is none is shown as it stands. */
function jsonOrText(text: string): JsonPayload {
  try {
    return JSON.parse(text) as JsonPayload
  } catch {
    return text
  }
}
