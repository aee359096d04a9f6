import { instant } from '../data-model/instant.js'
import type { AuditRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { auditQuery, type AuditQuery } from '../protocol/audit-requests.js'
import type { AuditEntryView, AuditListView } from '../protocol/audit-views.js'
import type { JsonPayload } from '../protocol/worker-views.js'
import { checkedRequest } from './act-once.js'
import { given } from '../data-model/given.js'
import { madeIn, paging } from './paging.js'
import { UNFINISHED } from './privacy/person-in-body.js'

/** Where it is read who did what on the operator side. */
export interface AuditDesk {
  /**
   * Acts with what was asked for and what was replied, the latest first. Whom a request named is named here too, until that name is taken
   * away (`privacy`). @throws MephistoError `invalid_input` for a field that is wrong
   */
  list(query?: AuditQuery): Promise<AuditListView>
}

/** The audit desk over a database. Who may read it is for its callers to check. */
export function createAuditDesk({ db }: { readonly db: Pick<MephistoDb, 'audit'> }): AuditDesk {
  return {
    async list(query = {}) {
      const { actor, action, subject, subjectId, cursor, limit, ...span } = checkedRequest(auditQuery, query)
      const { rows, nextCursor } = await db.audit.find({ filter: given({ actorId: actor, action, subject, subjectId, ...madeIn(span) }), sort: 'at', direction: 'descending', ...paging({ cursor, limit }) })
      return { entries: rows.map(toEntry), nextCursor }
    },
  }
}

/** An act that takes a name away keeps it until it is gone everywhere; that is nobody's to read. */
function toEntry({ id, at, actorId, action, subject, subjectId, body }: AuditRow): AuditEntryView {
  const { request = null, [UNFINISHED]: _unfinished, ...reply } = JSON.parse(body) as Readonly<Record<string, JsonPayload>>
  return { id, at: instant(at), actor: actorId, action, subject, subjectId, request, reply }
}
