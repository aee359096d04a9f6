/**
 * Where an item stands for one of those whom it is for. `open`: a unit of it may be free. `again`: so, and they have had one before.
 * `waiting`: none was free when they looked. `had`: they have had one, and none came back since. `done`: they can have no more of it.
 */
export const ASSIGNEE_STATUSES = ['open', 'again', 'waiting', 'had', 'done'] as const
/** See {@link ASSIGNEE_STATUSES}. */
export type AssigneeStatus = (typeof ASSIGNEE_STATUSES)[number]

/** Those in which a unit of the item may be free, in the order in which they are searched. */
export const SEARCHED_STATUSES = ['open', 'again'] as const satisfies readonly AssigneeStatus[]

/** Most people that one item is for: as many as can answer it. */
export const MOST_ASSIGNEES = 1_000
