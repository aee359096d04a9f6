import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError, type TRPCProcedureType } from '@trpc/server'
import { ERROR_TABLE, isMephistoError } from '../errors.js'
import { appRouter } from '../rpc/router.js'
import type { RpcContext } from '../rpc/trpc.js'

/** What was asked for when something went wrong. */
export interface WireCall {
  readonly ctx: RpcContext | undefined
  readonly path?: string | undefined
  readonly type: TRPCProcedureType | 'unknown'
  readonly input?: unknown
}

/** What went wrong outside of a procedure as tRPC tells it: ours keep their code. */
export function wireError(cause: unknown, { ctx, path, type, input }: WireCall): object {
  const error = isMephistoError(cause) ? new TRPCError({ code: ERROR_TABLE[cause.code].trpc, message: cause.message, cause }) : getTRPCErrorFromUnknown(cause)
  return getTRPCErrorShape({ config: appRouter._def._config, ctx, error, input, path, type })
}
