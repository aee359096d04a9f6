import type { UnitKind } from './unit-kind.js'

// What a run asks of its workers before and between ordinary units. All of it can be combined; a worker goes through it in
// this order: onboarding, training, screening, gold units among the ordinary ones. What came of each is a qualification.

/** What every worker does once before anything else: a page of its own, validated by the blueprint's implementation. */
export interface OnboardingFeature {
  /** Granted with 1 to who passed, with 0 to who did not. */
  readonly qualificationId: string
  /** What the onboarding page gets, JSON text. */
  readonly input: string
}

/** Items with known answers that every worker does first, with feedback after each. */
export interface TrainingFeature {
  /** Granted when all items are done, with the number of right answers. */
  readonly qualificationId: string
  readonly items: number
  /** Who has fewer right answers gets no work. */
  readonly minimumRight: number
}

/** Work that decides who may go on: items of its own, or the first ordinary units of each worker. */
export interface ScreeningFeature {
  readonly passedId: string
  readonly failedId: string
  /** Items of its own; 0 to judge ordinary units. */
  readonly items: number
  /** Most screening units of the run, those that were given back not counted; null for no limit. */
  readonly mostUnits: number | null
}

/** Items with known answers among the ordinary ones, which workers cannot tell apart. */
export interface GoldFeature {
  /** Granted with the number of right answers. */
  readonly rightId: string
  /** Granted with the number of wrong answers. */
  readonly wrongId: string
  readonly items: number
  /** Right answers that come before any ordinary unit. */
  readonly minimumRight: number
  /** Who has more wrong answers gets no work any more. */
  readonly mostWrong: number
  /** Of a worker's units after the first ones, the share that is gold, 0 to 1; null for a share that falls as trust grows. */
  readonly rate: number | null
  /** Most gold units of the run, those that were given back not counted; null for no limit. */
  readonly mostUnits: number | null
}

/** Questions of the page whose answer shows whether it was read. */
export interface AttentionFeature {
  /** Granted with the number of answers that passed. */
  readonly passedId: string
  /** Granted with the number of answers that failed. */
  readonly failedId: string
  /** Who has failed more often gets no work any more. */
  readonly mostFailed: number
}

/** What a run asks of its workers besides the work. */
export interface RunFeatures {
  readonly onboarding: OnboardingFeature | null
  readonly training: TrainingFeature | null
  readonly screening: ScreeningFeature | null
  readonly gold: GoldFeature | null
  readonly attention: AttentionFeature | null
  /** An answer that comes sooner after its unit was taken is not accepted, ms; 0 for none. */
  readonly minimumTimeMs: number
}

/** Nothing but the work. */
export const NO_FEATURES: RunFeatures = { onboarding: null, training: null, screening: null, gold: null, attention: null, minimumTimeMs: 0 }

/** Kinds of units that are made for one worker at the moment in which they are handed out. */
export const SPECIAL_KINDS = ['training', 'screening', 'gold'] as const
/** See {@link SPECIAL_KINDS}. */
export type SpecialKind = (typeof SPECIAL_KINDS)[number]

/** True for a unit that is made for one worker. */
export function isSpecial(kind: UnitKind): kind is SpecialKind {
  return (SPECIAL_KINDS as readonly UnitKind[]).includes(kind)
}

/** Most items of one special kind in a run. */
export const MOST_SPECIAL_ITEMS = 10_000

/** Positions of the items of a special kind, below all ordinary ones: from `first` to `last`. */
export function specialPositions(kind: SpecialKind): { readonly first: number; readonly last: number } {
  const first = -(SPECIAL_KINDS.indexOf(kind) + 1) * MOST_SPECIAL_ITEMS
  return { first, last: first + MOST_SPECIAL_ITEMS - 1 }
}

/** Positions of the special items that a run has: for each kind of which there are some, from `first` to before `end`. */
export function specialRanges(features: RunFeatures): readonly { readonly first: number; readonly end: number }[] {
  return SPECIAL_KINDS.flatMap(kind => {
    const items = features[kind]?.items ?? 0
    const { first } = specialPositions(kind)
    return items > 0 ? [{ first, end: first + items }] : []
  })
}

/** The rank of all special units: before every ordinary one, so that no search comes upon them and no cursor moves. */
export const SPECIAL_RANK = -1

/** The blueprint that runs imported from the original are of, and the hash of its schemas, into which everything fits. Units of every kind have ordinary ranks there. */
export const ORIGINAL_SCHEMA = 'original'

/** The ids of all qualifications that a run's features look at. */
export function featureQualifications({ onboarding, training, screening, gold, attention }: RunFeatures): readonly string[] {
  return [onboarding?.qualificationId, training?.qualificationId, screening?.passedId, screening?.failedId, gold?.rightId, gold?.wrongId, attention?.passedId, attention?.failedId].filter(id => id !== undefined)
}
