import { expect, vi } from 'vitest'
import { linkPackets } from '../../sdk/client/packet-link.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import { handClock, handSignals } from './task-session-server.js'

/** A packet with nothing in it but its number. */
export const packet = (number: number): PacketView => ({ number, kind: 'message', name: '', callId: '', body: {}, at: '' })

/** A socket that does what the test says. */
export class HandSocket {
  readonly OPEN = 1
  readyState = 1
  isClosed = false
  readonly sent: string[] = []
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onclose?: () => void
  send(text: string): void { this.sent.push(text) }
  close(): void { this.isClosed = true }
  hears(told: object): void { this.onmessage?.({ data: JSON.stringify(told) }) }
  opens(): void {
    this.onopen?.()
    this.hears({ result: { type: 'started' } })
  }
  tells(number: number): void { this.hears({ result: { type: 'data', data: { id: String(number), data: packet(number) } } }) }
}

/** A stream of events that does what the test says. */
export interface HandStream {
  readonly address: URL
  readonly headers: Headers
  readonly signal: AbortSignal
  /** Answers with a stream, or with something else. */
  opens(type?: string): void
  /** Sends text or bytes as they are. */
  sends(text: string | Uint8Array): void
  says(event: string): void
  tells(number: number): void
  cut(): void
  ends(): void
}

/** One link, with everything around it in the test's hand. */
export function linkStage({ sockets = true, events = true }: { readonly sockets?: boolean | 'forbidden'; readonly events?: boolean } = {}) {
  const [clock, signals, controller] = [handClock(), handSignals(), new AbortController()]
  const opened: HandSocket[] = []
  const streams: HandStream[] = []
  const reads: { readonly after: number; gives(...numbers: number[]): void; refuses(): void }[] = []
  const tokens = ['token', 'token-renewed']
  const [told, troubles]: [number[], boolean[]] = [[], []]
  const Socket = class extends HandSocket {
    constructor() {
      super()
      opened.push(this)
      if (sockets === 'forbidden') throw new Error('SecurityError')
    }
  }
  linkPackets({
    baseUrl: 'https://app.example/mephisto/', tokenNow: () => tokens[0] ?? '', renewToken: async () => { tokens.shift() }, clock, signal: controller.signal, onWake: signals.onWake,
    ...(sockets ? { WebSocket: Socket as unknown as typeof WebSocket } : {}),
    ...(events ? { fetch: handFetch(streams) } : {}),
    read: after => new Promise((resolve, reject) => {
      reads.push({ after, gives: (...numbers) => { resolve(numbers.map(packet)) }, refuses: () => { reject(new Error('refused')) } })
    }),
    onPacket: ({ number }) => { told.push(number) },
    onTrouble: isInTrouble => { troubles.push(isInTrouble) },
  })
  return { clock, signals, sockets: opened, streams, reads, told, troubles, stop: () => { controller.abort() } }
}

function handFetch(streams: HandStream[]): typeof fetch {
  return (address, init) => new Promise((resolve, reject) => {
    const signal = init?.signal ?? new AbortController().signal
    const encoder = new TextEncoder()
    let body: ReadableStreamDefaultController<Uint8Array> | null = null
    const sends = (text: string | Uint8Array): void => { body?.enqueue(typeof text === 'string' ? encoder.encode(text) : text) }
    signal.addEventListener('abort', () => { reject(new Error('aborted')) })
    streams.push({
      address: new URL(address as string), headers: new Headers(init?.headers), signal, sends,
      opens: (type = 'text/event-stream; charset=utf-8') => { resolve(new Response(new ReadableStream({ start: given => { body = given } }), { headers: { 'content-type': type } })) },
      says: event => { sends(`event: ${event}\ndata: \n\n\n`) },
      tells: number => { sends(`data: ${JSON.stringify(packet(number))}\nid: ${String(number)}\n\n\n`) },
      cut: () => {
        reject(new TypeError('network error'))
        body?.error(new TypeError('network error'))
      },
      ends: () => { body?.close() },
    })
  })
}

type Stage = ReturnType<typeof linkStage>
/** Waits until it holds. */
export const until = (check: () => void) => vi.waitFor(check, { interval: 2 })
/** Lets promises and streams of this process go on. */
export const settle = () => new Promise(resolve => { setTimeout(resolve, 5) })

/** So much time passes, ms. */
export async function turn({ clock }: Stage, ms: number): Promise<void> {
  clock.advance(ms)
  await settle()
}
/** The stream of this index, when the page has opened it and the server has answered. */
export async function openStream(stage: Stage, index = 0): Promise<HandStream> {
  await until(() => { expect(stage.streams).toHaveLength(index + 1) })
  const stream = stage.streams[index] as HandStream
  stream.opens()
  stream.says('connected')
  await settle()
  return stream
}
