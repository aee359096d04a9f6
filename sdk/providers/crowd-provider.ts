/** What a provider may use of the instance it works for. */
export interface ProviderContext {
  /** Now, epoch ms. */
  now(): number
  /** A new unique id. */
  newId(): string
  /** Key material of this provider alone, 32 bytes, derived from the instance's secret. */
  readonly key: Uint8Array
}

/** Who stands before a task page, and for which run. */
export interface Entry {
  readonly runId: string
  /** The worker's name at the provider. */
  readonly externalId: string
}

/** An invitation to work on one run as one worker. */
export interface Invitation {
  readonly credential: string
  /** When it stops working, epoch ms. */
  readonly expiresAt: number
}

/** Where workers come from. A plain object; optional methods are capabilities. */
export interface CrowdProvider {
  readonly specVersion: 1
  /** The provider's name, such as `inhouse`. */
  readonly type: string
  /**
   * Who a credential from a task page's address stands for.
   * @throws MephistoError `unauthenticated` when it is forged or not of this provider, `link_expired` when it is too old
   */
  identify(credential: string, context: ProviderContext): Promise<Entry>
  /** Makes a credential that {@link identify} accepts until it expires. */
  invite?(entry: Entry, expiresInMs: number, context: ProviderContext): Promise<Invitation>
  /** What the provider takes for a unit beside its pay, in whole minor units of the same currency. @default nothing */
  fees?(payMinor: number, currency: string): number
}
