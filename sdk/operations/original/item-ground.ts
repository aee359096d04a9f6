import type { OriginalRow, OriginalSource } from '../../ports/original-source.js'
import type { OriginalFiles } from './original-files.js'

/** A run of the original that is being told in our rows. */
export interface ItemGround {
  readonly source: OriginalSource
  readonly files: OriginalFiles
  readonly runId: string
  readonly provider: string
  readonly currency: string
  /** Whether its money was real. */
  readonly isPaid: boolean
  /** The id here of the worker whom a row names. */
  workerIdOf(row: OriginalRow): string
  /** The next number of the run's feed. */
  nextFeed(): number
  /** Notes something that could not be brought along as it was. */
  note(what: string): void
}
