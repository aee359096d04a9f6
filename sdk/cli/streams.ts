import type { Writable } from 'node:stream'

/** Where a command writes to. */
export interface CliStreams {
  readonly stdout: Writable
  readonly stderr: Writable
}
