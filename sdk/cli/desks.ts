import type { MephistoClient } from '../client/create-mephisto-client.js'
import { deriveKey } from '../operations/keys.js'
import { createDataBrowser, type DataBrowser } from '../operations/data-browser/data-browser.js'
import { createOutboxDesk, type OutboxDesk } from '../operations/outbox-desk.js'
import { createWebhookDesk } from '../operations/webhooks/create-webhook-desk.js'
import { createSecretBox } from '../operations/webhooks/secret-box.js'
import type { WebhookDesk } from '../operations/webhooks/webhook-desk.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { createAuditDesk, type AuditDesk } from '../review/audit-desk.js'
import { createPeopleDesk } from '../review/people/create-people-desk.js'
import type { PeopleDesk } from '../review/people/people-desk.js'
import { createPrivacyDesk } from '../review/privacy/create-privacy-desk.js'
import type { PrivacyDesk } from '../review/privacy/privacy-desk.js'
import { createProjectDesk } from '../review/projects/create-project-desk.js'
import type { ProjectDesk } from '../review/projects/project-desk.js'
import { createRemarkDesk } from '../review/remarks/create-remark-desk.js'
import type { RemarkDesk } from '../review/remarks/remark-desk.js'
import { appClient, appTrouble, type AppAddress } from './app-client.js'
import { appAuditDesk, appOutboxDesk, appPeopleDesk, appPrivacyDesk, appProjectDesk, appRemarkDesk, appStatistics, appWebhookDesk } from './app-desks.js'
import { withDatabase } from './database-choice.js'
import { databaseOperator } from './database-operator.js'
import { appAddress, chosenHeaders, type PlaceChoice } from './place-choice.js'
import { appReviewBench, databaseReviewBench, type ReviewBench } from './review-bench.js'
import { appRunDesk, databaseRunDesk, type RunDesk } from './run-desk.js'

/** Everything that commands do at a place, the same on a database and through an app. */
export interface Desks {
  readonly runs: RunDesk
  readonly people: PeopleDesk
  readonly projects: ProjectDesk
  readonly privacy: PrivacyDesk
  readonly statistics: Pick<DataBrowser, 'agreement'>
  readonly outbox: OutboxDesk
  readonly audit: AuditDesk
  readonly remarks: RemarkDesk
  review(run: string): ReviewBench
  /** On a database, webhooks' own secrets are kept under `secret`; an app has its own, and says itself who may be told. */
  webhooks(setting: { readonly secret?: string; readonly allowPrivate?: readonly string[] }): WebhookDesk
}

/** Where the commands of a place work. */
export type Place = { readonly db: MephistoDb } | { readonly app: AppAddress; readonly client: MephistoClient }

/**
 * Opens the place that was chosen for the time of `work`.
 * @throws MephistoError `invalid_options` for none or two, `not_found` for a file that is not there, what an app says
 * @default open brings a file up to date
 */
export async function atPlace(choice: PlaceChoice, work: (place: Place) => Promise<void>, open = withDatabase): Promise<void> {
  const url = appAddress(choice)
  if (url === null) return open(choice, db => work({ db }))
  const app = { url, headers: chosenHeaders(choice) }
  try {
    await work({ app, client: appClient(app) })
  } catch (error) {
    throw appTrouble(error)
  }
}

/** Opens the desks of the place that was chosen, for the time of `work`. */
export function withDesks(choice: PlaceChoice, work: (desks: Desks) => Promise<void>, open = withDatabase): Promise<void> {
  return atPlace(choice, place => work('db' in place ? databaseDesks(place.db) : appDesks(place.client)), open)
}

function databaseDesks(db: MephistoDb): Desks {
  const parts = { db, runtime: systemRuntime() }
  return {
    runs: databaseRunDesk({ db, operator: databaseOperator(db) }),
    people: createPeopleDesk(parts), projects: createProjectDesk(parts), privacy: createPrivacyDesk(parts), statistics: createDataBrowser(parts),
    outbox: createOutboxDesk({ ...parts, onDue: () => undefined }), audit: createAuditDesk(parts), remarks: createRemarkDesk(parts),
    review: run => databaseReviewBench(db, run),
    webhooks: ({ secret = '', allowPrivate = [] }) => createWebhookDesk({ ...parts, secrets: createSecretBox(deriveKey(secret, 'webhook')), allowPrivate, onDue: () => undefined }),
  }
}

function appDesks(client: MephistoClient): Desks {
  return {
    runs: appRunDesk(client), people: appPeopleDesk(client), projects: appProjectDesk(client), privacy: appPrivacyDesk(client), statistics: appStatistics(client), outbox: appOutboxDesk(client), audit: appAuditDesk(client), remarks: appRemarkDesk(client),
    review: run => appReviewBench(client, run), webhooks: () => appWebhookDesk(client),
  }
}
