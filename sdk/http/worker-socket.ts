import { callTRPCProcedure, TRPCError, type TRPCProcedureType } from '@trpc/server'
import { parseTRPCMessage } from '@trpc/server/rpc'
import { MephistoError } from '../errors.js'
import type { Observer } from '../operations/observing/observer.js'
import type { Following } from '../operations/sessions/packet-hub.js'
import { packetText } from '../operations/sessions/packet-view.js'
import type { SessionSignal } from '../operations/sessions/signals.js'
import type { PacketRow } from '../ports/session-operations.js'
import { WIRE_HEADER } from '../protocol/wire-version.js'
import { appRouter } from '../rpc/router.js'
import type { RpcContext } from '../rpc/trpc.js'
import { admitted } from './admitted.js'
import type { CallerHeaders } from './handler-parts.js'
import { MOST_BEFORE_SIGNALS, signalText } from './signal-text.js'
import { wireError } from './wire-error.js'

/** A socket that a host has accepted. */
export interface HostSocket {
  /** Sends a text; calls `done` when it has left this process. */
  send(text: string, done: () => void): void
  /** Codes are those of RFC 6455, section 7.4. */
  close(code: number, reason: string): void
}

/** An accepted socket, as the host feeds it. */
export interface WorkerSocket {
  receive(text: string): void
  /** The socket is closed, by whomever. */
  closed(): void
}

/** Sockets of an instance. */
export interface WorkerSockets {
  open(socket: HostSocket): WorkerSocket
  /** Tells all to come again elsewhere, and closes them. */
  close(): void
}

/** Calls of one socket that are under way at a time, messages of one batch, and subscriptions. */
const [MOST_CALLS, MOST_MESSAGES, MOST_SUBSCRIPTIONS] = [32, 100, 4]
/** Characters that wait for a slow reader: then no packets are read for it until it has caught up. One that goes on sending while so many more wait is closed. */
const [MOST_WAITING, TOO_MANY_WAITING] = [262_144, 4_194_304]
/** A socket that has neither said whose it is nor asked for anything by then is closed, ms. */
const FIRST_WORD_MS = 10_000
const CLOSE = { restart: 1012, policy: 1008, invalid: 1007 } as const

interface Message {
  readonly id: number | string | null
  readonly path: string
  readonly type: TRPCProcedureType
  readonly input: unknown
}

/**
 * Sockets that speak tRPC's WebSocket format (https://trpc.io/docs/server/websockets) to the same procedures; its own `wsLink` works. The
 * token comes in the connection params as `authorization`, and the page's version as HTTP's header. Packets are pushed as they come, each written as text once for all its readers.
 * Written out because tRPC's own handler takes three times the processor for a packet (docs/decisions/0030-sessions.md).
 */
export function createWorkerSockets(contextOf: (said: CallerHeaders) => RpcContext, observer: Observer): WorkerSockets {
  const sockets = new Set<HostSocket>()
  let isClosed = false
  return {
    open(socket) {
      if (isClosed) socket.close(CLOSE.restart, 'the server is being stopped')
      else sockets.add(socket)
      const connection = serve(socket, { contextOf, observer })
      observer.record('mephisto.connections.active', 1, WAY)
      let isOpen = true
      return {
        receive: connection.receive,
        closed() {
          if (!isOpen) return
          isOpen = false
          observer.record('mephisto.connections.active', -1, WAY)
          sockets.delete(socket)
          connection.closed()
        },
      }
    },
    close() {
      isClosed = true
      for (const socket of sockets) {
        socket.send('{"id":null,"method":"reconnect"}', () => undefined)
        socket.close(CLOSE.restart, 'the server is being stopped')
      }
      sockets.clear()
    },
  }
}

interface Serving {
  contextOf(said: CallerHeaders): RpcContext
  readonly observer: Observer
}

