/** Where a stream's texts go: the reply of a host. */
export interface EventSink {
  send(text: string): void
  /** Characters, or bytes, that were sent and have not left this process; `drained` is called when there are fewer again. */
  waiting(): number
  /** All was sent. */
  end(): void
}

/** A stream that a host has begun to send, as the host feeds it. */
export interface OpenEvents {
  /** What waited has left this process. */
  drained(): void
  /** The reader is gone, or all was sent. */
  closed(): void
}

/** The body of a reply that comes bit by bit. */
export interface EventStream {
  /** Begins it, once. */
  open(sink: EventSink): OpenEvents
}
