import type { EventRow } from '../../ports/event-operations.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { OutboxHandler } from '../outbox-handler.js'
import type { BlueprintRegistry } from '../registry.js'
import { feedHandler } from './feed-handler.js'
import { createFeedWatch } from './feed-watch.js'

/** The data feeds of an instance's blueprints. */
export interface Feeds {
  readonly handlers: readonly OutboxHandler[]
  /** Something happened. False when it concerns no fed run that this process knows. */
  note(events: readonly EventRow[]): boolean
}

/** Feeds over a database: a handler for each blueprint that has some. */
export function createFeeds({ blueprints, ...parts }: WorkParts & { readonly blueprints: BlueprintRegistry }): Feeds {
  const fed = blueprints.names.map(type => blueprints.get(type)).filter(({ server }) => Object.keys(server.feeds ?? {}).length > 0)
  const watches = fed.map(implementation => ({ implementation, watch: createFeedWatch({ db: parts.db, implementation }) }))
  return {
    handlers: watches.map(({ implementation, watch }) => feedHandler({ ...parts, implementation, watch })),
    note: events => watches.map(({ watch }) => watch.note(events)).some(isConcerned => isConcerned),
  }
}
