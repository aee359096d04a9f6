/** What there is in a run: what is not need not be looked for. */
export interface PeopleQuery {
  /** Whether its items are for particular people, who are counted too. */
  readonly hasAssignees: boolean
  /** Whether it has onboardings, whose people are among those who came. */
  readonly hasOnboarding: boolean
  /** Whether it may have units of other kinds than ordinary work. */
  readonly hasOtherKinds: boolean
}

/** How far the people of a run have come, each counted once in every number that they belong to. */
export interface PeopleCounts {
  /** Whom at least one item is for; 0 where that is not asked for. */
  readonly invited: number
  /** Who asked for work and was let in, was given an onboarding or a unit, or was told why there is none. */
  readonly came: number
  /** Who have had a unit of any kind. */
  readonly started: number
  /** Who gave an answer that counts, to a unit of any kind. */
  readonly answered: number
  /** Who have an accepted unit of ordinary work. */
  readonly accepted: number
}

/** Units of a run that somebody is at. */
export interface LeaseCounts {
  /** Whose lease has not run out. */
  readonly live: number
  /** Of those, whose lease runs out before an instant or at it. */
  readonly endingSoon: number
  /** When the first of those that are live runs out, epoch ms; null when none is. */
  readonly nextEndAt: number | null
}

/** Gold units of a run whose answers are decided. */
export interface GoldCounts {
  /** Accepted ones. */
  readonly right: number
  /** Soft-rejected and rejected ones. */
  readonly wrong: number
}

/**
 * Where a run's gold units are: apart from ordinary work and alone there, apart together with those that train and screen, or anywhere, as
 * in runs of the original, of which then all that is decided is read.
 */
export type GoldPlace = 'alone' | 'apart' | 'anywhere'

/** A time that is cut into steps. */
export interface StepGrid {
  /** Where the first step begins, epoch ms. */
  readonly from: number
  /** How long each step is, ms, above zero. */
  readonly stepMs: number
}

/**
 * Units that were answered in one step and decided in one. A step reaches from its beginning, which is not part of it, to its end,
 * which is; 0 is the first one. What was before that is in it or below zero, and whoever asks knows which step is the last.
 */
export interface StepCount {
  readonly answered: number
  /** Null while they are not decided, or again are not. */
  readonly decided: number | null
  readonly units: number
}

/** A run at a glance. Everything is found by indexes; what counts a run's people or answers reads all of these. */
export interface OverviewOperations {
  people(runId: string, query: PeopleQuery): Promise<PeopleCounts>
  leases(runId: string, when: { readonly at: number; readonly soon: number }): Promise<LeaseCounts>
  gold(runId: string, place: GoldPlace): Promise<GoldCounts>
  /** All units with an answer that counts, of any kind, by when they were answered and decided. One whose answer has no time was answered at the beginning. */
  steps(runId: string, grid: StepGrid): Promise<readonly StepCount[]>
}
