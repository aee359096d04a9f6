/** A request to addresses that were checked. */
export interface PinnedRequest {
  readonly url: URL
  /** The IP addresses to connect to, the first that answers, whatever the host's name stands for by now. */
  readonly addresses: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the request. */
  readonly signal: AbortSignal
}

/** What is looked at of a reply. */
export interface PinnedReply {
  readonly status: number
  /** The header Retry-After as it was sent; null without one. */
  readonly retryAfter: string | null
}

/** How requests reach the outside world. Tests pass names and receivers of their own. */
export interface Network {
  /** All IP addresses that a host's name stands for. @throws when there are none */
  resolve(host: string): Promise<readonly string[]>
  /** Posts to one of exactly these addresses. Follows no redirect. @throws when there is no reply */
  post(request: PinnedRequest): Promise<PinnedReply>
}
