/** What became of one item of a batch. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** A batch worker: one outcome for each item, in order. A rejection fails the batch as a whole. */
export type BatchWork<TItem, TResult> = (batch: readonly TItem[]) => Promise<readonly Outcome<TResult>[]>

interface Waiting<TItem, TResult> {
  readonly item: TItem
  resolve(value: TResult): void
  reject(error: unknown): void
}

/**
 * Group commit: callers that arrive while a batch is under way share the next one, and each is answered after the
 * commit it was part of. A batch that fails as a whole is tried item by item, so that one bad item fails alone.
 * A lone caller waits for one turn of the event loop. `maxBatch` bounds a batch. @default maxBatch 128
 */
export function coalesce<TItem, TResult>(work: BatchWork<TItem, TResult>, maxBatch = 128): (item: TItem) => Promise<TResult> {
  const queue: Waiting<TItem, TResult>[] = []
  let busy = false

  async function runBatch(batch: readonly Waiting<TItem, TResult>[]): Promise<void> {
    try {
      const outcomes = await work(batch.map(waiting => waiting.item))
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index]
        if (outcome?.ok) waiting.resolve(outcome.value)
        else waiting.reject(outcome?.error ?? new Error('the batch left an item without an outcome'))
      })
    } catch (error) {
      const [only] = batch
      if (batch.length === 1 && only) only.reject(error)
      else for (const waiting of batch) await runBatch([waiting])
    }
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await runBatch(queue.splice(0, maxBatch))
    busy = false
  }

  return item => new Promise<TResult>((resolve, reject) => {
    queue.push({ item, resolve, reject })
    if (busy) return
    busy = true
    setImmediate(() => void drain())
  })
}
