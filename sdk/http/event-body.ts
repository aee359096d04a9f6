import type { EventStream, OpenEvents } from '../ports/event-stream.js'

/** A stream of events as the body of a Response, until the reader cancels it or the request is aborted. */
export function eventBody(stream: EventStream, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let waiting = 0
  let open: OpenEvents | null = null
  let leave = (): void => undefined
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const over = (): void => {
        signal.removeEventListener('abort', leave)
        open?.closed()
      }
      leave = () => {
        over()
        controller.close()
      }
      signal.addEventListener('abort', leave)
      open = stream.open({
        send(text) {
          const bytes = encoder.encode(text)
          waiting += bytes.byteLength
          controller.enqueue(bytes)
        },
        waiting: () => waiting,
        end: leave,
      })
      if (signal.aborted) leave()
    },
    // Nothing waits any more.
    pull() {
      waiting = 0
      open?.drained()
    },
    cancel() {
      signal.removeEventListener('abort', leave)
      open?.closed()
    },
  })
}
