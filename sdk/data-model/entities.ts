import type { DataFeedSettings, RunDataFeed } from './data-feed.js'
import type { RunFeatures } from './features.js'
import type { AgentStatus, RunStatus, UnitStatus } from './lifecycle.js'
import type { RunLive } from './live.js'
import type { Ordering } from './rank.js'
import type { Requirement } from './requirement.js'
import type { UnitKind } from './unit-kind.js'

/** A reviewer's verdict on a completed unit; `overturn` accepts a rejected one. */
export const DECIDING_VERDICTS = ['approve', 'soft_reject', 'reject', 'overturn'] as const
/** What reviewers do to an answer: a verdict, `undo` for taking the latest one back, `opine` for what they would decide, which decides nothing yet, and `retract` for taking that back. */
export const VERDICTS = [...DECIDING_VERDICTS, 'undo', 'opine', 'retract'] as const
/** See {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number]

/** Why an answer was kept but does not count. */
export const SET_ASIDE_REASONS = ['lease_expired', 'returned', 'already_submitted', 'run_ended', 'superseded'] as const
/** See {@link SET_ASIDE_REASONS}. */
export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number]

/** What became of an answer: the unit's, or kept without counting. */
export type AnswerOutcome = 'completed' | 'set_aside'

/** What a submission is: an answer, or what an onboarding page handed in. */
export const SUBMISSION_OUTCOMES = ['completed', 'set_aside', 'onboarding'] as const satisfies readonly (AnswerOutcome | 'onboarding')[]
/** See {@link SUBMISSION_OUTCOMES}. */
export type SubmissionOutcome = (typeof SUBMISSION_OUTCOMES)[number]

/** One launch of a task: frozen configuration, and the running totals of its units and money. */
export interface TaskRun {
  readonly id: string
  readonly taskId: string
  readonly taskName: string
  readonly requester: string
  readonly provider: string
  readonly blueprintType: string
  readonly schemaHash: string
  readonly status: RunStatus
  readonly config: RunConfig
  readonly unitsPerAssignment: number
  /** How long a worker holds a unit without extending, ms. */
  readonly leaseMs: number
  readonly currency: string
  /** Pay of one unit, minor units. */
  readonly payMinor: number
  /** Cap on spent plus reserved money, minor units; null for none. */
  readonly budgetMinor: number | null
  /** The project whose budget holds for the run as well; null for none. */
  readonly cappedBy: string | null
  /** Held for live leases and for answers that wait for review, minor units. */
  readonly reservedMinor: number
  /** Approved and not yet paid out, minor units. */
  readonly owedMinor: number
  /** Paid out, minor units. */
  readonly paidMinor: number
  readonly unitsTotal: number
  /** Units without an answer yet that can still get one. */
  readonly unitsOpen: number
  /** Units with an answer that counts, decided or not. */
  readonly unitsAnswered: number
  /** No unit of it that is free has a rank below this: where a search for units begins. */
  readonly freeFrom: number
  /** How far it has come with the feed that its data comes from; null for a run whose data was there at launch. */
  readonly dataFeed: RunDataFeed | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** Since when it is left out of lists; null for one that is not. */
  readonly archivedAt: number | null
  /** Since when its inputs and answers are gone, or going, for good; null while it has them. */
  readonly dataRemovedAt: number | null
}

/** What a run was launched with, frozen: what its workers are told about it, who may work, and what they do besides. */
export interface RunConfig {
  readonly title: string
  readonly description: string
  readonly gates: RunGates
  readonly supply: RunSupply
  readonly features: RunFeatures
  /** What the blueprint's args schema made of what the launch gave; empty without one. */
  readonly args: Readonly<Record<string, unknown>>
  /** Where workers do the run, as its blueprint's builder found it at launch; null for the architect's page, and for pages that the blueprint brings. */
  readonly page: { readonly url: string; readonly build: string | null } | null
  /** Whether its blueprint brings pages that the mount serves. @default false */
  readonly bringsPages?: true
  /** How long the run waits, when nothing happens in it, before it is drained, ms; left out for ever. */
  readonly patienceMs?: number
  /** Days after the run's end for which the texts of its answers are kept; left out for good. */
  readonly retentionDays?: number
  /** Share of its answers that two reviewers judge before they are decided, above 0 to 1; left out for none. */
  readonly secondOpinions?: number
  /** Whether reviewers are not told whose answers they judge. @default false */
  readonly isReviewedBlind?: true
  /** For how long a reviewer can take a verdict back, ms; left out for `UNDO_FOR_MS`. */
  readonly undoForMs?: number
  /** Where its data comes from while it goes on; left out when it was there at launch. */
  readonly dataFeed?: DataFeedSettings
  /** How people come together at its items; left out for work that is not live. */
  readonly live?: RunLive
  /** Whether each of its items is for particular people, and for nobody else. @default false */
  readonly hasAssignees?: true
}

