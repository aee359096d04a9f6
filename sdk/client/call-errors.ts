import type { MephistoErrorCode, Problem } from '../errors.js'

/** No answer that can be relied on: no network, a timeout, a server or proxy in trouble. Worth trying again. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble'
  /** Something between page and server refuses this call (HTTP 4xx without a reply of the server's): perhaps no other. */
  readonly isBlocked: boolean

  constructor(message: string, { isBlocked = false, ...options }: ErrorOptions & { readonly isBlocked?: boolean } = {}) {
    super(message, options)
    this.isBlocked = isBlocked
  }
}

/** A definite no from the SDK's server, or of the page before it asks. Trying the same again cannot help. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall'

  constructor(readonly code: MephistoErrorCode, message: string, readonly problems: readonly Problem[]) {
    super(message)
  }
}
