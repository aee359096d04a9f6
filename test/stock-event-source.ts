import { createParser } from 'eventsource-parser'

interface Told { readonly data: string; readonly lastEventId: string }

/**
 * An EventSource as browsers have it, with headers, over `fetch`: as much of it as tRPC's `httpSubscriptionLink` uses. It comes again at once when the
 * connection is lost, with the id of the last event.
 */
export function eventSourceWith(headers: Readonly<Record<string, string>>): { readonly EventSource: typeof EventSource; cut(): void } {
  const open = new Set<AbortController>()
  class Stock {
    static readonly [Symbol.toStringTag] = 'EventSource'
    readonly CLOSED = 2
    readonly OPEN = 1
    readyState = 0
    readonly listeners = new Map<string, ((told: Told) => void)[]>()
    controller = new AbortController()
    lastEventId = ''

    constructor(readonly url: string) { void this.read() }

    addEventListener(name: string, listener: (told: Told) => void): void { this.listeners.set(name, [...this.listeners.get(name) ?? [], listener]) }
    removeEventListener(): void { this.listeners.clear() }

    tell(name: string, data: string): void { for (const listener of this.listeners.get(name) ?? []) listener({ data, lastEventId: this.lastEventId }) }

    close(): void {
      this.readyState = this.CLOSED
      this.controller.abort()
    }

    async read(): Promise<void> {
      while (this.readyState !== this.CLOSED) {
        this.controller = new AbortController()
        open.add(this.controller)
        await this.readOnce().catch(() => { this.tell('error', '') })
        open.delete(this.controller)
      }
    }

    async readOnce(): Promise<void> {
      const { feed } = createParser({ onEvent: ({ event = 'message', data, id }) => {
        this.lastEventId = id ?? this.lastEventId
        this.tell(event, data)
      } })
      const response = await fetch(this.url, { signal: this.controller.signal, headers: { ...headers, accept: 'text/event-stream', ...(this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId }) } })
      this.readyState = this.OPEN
      const decoder = new TextDecoder()
      for (const reader = response.body?.getReader(); ;) {
        const { done, value } = await reader?.read() ?? { done: true, value: undefined }
        if (done) return
        feed(decoder.decode(value, { stream: true }))
      }
    }
  }
  return { EventSource: Stock as unknown as typeof EventSource, cut() { for (const one of open) one.abort() } }
}