/** In which order units are handed out, and how many are at a time. */
export interface RunSupply extends Ordering {
  /** Most units that are launched or assigned at a time; null for all at once. */
  readonly maxLiveUnits: number | null
  /** What is done at the run's provider before workers can have units; null for nothing. */
  readonly publishing: RunPublishing | null
}

/** What a run's provider is called for, as its capabilities were at launch. */
export interface RunPublishing {
  readonly opensRun: boolean
  readonly closesRun: boolean
  /** Units are `created` until they are shown there: each by itself, or as places in the run. */
  readonly publishesUnits: boolean
  /** Units are shown as so many places in the run. */
  readonly countsPlaces: boolean
}

/** All units at once, item by item. */
export const FULL_SUPPLY: RunSupply = { order: 'fifo', seed: 0, maxLiveUnits: null, publishing: null }

/** Whether new units are `created`, and launched one after the other. */
export function isHeldBack({ maxLiveUnits, publishing }: RunSupply): boolean {
  return maxLiveUnits !== null || publishing?.publishesUnits === true
}

/** Who may work in a run, and how much; see `LaunchSettings` for each. Null means no limit. */
export interface RunGates {
  readonly requirements: readonly RunRequirement[]
  readonly isByInvitation: boolean
  readonly unitsPerWorker: number | null
  readonly unitsPerWorkerOfTask: number | null
  readonly concurrentUnits: number | null
  /** Minor units of the run's currency. */
  readonly earningsPerDayMinor: number | null
}

/** A requirement with the id of the qualification that had its name when the run was launched. */
export type RunRequirement = Requirement & { readonly qualificationId: string }

/** Everybody may work as much as they like. */
export const NO_GATES: RunGates = { requirements: [], isByInvitation: false, unitsPerWorker: null, unitsPerWorkerOfTask: null, concurrentUnits: null, earningsPerDayMinor: null }

/** A worker as one provider knows them. */
export interface Worker {
  readonly id: string
  readonly provider: string
  readonly externalId: string
  /** A random name for exports: says nothing about the person. */
  readonly pseudonym: string
}

/** One worker's share of an assignment, with the item it is about. */
export interface Unit {
  readonly id: string
  readonly runId: string
  readonly assignmentId: string
  readonly unitIndex: number
  readonly kind: UnitKind
  readonly status: UnitStatus
  readonly workerId: string | null
  readonly agentId: string | null
  /** Goes up with every lease; an answer counts only with the current one. */
  readonly fence: number
  /** When the lease runs out, epoch ms of the database's clock. */
  readonly leaseUntil: number | null
}

/** One worker's attempt at one unit. */
export interface Agent {
  readonly id: string
  readonly runId: string
  readonly workerId: string
  readonly unitId: string
  readonly assignmentId: string
  readonly status: AgentStatus
  readonly fence: number
  readonly acceptedAt: number
}

/** A movement of money between two accounts of a run. */
export interface LedgerEntry {
  /** What the movement is for; the same key is booked once. */
  readonly entryKey: string
  readonly runId: string
  readonly unitId: string | null
  readonly workerId: string | null
  readonly kind: LedgerKind
  readonly debit: LedgerAccount
  readonly credit: LedgerAccount
  readonly amountMinor: number
  readonly currency: string
}

/** Where money of a run is: free, held for work under way, earned, or paid out. */
export const LEDGER_ACCOUNTS = ['budget', 'reserved', 'owed', 'paid'] as const
/** See {@link LEDGER_ACCOUNTS}. */
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number]

/** What a movement does. */
export const LEDGER_KINDS = ['reserve', 'release', 'owe', 'unowe', 'pay'] as const
/** See {@link LEDGER_KINDS}. */
export type LedgerKind = (typeof LEDGER_KINDS)[number]
