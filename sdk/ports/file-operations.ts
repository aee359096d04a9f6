import type { FileStatus } from '../data-model/file.js'

/** A file that a page sent. Its content is in the file store. */
export interface FileRow {
  readonly id: string
  readonly runId: string
  readonly agentId: string
  /** The page's own id of it. */
  readonly clientId: string
  readonly status: FileStatus
  /** The try that counts; each has a key of its own in the store. */
  readonly attempt: number
  /** Empty once it is erased. */
  readonly name: string
  readonly mediaType: string
  /** 0 until it is stored. */
  readonly bytes: number
  /** Empty until it is stored. */
  readonly sha256: string
  /** Epoch ms. */
  readonly createdAt: number
}

/** A file that is about to arrive. */
export interface NewFile extends Pick<FileRow, 'id' | 'runId' | 'agentId' | 'clientId' | 'name' | 'mediaType'> {
  readonly at: number
}

/** What arrived in a try. */
export interface ArrivedFile extends Pick<FileRow, 'id' | 'attempt' | 'bytes' | 'sha256'> {
  readonly at: number
}

/** Whose files are discarded. */
export type FilesOf = { readonly agentIds: readonly string[] } | { readonly workerId: string } | { readonly runId: string } | { readonly projectId: string }

/** Files of attempts. Who adds them, hands them in or discards those of people holds the run. */
export interface FileOperations {
  /** These files, whatever became of them. */
  get(ids: readonly string[]): Promise<readonly FileRow[]>
  /** The file that a page calls this; null for none. */
  byClientId(agentId: string, clientId: string): Promise<FileRow | null>
  /**
   * Those of these files that an answer of this attempt may name: they are there, and of this attempt or of an earlier one of the same
   * worker at the same unit.
   */
  forAttempt(agentId: string, ids: readonly string[]): Promise<readonly FileRow[]>
  /** Files of a run that answers name, by id, those after this one. */
  ofRun(runId: string, page: { readonly after: string; readonly limit: number }): Promise<readonly FileRow[]>
  /** How many files an attempt has, those that arrive counted and those that are discarded not. */
  count(agentId: string): Promise<number>
  /** Adds a file that arrives, in its first try. @throws MephistoError `already_exists` for a client id that is taken */
  add(file: NewFile): Promise<void>
  /** Begins another try of a file that arrives: what the one before brings no longer counts. Returns its number, null when it does not arrive any more. */
  tryAgain(id: string, at: number): Promise<number | null>
  /** Arriving → stored, for the try that counts. False when it is not that, or the file was discarded. */
  finish(file: ArrivedFile): Promise<boolean>
  /** Stored → handed in, of those that {@link forAttempt} gives. Returns how many of them are handed in now; none are when there are not all. */
  handIn(agentId: string, ids: readonly string[], at: number): Promise<number>
  /** Discards a file that no answer names yet: one that arrives in this try, or of any try. False for one that stays. */
  takeOut(file: { readonly id: string; readonly attempt?: number; readonly at: number }): Promise<boolean>
  /** Discards all files of these attempts, of a worker, of a run or of a project, and forgets their names. Returns how many there were. */
  discardOf(whose: FilesOf, at: number): Promise<number>
  /** Discards files that no answer names, of attempts that were over `before` then and whose tokens are outdated. Returns how many. */
  discardUnnamed(stale: { readonly before: number; readonly at: number }, limit: number): Promise<number>
  /** Files in one of these statuses, by id, those after this one and last changed before then. */
  inStatus(status: 'discarded' | 'removed', page: { readonly after: string; readonly changedBefore: number; readonly limit: number }): Promise<readonly FileRow[]>
  /** Discarded → removed: the content is gone. */
  noteRemoved(ids: readonly string[], at: number): Promise<void>
  /** Takes the rows of removed files away. */
  forget(ids: readonly string[]): Promise<void>
}
