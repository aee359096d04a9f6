import * as z from 'zod'

/** How far the people of a run have come, each counted once in every number that they belong to. */
const peopleView = z.object({
  /** Whom at least one item is for, whether they ever came or not; null where items are for everybody. */
  invited: z.int().nullable(),
  /**
   * Who asked for work: they had a unit or an onboarding, or were told why there is nothing for them. Who was let in and never came is not
   * among them, nor who only looked at a preview, of whom nothing is kept. May be more than were invited.
   */
  came: z.int(),
  /** Who have had a unit of any kind. */
  started: z.int(),
  /** Who gave an answer that counts, whatever became of it, to a unit of any kind. */
  answered: z.int(),
  /** Who have at least one accepted unit of ordinary work. */
  accepted: z.int(),
})

/** A run at a glance: its people, the leases under way, and its gold units. */
export const runOverviewView = z.object({
  /** Items of ordinary work. */
  items: z.int(),
  people: peopleView,
  /** Units that somebody is at and whose lease has not run out; `endingSoon` of them within five minutes, the first at `nextEndAt`, null without any. */
  leases: z.object({ live: z.int(), endingSoon: z.int(), nextEndAt: z.iso.datetime().nullable() }),
  /** Answers to gold units; `score` is the right ones of those decided, 0 to 1, and null before any is. */
  gold: z.object({ right: z.int(), wrong: z.int(), score: z.number().min(0).max(1).nullable() }),
})

/** Steps that a timeline has at most. */
export const timelinePoints = z.int().min(2).max(240)

/** How a run has come along from its start to its end, or to now where it goes on. */
export const runTimelineView = z.object({
  /** When it started; when it was made where it has not. */
  from: z.iso.datetime(),
  /** When it ended; now, by the database's clock, while it has not. What is decided after the end counts in the last step. */
  to: z.iso.datetime(),
  /** How long each step is, ms; the last one may be shorter. 0 where there are none. */
  stepMs: z.int(),
  unitsTotal: z.int(),
  /**
   * How many units had an answer that counts by the end of each step (`at`), and how many of these are decided and were by then: of any
   * kind, by what they are now and when they came to it last. The last step has all. Empty for a run that has not started.
   */
  steps: z.array(z.object({ at: z.iso.datetime(), answered: z.int(), decided: z.int() })),
})

/** See {@link runOverviewView}. */
export type RunOverviewView = z.infer<typeof runOverviewView>
/** See {@link runTimelineView}. */
export type RunTimelineView = z.infer<typeof runTimelineView>
