import type { MephistoError } from '../errors.js'
import type { Observer } from '../operations/observing/observer.js'
import type { Following } from '../operations/sessions/packet-hub.js'
import { packetText } from '../operations/sessions/packet-view.js'
import type { EventSink, EventStream, OpenEvents } from '../ports/event-stream.js'
import type { PacketRow } from '../ports/session-operations.js'
import { REOPEN_EVENT, SIGNAL_EVENT } from '../protocol/stream-events.js'
import type { RpcContext } from '../rpc/trpc.js'
import { admitted, type Admitted } from './admitted.js'
import { parsedInput } from './parsed-input.js'
import { MOST_BEFORE_SIGNALS, signalText } from './signal-text.js'
import { wireError } from './wire-error.js'

/** A request for events: the address's query, and the last event that an EventSource had, by its header. */
export interface EventsCall {
  readonly query: URLSearchParams
  readonly lastEventId: string | null | undefined
  readonly context: RpcContext
}

/** Streams of an instance. */
export interface WorkerEvents {
  answer(call: EventsCall): Promise<EventStream>
}

/** What is said of a stream, so that nobody in between keeps it, holds it back or compresses it. */
export const EVENT_HEADERS = {
  'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform, no-store', 'x-accel-buffering': 'no', vary: 'trpc-accept, accept',
} as const

const PATH = 'agent.packets'

/** Whether this asks for packets as events; tRPC's own handler answers batches, and refuses other methods. */
export function isForEvents({ method, path }: { readonly method: string; readonly path: string }, query: string): boolean {
  return method === 'GET' && path === `trpc/${PATH}` && !/(^|&)batch=/.test(query)
}

/** Pages take a stream that says nothing for 10 s for dead. */
const PING_MS = 4_000
/** A page for which others wait is to open its stream again after so long, ms: one that is gone without a word is noticed by that. */
const AWAITED_MS = 8_000
/** What may wait for a slow reader: then no packets are read for it until it has caught up. */
const MOST_WAITING = 262_144

/** How streams are told apart from other ways. */
const WAY = { way: 'events' } as const

const event = (name: string, data = ''): string => `event: ${name}\ndata: ${data}\n\n`
const [CONNECTED, PING, RETURN] = [event('connected', '{}'), event('ping'), event('return')]
/** An EventSource opens it again by itself, after so many ms, and passes the event over. */
const REOPEN = `retry: 50\n${event(REOPEN_EVENT)}`

/**
 * Packets as tRPC's server-sent events (https://trpc.io/docs/server/subscriptions); its own `httpSubscriptionLink` reads them. Each packet is written as text
 * once for all its readers. Written out because tRPC's own writer takes several times the processor for a packet (docs/decisions/0030-sessions.md).
 */
export function createWorkerEvents(observer: Observer): WorkerEvents {
  const pings = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | null = null

  function ping(): void {
    for (const one of pings) one()
  }

  /** Pings a stream, by one timer for all; until the returned function is called. */
  function keepAlive(one: () => void): () => void {
    pings.add(one)
    timer ??= setInterval(ping, PING_MS)
    return () => {
      pings.delete(one)
      if (pings.size > 0 || timer === null) return
      clearInterval(timer)
      timer = null
    }
  }

  return {
    async answer({ query, lastEventId, context }) {
      let input: unknown
      const errorText = (cause: unknown): string => event('serialized-error', JSON.stringify(wireError(cause, { ctx: context, input, path: PATH, type: 'subscription' })))
      try {
        const reader = await admitted(context, { path: PATH, readInput: () => (input = inputOf(query, lastEventId)) })
        return { open: sink => begin(sink, { reader, keepAlive, errorText, observer }) }
      } catch (error) {
        return over(CONNECTED + errorText(error))
      }
    },
  }
}

/** A stream that is over with this. */
function over(text: string): EventStream {
  return {
    open(sink) {
      sink.send(text)
      sink.end()
      return { drained: () => undefined, closed: () => undefined }
    },
  }
}

interface Begun {
  readonly reader: Admitted
  keepAlive(ping: () => void): () => void
  /** What tells of an error. */
  errorText(error: unknown): string
  readonly observer: Observer
}

function begin(sink: EventSink, { reader, keepAlive, errorText, observer }: Begun): OpenEvents {
  let following: Following | null = null
  let [isOver, wasFull] = [false, false]
  let reopening: ReturnType<typeof setTimeout> | undefined
  const hasRoom = (): boolean => sink.waiting() < MOST_WAITING
  const stopPinging = keepAlive(() => { if (hasRoom()) sink.send(PING) })

  /** Once: it is over. */
  function stop(): boolean {
    if (isOver) return false
    isOver = true
    observer.record('mephisto.connections.active', -1, WAY)
    stopPinging()
    clearTimeout(reopening)
    following?.stop()
    return true
  }

  function end(text: string): void {
    if (!stop()) return
    sink.send(text)
    sink.end()
  }

  observer.record('mephisto.connections.active', 1, WAY)
  sink.send(CONNECTED)
  reader.follow({
    onEnd(reason?: MephistoError) { end(reason ? errorText(reason) : RETURN) },
    onSignal(signal) { if (!isOver && sink.waiting() < MOST_BEFORE_SIGNALS) sink.send(event(SIGNAL_EVENT, signalText(signal))) },
    isReady() {
      const isReady = hasRoom()
      wasFull ||= !isReady
      return isReady
    },
    onPackets(packets) {
      if (isOver) return
      for (const packet of packets) sink.send(eventText(packet))
      observer.record('mephisto.packets.pushed', packets.length, WAY)
    },
  }).then(begun => {
    following = begun
    if (isOver) begun.stop()
    else if (begun.isAwaited) reopening = setTimeout(() => { end(REOPEN) }, AWAITED_MS)
  }, (error: unknown) => { end(errorText(error)) })
  return {
    closed: () => { stop() },
    drained() {
      if (!wasFull || !hasRoom()) return
      wasFull = false
      following?.resume()
    },
  }
}

const texts = new WeakMap<PacketRow, string>()

/** A packet as an event with an id: written once for all who read it. */
function eventText(packet: PacketRow): string {
  const text = texts.get(packet) ?? `data: ${packetText(packet)}\nid: ${String(packet.number)}\n\n`
  texts.set(packet, text)
  return text
}

/** What the address asks for; an EventSource that comes again says by a header, or in the address, where it was. */
function inputOf(query: URLSearchParams, header: string | null | undefined): unknown {
  const input = parsedInput(query.get('input') ?? '')
  const lastEventId = header ?? query.get('lastEventId') ?? query.get('Last-Event-Id') ?? ''
  if (lastEventId === '') return input
  return typeof input === 'object' && !Array.isArray(input) ? { ...input, lastEventId } : input ?? { lastEventId }
}
