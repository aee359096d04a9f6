/** The calls that a process is answering, so that it can stop when those that have begun are over. */
export interface UnderWay {
  /** Counts `work` while it lasts. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when all that is under way now is over, whatever begins meanwhile. */
  ended(): Promise<void>
}

/** Nothing is under way. */
export function createUnderWay(): UnderWay {
  const calls = new Set<Promise<unknown>>()
  return {
    async during(work) {
      const call = work()
      calls.add(call)
      try {
        return await call
      } finally {
        calls.delete(call)
      }
    },
    async ended() {
      await Promise.allSettled(calls)
    },
  }
}
