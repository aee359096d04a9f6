import type { RunLive } from './live.js'
import type { Money } from './money.js'
import type { UnitOrder } from './rank.js'
import type { Requirement } from './requirement.js'

/** How a run is launched, apart from its data. */
export interface LaunchSettings {
  /** Name of the task; made at its first launch. One line of 1–200 characters. */
  readonly task: string
  /**
   * Name of the project that the task belongs to; made at its first launch. One line of 1–200 characters.
   * @default the one that the task is in, or none
   */
  readonly project?: string
  /** Whose account pays, by name. One line of 1–200 characters. */
  readonly requester: string
  /** Type of a provider of this instance, such as `inhouse`. */
  readonly provider: string
  /** How many different workers answer each item, up to 1000. @default 1 */
  readonly unitsPerAssignment?: number
  /** Pay of one unit. @default nothing, in USD */
  readonly pay?: Money
  /** Cap on spent plus reserved money, in the currency of `pay`. @default no cap */
  readonly budget?: Money
  /** How long a worker holds a unit without extending, ms, from 5 seconds to 30 days. @default 600000 (10 minutes) */
  readonly leaseMs?: number
  /** What workers read above the task. @default the task's name */
  readonly title?: string
  /** What workers read before they begin. @default nothing */
  readonly description?: string
  /** Most units that can be taken or are being worked on at a time: when one is answered the next is launched. @default all at once */
  readonly maxLiveUnits?: number
  /** Item by item (`fifo`), every item once before any twice (`breadth_first`), or by chance (`random`). @default 'fifo' */
  readonly order?: UnitOrder
  /** Of the order by chance: the same one gives the same order. A whole number from 0 to 536870911. @default by chance */
  readonly seed?: number
  /** A launch whose data has more rows than this is refused, so that data without an end does not fill the disk: a feed is for that, or `topUp` for more. @default 10000000 */
  readonly mostRows?: number
  /** What workers must be, all of it. A name that no qualification has is refused. @default nothing */
  readonly requirements?: readonly Requirement[]
  /** Only these people, by their external ids; more can be admitted later. @default everybody who comes with a link */
  readonly workers?: readonly string[]
  /** Most units that one worker answers in this run. @default no limit */
  readonly unitsPerWorker?: number
  /** Most units that one worker answers or holds in all runs of the task together. @default no limit */
  readonly unitsPerWorkerOfTask?: number
  /** Most units that one worker holds at a time in all runs of the task together; in each run it is one. @default one in each run */
  readonly concurrentUnits?: number
  /** Most that one worker earns or holds within 24 hours, in all runs of the same currency together. @default no limit */
  readonly earningsPerDay?: Money
  /**
   * When nothing has happened in the run for so long, it is drained: work under way may be finished; ms, from a minute to ten years.
   * A started instance looks every ten minutes, and counts from its own start, since nobody can come before; `tick()` looks
   * each time. @default it waits for ever
   */
  readonly patienceMs?: number
  /** Days after the run's end for which the texts of its answers are kept, 1 to 36500; upkeep erases them then. @default for as long as its task says (`projects.setRetention`), or for good */
  readonly retentionDays?: number
  /**
   * Share of the answers that two reviewers judge, neither knowing what the other says, before they are decided, 0 to 1: which ones, chance says. Where both say
   * the same it is decided; where they differ a third decides. A reviewer can ask for a second opinion of any answer besides. @default 0
   */
  readonly secondOpinions?: number
  /**
   * Whether reviewers judge the answers without being told whose they are: operators are told once an answer is decided, others not at all. @default false
   */
  readonly isReviewedBlind?: boolean
  /**
   * For how long a reviewer can take a verdict back after they gave it, ms, by the database's clock; 0 for not at all. Afterwards it stands, but a rejection can be overturned. What is paid
   * for it can be on its way then. @default a day, 86_400_000
   */
  readonly undoForMs?: number
  /** How people come together where the blueprint's work is live; `unitsPerAssignment` says how many work at an item. */
  readonly live?: LiveSettings
}

/** How people come together at an item. */
export interface LiveSettings {
  /** So many are enough to begin when the lobby's time is over. @default all of them */
  readonly minPeople?: number
  /** How long a group waits to be whole, at first and after somebody left, ms, from a second to a day. @default 300000 (5 minutes) */
  readonly lobbyMs?: number
  /**
   * When too few have come by then: those who wait are let go (`release`), wait on (`wait`), or begin, with bots that the blueprint's
   * functions play in the other places (`bots`). @default 'release'
   */
  readonly whenTooFew?: RunLive['whenTooFew']
  /** What those get who are let go, in the currency of `pay` and at most that. @default nothing */
  readonly lobbyPay?: Money
  /**
   * When somebody leaves while others are at work: it ends, and the others hand in and are paid (`end`); somebody else takes the
   * place, if they come within `lobbyMs` (`replace`); the blueprint's functions play it (`bot`); or it goes on without them (`go_on`). @default 'end'
   */
  readonly whenSomebodyLeaves?: RunLive['whenSomebodyLeaves']
  /** How often at most an item is done again from the beginning, by whoever comes then, because somebody left without whom it could not go on, 0 to 1000. @default 0 */
  readonly replacementsPerAssignment?: number
  /** How long somebody may be away, their page not connected, before they have left, ms, from 5 seconds to an hour. @default 30000 */
  readonly absenceMs?: number
}
