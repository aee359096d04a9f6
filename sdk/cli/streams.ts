import type { Readable, Writable } from 'node:stream'

/** Something to write to, which may be a terminal. */
export type OutStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }

/** Where a command writes to, and from where it is answered. */
export interface CliStreams {
  readonly stdout: OutStream
  readonly stderr: OutStream
  /** @default nobody can be asked */
  readonly stdin?: Readable & { readonly isTTY?: boolean }
}
