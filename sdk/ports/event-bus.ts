/**
 * Wakes the readers of other processes. It only wakes: what is lost, doubled or out of order costs time alone, because readers find
 * what there is in the database, at the latest when they look by themselves.
 */
export interface EventBus {
  readonly specVersion: 1
  /** Tells all who listen, this process too or not, that something may have happened about these (ids, at most 64 characters each). Rejects when it cannot. */
  publish(topics: readonly string[]): Promise<void>
  /**
   * Calls `listener` with topics that were published; with null when some may have been missed, such as after the connection was lost.
   * Goes on by itself after every loss. Resolves, when it listens, to what ends it. Rejects when it cannot listen at all.
   */
  listen(listener: (topics: readonly string[] | null) => void): Promise<() => Promise<void>>
  /** Ends its connections. Safe to call twice. */
  close(): Promise<void>
}

/** What a message of a bus says: its topics; null, which is "anything", for a message that is none of ours. */
export function topicsIn(text: string): readonly string[] | null {
  try {
    const topics: unknown = JSON.parse(text)
    return Array.isArray(topics) && topics.every(topic => typeof topic === 'string') ? topics : null
  } catch {
    return null
  }
}
