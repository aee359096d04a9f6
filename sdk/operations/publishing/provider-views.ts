import type { TaskRun } from '../../data-model/entities.js'
import type { PublicationRow } from '../../ports/publication-operations.js'
import type { ProviderRef, ProviderRun } from '../../providers/publishing.js'

/** A run as its provider is told about it. */
export function providerRun({ id, taskName, requester, config, payMinor, currency, leaseMs }: TaskRun, taskUrl: string): ProviderRun {
  return { runId: id, task: taskName, title: config.title, description: config.description, requester, pay: { minor: payMinor, currency }, leaseMs, taskUrl }
}

/** What a thing is called at the provider, as far as that is known. */
export function refOf(publication: PublicationRow | null): ProviderRef | null {
  return publication === null || publication.ref === null ? null : JSON.parse(publication.ref) as ProviderRef
}
