import type { Readable, Writable } from 'node:stream'

/** Where a command writes to, and from where it is answered. */
export interface CliStreams {
  readonly stdout: Writable
  readonly stderr: Writable
  /** @default nobody can be asked */
  readonly stdin?: Readable & { readonly isTTY?: boolean }
}
