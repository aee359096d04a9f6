import type { AssigneeStatus, SEARCHED_STATUSES } from '../data-model/assignee.js'

/** An item and one of those whom it is for. */
export interface AssigneePair {
  readonly assignmentId: string
  readonly workerId: string
}

/** Where an item stands for one of those whom it is for. */
export interface AssigneeNote extends AssigneePair {
  readonly status: AssigneeStatus
  /** Of the item's first unit that may be free, or of an earlier one. */
  readonly rank: number
}

/** One of those whom an item is for. */
export interface Assignee extends AssigneePair {
  /** What their provider calls them by now. */
  readonly externalId: string
  /** Whether they have answered the item, have given it back, or are at it. */
  readonly isClosed: boolean
}

/** An item of a worker's, as a search finds it. */
export interface OwnItem {
  readonly assignmentId: string
  /** As noted: see {@link AssigneeNote}. */
  readonly rank: number
  /** Its first unit that is free; null when none is. */
  readonly unitId: string | null
  /** Whether the worker has answered it, has given it back, or is at it. */
  readonly isClosed: boolean
}

/** Items of a worker's in one run that a search looks at, smallest rank first. */
export interface OwnItemsQuery {
  readonly runId: string
  readonly workerId: string
  readonly status: (typeof SEARCHED_STATUSES)[number]
  readonly afterRank: number
  readonly limit: number
}

/** An item with more free units than there are people who could do them. */
export interface StrandedItem {
  readonly assignmentId: string
  /** So many more. */
  readonly units: number
}

/**
 * Whom the items of a run are for, where it says so. Notes are kept so that a search reads few rows, however many items a worker
 * has had and whatever others have: they say nothing about who may have what. Whoever changes them holds the run.
 */
export interface AssigneeOperations {
  /** Items of the worker's of which a unit may be free. */
  items(query: OwnItemsQuery): Promise<readonly OwnItem[]>
  /** Which of these items are for these people. Returns their pairs, as `seen` does. */
  among(pairs: readonly AssigneePair[]): Promise<ReadonlySet<string>>
  /** Whom these items are for, by item and the workers' ids. */
  of(assignmentIds: readonly string[]): Promise<readonly Assignee[]>
  /** Makes items for these people as well; those who are noted stay as they are. */
  add(runId: string, notes: readonly AssigneeNote[]): Promise<void>
  /** Makes an item no longer for these people. */
  remove(assignmentId: string, workerIds: readonly string[]): Promise<void>
  /** Writes where items stand for people; pairs that there are not are left out. */
  note(notes: readonly AssigneeNote[]): Promise<void>
  /** Notes that these units are free, for everybody whom their items are for. */
  freed(unitIds: readonly string[]): Promise<void>
  /** The smallest number of people whom an ordinary item of the run is for; 0 for a run without items. */
  fewest(runId: string): Promise<number>
  /** Items of a run with units that nobody of their people can do: they have had them, are blocked in the run at this instant, or are erased. At most so many. */
  stranded(runId: string, at: number, limit: number): Promise<readonly StrandedItem[]>
}
