import type { MephistoErrorCode, Problem } from '../errors.js'

/** No answer that can be relied on: no network, a timeout, a server or proxy in trouble. Worth trying again. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble'
}

/** A definite no from the SDK's server. Trying the same again cannot help. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall'

  constructor(readonly code: MephistoErrorCode, message: string, readonly problems: readonly Problem[]) {
    super(message)
  }
}
