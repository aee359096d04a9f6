/** What a body that is made piece by piece is made of. */
export interface StreamedContent {
  readonly pieces: AsyncIterator<string | Uint8Array>
  /** An instance that closes waits for this. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** It breaks off. @default nobody is told but the reader */
  onFailure?(error: unknown): void
}

/** A response's body: the pieces are made as they are read, and no more of them when nobody reads on. */
export function streamed({ pieces, during, onFailure }: StreamedContent): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let end: () => void = () => undefined
  void during(() => new Promise<void>(resolve => { end = resolve }))
  let isCancelled = false
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = await pieces.next()
        if (isCancelled) return
        if (piece.done !== true) {
          controller.enqueue(typeof piece.value === 'string' ? encoder.encode(piece.value) : piece.value)
          return
        }
        controller.close()
      } catch (error) {
        onFailure?.(error)
        controller.error(error)
      }
      end()
    },
    async cancel() {
      isCancelled = true
      try {
        await pieces.return?.()
      } finally {
        end()
      }
    },
  })
}
