/** A unit that somebody reviews just now. */
export interface ReviewClaim {
  readonly unitId: string
  readonly actorId: string
  /** What others see. */
  readonly actorName: string
  /** Until when others leave it to them, epoch ms. */
  readonly until: number
}

/** A claim to make. */
export interface NewClaim extends ReviewClaim {
  readonly runId: string
  readonly at: number
  /** Also where somebody else has it. */
  readonly takesOver: boolean
}

/** Who reviews what: one reviewer a unit, until an instant. Nothing else waits for it. */
export interface ClaimOperations {
  /** Claims a unit, or holds it for longer. False where somebody else has it. @throws MephistoError `not_found` for an unknown run */
  claim(claim: NewClaim): Promise<boolean>
  /** Those of the units that somebody has at an instant. */
  of(unitIds: readonly string[], at: number): Promise<readonly ReviewClaim[]>
  /** Gives units back that this reviewer has. */
  release(unitIds: readonly string[], actorId: string): Promise<void>
  /** Removes those of a run that are over at an instant, or all that somebody has. */
  remove(which: { readonly runId: string; readonly at: number } | { readonly actorId: string }): Promise<void>
}
