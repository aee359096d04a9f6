import type { RawClient } from '../raw-client.js'

/** An open pool of connections as raw statements. */
export interface ServerClient {
  readonly client: RawClient
  /** Ends all connections when their work is done. Safe to call twice. */
  close(): Promise<void>
}
