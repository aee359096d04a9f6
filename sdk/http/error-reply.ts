import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { ERROR_TABLE, isMephistoError, MephistoError } from '../errors.js'

/** A failure outside of a procedure in the shape of tRPC's errors: status and JSON text. What is not ours says nothing of itself. */
export function errorReply(error: unknown): { readonly status: number; readonly body: string } {
  const known = isMephistoError(error) && error.code !== 'invalid_options' ? error : new MephistoError('internal', 'Something went wrong on the server. It has been logged; try again.')
  const { http, trpc } = ERROR_TABLE[known.code]
  const data = { code: trpc, httpStatus: http, mephistoCode: known.code, problems: known.problems }
  return { status: http, body: JSON.stringify({ error: { message: known.message, code: TRPC_ERROR_CODES_BY_KEY[trpc], data } }) }
}
