import type { EventBus } from '../../ports/event-bus.js'
import type { Runtime } from '../../ports/runtime.js'
import type { SessionSignal } from './signals.js'

/** An instance's side of its event bus. */
export interface BusWire {
  /** Tells other processes, once for all that is told in the same turn. */
  tell(topics: ReadonlySet<string>): void
  /** Tells other processes what somebody lets the others of a session know; it may be lost. */
  signal(signal: SessionSignal): void
  /** Begins to listen, once. */
  listen(): void
  close(): Promise<void>
}

interface Parts {
  readonly bus: EventBus
  readonly runtime: Runtime
  /** Something may have happened about these; about anything for null. */
  wake(topics: readonly string[] | null): void
  /** Somebody at another process lets the others know something. */
  onSignal(signal: SessionSignal): void
}

/** A signal on the bus: a text that begins like no id, and says which instance it is from, because that may hear itself. */
type SentSignal = SessionSignal & { readonly by: string }

/** Listening that could not begin is tried again after this, ms. */
const AGAIN_MS = 5_000

/** Wires an instance to its bus. A bus that fails is logged once until it works again, and changes nothing but how long readers wait. */
export function wireBus({ bus, runtime, wake, onSignal }: Parts): BusWire {
  const own = runtime.newId()
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

  function add(text: string): void {
    if (isClosed) return
    if (waiting.size === 0) setImmediate(send)
    waiting.add(text)
  }

  function hear(texts: readonly string[] | null): void {
    const topics = texts?.filter(text => !text.startsWith('{')) ?? null
    if (topics === null || topics.length > 0) wake(topics)
    for (const text of texts ?? []) {
      const signal = text.startsWith('{') ? signalIn(text) : null
      if (signal && signal.by !== own) onSignal(signal)
    }
  }

  async function begin(): Promise<void> {
    try {
      stop = await bus.listen(hear)
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
    tell(topics) { topics.forEach(add) },
    signal(signal) { add(JSON.stringify({ ...signal, by: own } satisfies SentSignal)) },
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

/** Null for a text that is none of ours. */
function signalIn(text: string): SentSignal | null {
  try {
    const said = JSON.parse(text) as Partial<SentSignal>
    return typeof said.sessionId === 'string' && typeof said.from === 'string' && typeof said.name === 'string' && typeof said.by === 'string' ? said as SentSignal : null
  } catch {
    return null
  }
}
