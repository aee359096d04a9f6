/** What the outbox topics of a blueprint begin with; its type follows: instances that do not have it leave its calls to those that do. */
export const BLUEPRINT_TOPICS = { feed: 'run.feed.', submitted: 'unit.submitted.', procedure: 'procedure.', live: 'live.', effect: 'effect.' } as const

/** Characters of a topic. */
export const LONGEST_TOPIC = 64
