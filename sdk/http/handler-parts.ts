import type { Exposition } from '../ports/telemetry.js'
import type { Principal } from '../review/principal.js'
import type { Services } from '../rpc/services.js'
import type { RpcContext } from '../rpc/trpc.js'
import { bearerOf } from './bearer.js'
import type { ConsoleOptions } from './console-options.js'
import type { CrossOrigin } from './cross-origin.js'
import type { WorkerEvents } from './worker-events.js'

/** What the handler needs of the instance it serves. */
export interface HandlerParts {
  readonly services: Services
  /** Path of the mount, with slashes at both ends. */
  readonly basePath: string
  readonly maxBodyBytes: number
  /** Which pages of other origins may call. */
  readonly crossOrigin: CrossOrigin
  /** Whether the instance is being closed. */
  isClosing(): boolean
  /** What lasts longer than its response is made: an instance that closes waits for it. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** What is answered at `metrics`; null for nothing. */
  readonly exposition: Exposition | null
  /** The ready-made console; false for none. */
  readonly console: ConsoleOptions | false
  /** Streams of packets. */
  readonly events: WorkerEvents
  authorize(request: Request): Promise<Principal | null>
}

/** What the caller says beside what it asks for. */
export interface CallerHeaders {
  readonly authorization?: string | null | undefined
  readonly wire?: string | null | undefined
}

/** The context of a call: the bearer token now, the principal only when a procedure asks for it. */
export function rpcContext(parts: HandlerParts, { authorization, wire }: CallerHeaders, request: () => Request): RpcContext {
  let principal: Promise<Principal | null> | null = null
  return {
    services: parts.services,
    bearer: bearerOf(authorization),
    wire: wire ?? null,
    principal: () => (principal ??= parts.authorize(request())),
  }
}
