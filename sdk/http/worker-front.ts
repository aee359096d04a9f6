import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server'
import { getHTTPStatusCode } from '@trpc/server/http'
import { appRouter } from '../rpc/router.js'
import type { RpcContext } from '../rpc/trpc.js'
import { parsedInput } from './parsed-input.js'

/** A call as a host read it: no Request object, because building one costs more than the call. */
export interface FrontCall {
  /** Procedure, such as `agent.submit`. */
  readonly procedure: string
  /** The request's body as text. */
  readonly body: string
  readonly context: RpcContext
  /** Ends when whoever called is gone: asked for by calls that wait. @default it never ends */
  signal?(): AbortSignal
}

/** A reply in tRPC's wire format. */
export interface FrontReply<TBody = string> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: TBody
}

/** The hot calls of task pages: what the front answers itself. */
const HOT = new Set(['agent.preview', 'agent.register', 'agent.renew', 'agent.submit', 'agent.extend', 'agent.return', 'agent.act', 'agent.read', 'agent.signal'])
/** Those of them that wait for something. */
const WAITING = new Set(['agent.read'])

/** The procedure that the front answers for this request, or null: then tRPC's own handler does. */
export function frontProcedure(request: { method: string; path: string; contentType: string | undefined }): string | null {
  if (request.method !== 'POST' || !request.path.startsWith('trpc/')) return null
  if (request.contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') return null
  const procedure = request.path.slice('trpc/'.length)
  return HOT.has(procedure) ? procedure : null
}

const HEADERS = { 'content-type': 'application/json', vary: 'trpc-accept, accept', 'cache-control': 'no-store' } as const

/**
 * Answers one hot call: the same procedure, the same wire format and the same status codes as tRPC's own HTTP handler,
 * without Request, Response and stream objects around it.
 */
export async function answerFrontCall({ procedure, body, context, signal }: FrontCall): Promise<FrontReply> {
  const config = appRouter._def._config
  let input: unknown
  try {
    const data: unknown = await callTRPCProcedure({
      router: appRouter, path: procedure, type: 'mutation', ctx: context, signal: WAITING.has(procedure) ? signal?.() : undefined, batchIndex: 0,
      getRawInput: () => Promise.resolve((input = parsedInput(body))),
    })
    return { status: 200, headers: HEADERS, body: JSON.stringify({ result: { data } }) }
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause)
    const shape = { error: getTRPCErrorShape({ config, ctx: context, error, input, path: procedure, type: 'mutation' }) }
    return { status: getHTTPStatusCode(shape), headers: HEADERS, body: JSON.stringify(shape) }
  }
}
