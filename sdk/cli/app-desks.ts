import type { MephistoClient } from '../client/create-mephisto-client.js'
import type { DataBrowser } from '../operations/data-browser/data-browser.js'
import type { OutboxDesk } from '../operations/outbox-desk.js'
import type { WebhookDesk } from '../operations/webhooks/webhook-desk.js'
import type { AuditDesk } from '../review/audit-desk.js'
import type { PeopleDesk } from '../review/people/people-desk.js'
import type { PrivacyDesk } from '../review/privacy/privacy-desk.js'
import type { ProjectDesk } from '../review/projects/project-desk.js'
import type { RemarkDesk } from '../review/remarks/remark-desk.js'

// The desks of an app that runs, over its procedures. Who acts is whoever its login says, not the principal of this terminal.

/** The people desk of an app. */
export function appPeopleDesk({ people }: MephistoClient): PeopleDesk {
  return {
    makeQualification: (_, request) => people.makeQualification.mutate(request),
    changeQualification: (_, request) => people.changeQualification.mutate(request),
    deleteQualification: (_, request) => people.deleteQualification.mutate(request),
    grant: (_, request) => people.grant.mutate(request),
    revoke: (_, request) => people.revoke.mutate(request),
    block: (_, request) => people.block.mutate(request),
    lift: (_, request) => people.lift.mutate(request),
    admit: (_, request) => people.admit.mutate(request),
    reassign: (_, request) => people.reassign.mutate(request),
    assignees: query => people.assignees.query(query),
    qualifications: query => people.qualifications.query(query),
    qualification: qualification => people.qualification.query({ qualification }),
    holders: query => people.holders.query(query),
    history: query => people.history.query(query),
    workers: query => people.workers.query(query),
    worker: person => people.worker.query({ person }),
    reopenable: query => people.reopenable.query(query),
    blocks: query => people.blocks.query(query),
  }
}

/** The project desk of an app. */
export function appProjectDesk({ projects }: MephistoClient): ProjectDesk {
  return {
    create: (_, request) => projects.create.mutate(request),
    rename: (_, request) => projects.rename.mutate(request),
    archive: (_, request) => projects.archive.mutate(request),
    archiveTask: (_, request) => projects.archiveTask.mutate(request),
    setRetention: (_, request) => projects.setRetention.mutate(request),
    move: (_, request) => projects.move.mutate(request),
    setBudget: (_, request) => projects.setBudget.mutate(request),
    discardFiles: (_, request) => projects.discardFiles.mutate(request),
    list: query => projects.list.query(query),
    show: project => projects.show.query({ project }),
    tasks: query => projects.tasks.query(query),
  }
}

/** What finished work of an app adds up to. */
export function appStatistics({ data }: MephistoClient): Pick<DataBrowser, 'agreement'> {
  return { agreement: project => data.agreement.query({ project }) }
}

/** The privacy desk of an app. */
export function appPrivacyDesk({ privacy }: MephistoClient): PrivacyDesk {
  return {
    pseudonymise: (_, request) => privacy.pseudonymise.mutate(request),
    erase: (_, request) => privacy.erase.mutate(request),
    removeData: (_, request) => privacy.removeData.mutate(request),
  }
}

/** The outbox desk of an app. */
export function appOutboxDesk({ outbox }: MephistoClient): OutboxDesk {
  return { calls: query => outbox.calls.query(query), replay: (_, request) => outbox.replay.mutate(request) }
}

/** The audit desk of an app. */
export function appAuditDesk({ audit }: MephistoClient): AuditDesk {
  return { list: query => audit.list.query(query) }
}

/** The remark desk of an app. */
export function appRemarkDesk({ remarks }: MephistoClient): RemarkDesk {
  return { list: query => remarks.list.query(query), decide: (_, request) => remarks.decide.mutate(request) }
}

/** The webhook desk of an app. */
export function appWebhookDesk({ webhooks }: MephistoClient): WebhookDesk {
  return {
    create: (_, request) => webhooks.create.mutate(request),
    rotate: (_, request) => webhooks.rotate.mutate(request),
    pause: (_, request) => webhooks.pause.mutate(request),
    resume: (_, request) => webhooks.resume.mutate(request),
    delete: (_, request) => webhooks.delete.mutate(request),
    replay: (_, request) => webhooks.replay.mutate(request),
    list: query => webhooks.list.query(query),
    get: webhookId => webhooks.get.query({ webhookId }),
    deliveries: query => webhooks.deliveries.query(query),
  }
}
