import { callTRPCProcedure } from '@trpc/server'
import type { SessionReading } from '../operations/sessions/create-sessions.js'
import type { PacketReader } from '../operations/sessions/packet-hub.js'
import { followRequest } from '../protocol/packet-views.js'
import { startOf } from '../rpc/packet-stream.js'
import { appRouter } from '../rpc/router.js'
import type { RpcContext } from '../rpc/trpc.js'

/** Somebody who may read packets. */
export interface Admitted {
  /** Begins to read where they asked to. Rejects with MephistoError `not_found` for an attempt that there is not */
  follow(reader: Omit<PacketReader, 'after' | 'readerId'>): Promise<SessionReading>
}

/** Which subscription is asked for, and with what. */
export interface Asked {
  readonly path: string
  /** What it throws refuses. */
  readInput(): unknown
  readonly signal?: AbortSignal
}

/**
 * Lets somebody in to packets: the subscription itself says who may and what the input must be, and what it would give is read without it. Rejects
 * with what it refuses them for.
 */
export async function admitted(ctx: RpcContext, { path, readInput, signal }: Asked): Promise<Admitted> {
  let input: unknown
  await callTRPCProcedure({ router: appRouter, path, type: 'subscription', ctx, signal, batchIndex: 0, getRawInput: async () => (input = readInput()) })
  const agent = await ctx.services.tokens.verify(ctx.bearer ?? '')
  const asked = followRequest.parse(input ?? {})
  return { follow: ({ onSignal, ...reader }) => ctx.services.sessions.follow(agent, { ...reader, ...(onSignal && asked.signals ? { onSignal } : {}), after: startOf(asked) }) }
}
