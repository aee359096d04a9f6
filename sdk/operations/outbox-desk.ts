import * as z from 'zod'
import type { FindQuery, Page } from '../ports/find-query.js'
import type { CallFilter, CallRow } from '../ports/outbox-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { entityId, requestIdText } from '../protocol/text.js'
import { actOf } from '../review/act-once.js'
import type { Principal } from '../review/principal.js'

const replayRequest = z.strictObject({ requestId: requestIdText, callIds: z.array(entityId).min(1, 'must name at least one call').max(500) })

/** Has calls that ended made again. */
export type ReplayCallsRequest = z.input<typeof replayRequest>

/** Where it is seen what became of calls to the outside world. */
export interface OutboxDesk {
  /** Calls by topic, subject, lane and status. @throws MephistoError `invalid_input` for an unknown filter or cursor */
  calls(query?: FindQuery<CallFilter, 'createdAt'>): Promise<Page<CallRow>>
  /**
   * Has calls that are done or have failed made again, under the same keys; others stay as they are. Replies how many. Once for
   * each `requestId`. @throws MephistoError `invalid_input`
   */
  replay(principal: Principal, request: ReplayCallsRequest): Promise<{ readonly replayed: number }>
}

/** The desk over a database; `onDue` is called when calls have become due. */
export function createOutboxDesk({ onDue, ...parts }: { readonly db: MephistoDb; readonly runtime: Runtime; readonly onDue: () => void }): OutboxDesk {
  const replay = actOf(parts, { action: 'replay_calls', schema: replayRequest }, async ({ tx, at }, { request: { requestId, callIds } }) => {
    const again = await tx.outbox.again(callIds, at)
    return { subject: 'outbox', subjectId: requestId, reply: { replayed: again.size } }
  })
  return {
    calls: query => parts.db.outbox.find(query),
    async replay(principal, request) {
      const reply = await replay(principal, request)
      onDue()
      return reply
    },
  }
}
