import { TRPCError } from '@trpc/server'

/** The input of a call from its text; undefined for none. @throws TRPCError `BAD_REQUEST` for what is no JSON */
export function parsedInput(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'The input is not JSON.', cause })
  }
}
