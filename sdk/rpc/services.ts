import type { AgentTokens } from '../operations/agent-tokens.js'
import type { ClientIOHandler } from '../operations/client-io-handler.js'
import type { DataBrowser } from '../operations/data-browser/data-browser.js'
import type { Files } from '../operations/files/create-files.js'
import type { Observer } from '../operations/observing/observer.js'
import type { OutboxDesk } from '../operations/outbox-desk.js'
import type { Operator } from '../operations/operator.js'
import type { BlueprintRegistry } from '../operations/registry.js'
import type { Remarks } from '../operations/remarks/create-remarks.js'
import type { Sessions } from '../operations/sessions/create-sessions.js'
import type { WebhookDesk } from '../operations/webhooks/webhook-desk.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { AnswerReader, Showing } from '../review/answer-reader.js'
import type { AuditDesk } from '../review/audit-desk.js'
import type { PeopleDesk } from '../review/people/people-desk.js'
import type { PrivacyDesk } from '../review/privacy/privacy-desk.js'
import type { ProjectDesk } from '../review/projects/project-desk.js'
import type { RemarkDesk } from '../review/remarks/remark-desk.js'
import type { ReviewClaims } from '../review/review-claims.js'
import type { ReviewDesk } from '../review/review-desk.js'
import type { SpendingDesk } from '../review/spending-desk.js'

/** What procedures call. */
export interface Services {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly observer: Observer
  readonly blueprints: BlueprintRegistry
  readonly tokens: AgentTokens
  readonly files: Files
  readonly pages: ClientIOHandler
  readonly sessions: Sessions
  readonly operator: Operator
  readonly review: ReviewDesk
  readonly claims: ReviewClaims
  readonly people: PeopleDesk
  readonly webhooks: WebhookDesk
  readonly data: DataBrowser
  readonly projects: ProjectDesk
  readonly privacy: PrivacyDesk
  readonly remarks: Remarks
  readonly remarkDesk: RemarkDesk
  readonly outbox: OutboxDesk
  readonly audit: AuditDesk
  readonly spending: SpendingDesk
  /** Shows answers of a blueprint; null for one that this instance does not have. */
  readerOf(blueprintType: string): AnswerReader | null
  /** How answers of a blueprint are shown. @throws MephistoError `not_found` for migrated ones of a blueprint that this instance does not have */
  showingOf(blueprintType: string, isMigrated: boolean): Showing
  invite(invitation: { readonly run: string; readonly worker: string; readonly expiresInMs?: number }): Promise<{ url: string; credential: string; expiresAt: string }>
}
