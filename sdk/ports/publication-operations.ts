import type { PublicationStatus } from '../data-model/publication.js'

/** What a provider shows its workers: a unit, or the run that units stand in, under its own id. */
export interface PublicationRow {
  readonly id: string
  readonly runId: string
  readonly status: PublicationStatus
  /** Number of the latest call about it. */
  readonly number: number
  /** What it is called at the provider, JSON text; null while that is not known. */
  readonly ref: string | null
  /** Epoch ms. */
  readonly createdAt: number
  /** When its status changed last, epoch ms. */
  readonly changedAt: number
}

/** How publications are moved: those in one of these statuses alone. */
export interface PublicationMove {
  readonly from: readonly PublicationStatus[]
  readonly to: PublicationStatus
  /** Number of the call that follows. @default it stays */
  readonly number?: number
  readonly at: number
}

/** How many units of a run stand in which status at its provider. */
export type PublicationCounts = Readonly<Record<PublicationStatus, number>>

/** What is shown at providers. Whoever changes it holds the run. */
export interface PublicationOperations {
  /** That of a unit or a run; null when it was never to be published. */
  get(id: string): Promise<PublicationRow | null>
  /** Created units of the run that were never to be published, smallest rank first. */
  unpublished(runId: string, limit: number): Promise<readonly string[]>
  /** Adds publications that are `publishing` by the call of this number. @throws MephistoError `already_exists` for one that is there */
  add(runId: string, ids: readonly string[], call: { readonly number: number; readonly at: number }): Promise<void>
  /** Moves publications; returns the ids of those that moved. */
  move(ids: readonly string[], move: PublicationMove): Promise<ReadonlySet<string>>
  /** Notes what it is called at the provider, JSON text. */
  keepRef(id: string, ref: string): Promise<void>
  /** Units of the run that are to be published by a call of this number or an earlier one. */
  upTo(runId: string, number: number): Promise<readonly string[]>
  /** Places that the run needs with those units: for each that is to be published, is published, or was answered. */
  countPlaces(runId: string, number: number): Promise<number>
  /** Created → launched. Returns how many were created. */
  launch(unitIds: readonly string[]): Promise<number>
  /** Units of the run that are launched, or assigned without having been made for one worker. */
  countLive(runId: string): Promise<number>
  /** Units of the run that are in these statuses at its provider. */
  countUnits(runId: string, statuses: readonly PublicationStatus[], atMost?: number): Promise<number>
  /** All units of the run at its provider, by status. */
  counts(runId: string): Promise<PublicationCounts>
}
