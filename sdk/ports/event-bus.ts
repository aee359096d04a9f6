/**
 * Carries short texts to other processes: ids of sessions, which wake their readers, and what people let each other know for the moment. What of the first is lost,
 * doubled or out of order costs time alone, because readers find what there is in the database, at the latest when they look by themselves; the second may be lost.
 */
export interface EventBus {
  readonly specVersion: 1
  /** Tells all who listen, this process too or not, each of these texts: at most 7,000 bytes each, as JSON in UTF-8. Rejects when it cannot. */
  publish(texts: readonly string[]): Promise<void>
  /**
   * Calls `listener` with texts that were published; with null when some may have been missed, such as after the connection was lost.
   * Goes on by itself after every loss. Resolves, when it listens, to what ends it. Rejects when it cannot listen at all.
   */
  listen(listener: (texts: readonly string[] | null) => void): Promise<() => Promise<void>>
  /** Ends its connections. Safe to call twice. */
  close(): Promise<void>
}

/** What a message of a bus says: its texts; null, which is "anything", for a message that is none of ours. */
export function textsIn(text: string): readonly string[] | null {
  try {
    const texts: unknown = JSON.parse(text)
    return Array.isArray(texts) && texts.every(one => typeof one === 'string') ? texts : null
  } catch {
    return null
  }
}