function serve(socket: HostSocket, { contextOf, observer }: Serving): WorkerSocket {
  const following = new Map<number | string, Following>()
  const over = new AbortController()
  let context: RpcContext | null = null
  let [calls, waiting, isClosing] = [0, 0, false]
  const silence = setTimeout(() => { close(CLOSE.policy, `nothing was said within ${String(FIRST_WORD_MS)} ms`) }, FIRST_WORD_MS)

  function send(text: string): void {
    waiting += text.length
    socket.send(text, () => {
      const wasFull = waiting >= MOST_WAITING
      waiting -= text.length
      if (wasFull && waiting < MOST_WAITING) for (const one of following.values()) one.resume()
    })
  }

  function sendError(cause: unknown, { id, ...call }: Partial<Message> & Pick<Message, 'id'>): void {
    const { path, input, type = 'unknown' } = call
    send(JSON.stringify({ id, error: wireError(cause, { ctx: context ?? undefined, path, input, type }) }))
  }

  function run({ path, type, input }: Message, ctx: RpcContext): Promise<unknown> {
    return callTRPCProcedure({ router: appRouter, path, type, ctx, signal: over.signal, batchIndex: 0, getRawInput: () => Promise.resolve(input) })
  }

  async function answer(message: Message, ctx: RpcContext): Promise<void> {
    if (calls >= MOST_CALLS) {
      sendError(new MephistoError('too_many_requests', `More than ${String(MOST_CALLS)} calls of one connection are under way. Send this again when some are answered.`), message)
      return
    }
    calls += 1
    try {
      const data = await run(message, ctx)
      if (!over.signal.aborted) send(JSON.stringify({ id: message.id, result: { type: 'data', data } }))
    } catch (error) {
      if (!over.signal.aborted) sendError(error, message)
    } finally {
      calls -= 1
    }
  }

  async function follow(message: Message & { readonly id: number | string }, ctx: RpcContext): Promise<void> {
    const { id } = message
    if (following.has(id)) {
      sendError(new TRPCError({ code: 'BAD_REQUEST', message: `There is a subscription ${String(id)} already.` }), message)
      return
    }
    if (following.size >= MOST_SUBSCRIPTIONS) {
      sendError(new MephistoError('too_many_requests', `One connection has at most ${String(MOST_SUBSCRIPTIONS)} subscriptions.`), message)
      return
    }
    // Of this subscription alone: it may be stopped, and another begun under its id, meanwhile.
    let place: Following | null = null
    const own: Following = { resume: () => place?.resume(), stop: () => place?.stop() }
    const isOver = (): boolean => over.signal.aborted || following.get(id) !== own
    const onPackets = (packets: readonly PacketRow[]): void => {
      if (isOver()) return
      for (const packet of packets) send(packetFrame(id, packet))
      observer.record('mephisto.packets.pushed', packets.length, WAY)
    }
    const onSignal = (signal: SessionSignal): void => { if (!isOver() && waiting < MOST_BEFORE_SIGNALS) send(`{"id":${JSON.stringify(id)},"result":{"type":"data","data":{"signal":${signalText(signal)}}}}`) }
    const onEnd = (reason?: MephistoError): void => {
      if (isOver()) return
      following.delete(id)
      if (reason) sendError(reason, message)
    }
    following.set(id, own)
    try {
      const reader = await admitted(ctx, { path: message.path, readInput: () => message.input, signal: over.signal })
      if (isOver()) return
      send(JSON.stringify({ id, result: { type: 'started' } }))
      place = await reader.follow({ onPackets, onEnd, onSignal, isReady: () => waiting < MOST_WAITING })
      if (isOver()) place.stop()
    } catch (error) {
      if (following.get(id) === own) following.delete(id)
      if (!over.signal.aborted) sendError(error, message)
    }
  }

  function close(code: number, reason: string): void {
    isClosing = true
    socket.close(code, reason)
  }

  function receive(text: string): void {
    if (isClosing) return
    if (waiting > TOO_MANY_WAITING) {
      close(CLOSE.policy, 'too much waits to be read')
      return
    }
    if (text === 'PING') {
      send('PONG')
      return
    }
    if (text === 'PONG') return
    const given = parsed(text)
    if (given === undefined) {
      close(CLOSE.invalid, 'not JSON')
      return
    }
    if (context === null && isParams(given)) {
      context = contextOf({ authorization: given.data?.authorization, wire: given.data?.[WIRE_HEADER] })
      if (context.bearer !== null) clearTimeout(silence)
      return
    }
    const messages = Array.isArray(given) ? given as unknown[] : [given]
    if (messages.length > MOST_MESSAGES) close(CLOSE.policy, 'too many messages at once')
    else for (const one of messages) dispatch(one)
  }

  function dispatch(given: unknown): void {
    const ctx = (context ??= contextOf({}))
    clearTimeout(silence)
    let message: ReturnType<typeof parseTRPCMessage>
    try {
      message = parseTRPCMessage(given, appRouter._def._config.transformer)
    } catch (cause) {
      sendError(new TRPCError({ code: 'PARSE_ERROR', message: 'This is not a message of tRPC.', cause }), { id: null })
      return
    }
    const { id } = message
    if (id === null) {
      sendError(new TRPCError({ code: 'PARSE_ERROR', message: 'A message needs an id.' }), { id })
    } else if (message.method === 'subscription.stop') {
      if (!following.has(id)) return
      following.get(id)?.stop()
      following.delete(id)
      send(JSON.stringify({ id, result: { type: 'stopped' } }))
    } else {
      const { path, input, lastEventId } = message.params
      if (message.method === 'subscription') void follow({ id, path, type: message.method, input: lastEventId === undefined ? input : { ...input as object, lastEventId } }, ctx)
      else void answer({ id, path, type: message.method, input }, ctx)
    }
  }

  return {
    receive,
    closed() {
      clearTimeout(silence)
      over.abort()
      for (const one of following.values()) one.stop()
      following.clear()
    },
  }
}

/** How sockets are told apart from other ways. */
const WAY = { way: 'socket' } as const

/** A packet as tRPC tells of an event with an id. */
function packetFrame(id: number | string, packet: PacketRow): string {
  const number = `"${String(packet.number)}"`
  return `{"id":${JSON.stringify(id)},"result":{"type":"data","id":${number},"data":{"id":${number},"data":${packetText(packet)}}}}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isParams(given: unknown): given is { readonly data: { readonly authorization?: string; readonly [WIRE_HEADER]?: string } | null } {
  if (typeof given !== 'object' || given === null || !('method' in given) || given.method !== 'connectionParams') return false
  const data = 'data' in given ? given.data : null
  return data === null || (typeof data === 'object' && (!('authorization' in data) || typeof data.authorization === 'string'))
}
