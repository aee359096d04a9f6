/** What a provider may use of the instance it works for. */
export interface ProviderContext {
  /** Now, epoch ms. */
  now(): number
  /** A new unique id. */
  newId(): string
  /** Key material of this provider alone, 32 bytes, derived from the instance's secret. */
  readonly key: Uint8Array
}
