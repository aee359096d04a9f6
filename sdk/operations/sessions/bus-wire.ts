import type { EventBus } from '../../ports/event-bus.js'
import type { Runtime } from '../../ports/runtime.js'

/** An instance's side of its event bus. */
export interface BusWire {
  /** Tells other processes, once for all that is told in the same turn. */
  tell(topics: ReadonlySet<string>): void
  /** Begins to listen, once. */
  listen(): void
  close(): Promise<void>
}

interface Parts {
  readonly bus: EventBus
  readonly runtime: Runtime
  /** Something may have happened about these; about anything for null. */
  wake(topics: readonly string[] | null): void
}

/** Listening that could not begin is tried again after this, ms. */
const AGAIN_MS = 5_000

/** Wires an instance to its bus. A bus that fails is logged once until it works again, and changes nothing but how long readers wait. */
export function wireBus({ bus, runtime, wake }: Parts): BusWire {
  const waiting = new Set<string>()
  const faulty = new Set<'publish' | 'listen'>()
  let [isListening, isClosed] = [false, false]
  let stop: () => Promise<void> = () => Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  function failed(what: 'publish' | 'listen', error: unknown): void {
    if (faulty.size === 0 && !isClosed) runtime.logger.warn({ err: error }, 'the event bus does not work; readers in other processes look by themselves until it does')
    faulty.add(what)
  }

  function send(): void {
    const topics = [...waiting]
    waiting.clear()
    bus.publish(topics).then(() => { faulty.delete('publish') }, (error: unknown) => { failed('publish', error) })
  }

  async function begin(): Promise<void> {
    try {
      stop = await bus.listen(wake)
      faulty.delete('listen')
      if (isClosed) await stop()
      // What came before it listened.
      else wake(null)
    } catch (error) {
      failed('listen', error)
      if (!isClosed) timer = setTimeout(() => void begin(), AGAIN_MS)
    }
  }

  return {
    tell(topics) {
      if (isClosed) return
      if (waiting.size === 0) setImmediate(send)
      for (const topic of topics) waiting.add(topic)
    },
    listen() {
      if (isListening || isClosed) return
      isListening = true
      void begin()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await stop().catch((error: unknown) => { failed('listen', error) })
    },
  }
}
