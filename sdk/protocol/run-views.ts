import * as z from 'zod'
import { DATA_FEED_STATUSES } from '../data-model/data-feed.js'
import { RUN_STATUSES, UNIT_STATUSES } from '../data-model/lifecycle.js'
import { RETURN_REASONS } from '../data-model/return-reason.js'
import { PUBLICATION_STATUSES } from '../data-model/publication.js'
import { REFUSAL_REASONS } from './refusals.js'
import { moneyView } from './worker-views.js'

/** Money of a run. `spent` is the money of accepted work, paid out or still owed; spent + reserved ≤ budget. */
export const moneySummaryView = z.object({
  pay: moneyView,
  budget: moneyView.nullable(),
  reserved: moneyView,
  owed: moneyView,
  spent: moneyView,
})

/** A run as operators list it. Times are ISO 8601 in UTC. */
export const runView = z.object({
  id: z.string(),
  task: z.string(),
  title: z.string(),
  /** What the run was set up with beside its data. Left out by earlier versions. */
  args: z.record(z.string(), z.unknown()).default({}),
  /** Where workers do it; null for the architect's page, and for pages that the blueprint brings. Left out by earlier versions. */
  page: z.object({ url: z.string(), build: z.string().nullable() }).nullable().default(null),
  blueprintType: z.string(),
  schemaHash: z.string(),
  provider: z.string(),
  requester: z.string(),
  /** Whether its provider is called to show its units to workers. Left out by earlier versions. */
  isPublished: z.boolean().default(false),
  status: z.enum(RUN_STATUSES),
  unitsPerAssignment: z.int(),
  leaseMs: z.int(),
  unitsTotal: z.int(),
  /** Units without an answer that can still get one. */
  unitsOpen: z.int(),
  /** Units with an answer that counts, decided or not. */
  unitsAnswered: z.int(),
  money: moneySummaryView,
  /** The feed that its data comes from while it goes on, and the rows that were taken; null when its data was there at launch. */
  dataFeed: z.object({ name: z.string(), status: z.enum(DATA_FEED_STATUSES), rows: z.int(), ahead: z.int() }).nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Since when it is left out of lists. Left out by earlier versions. */
  archivedAt: z.iso.datetime().nullable().default(null),
  /** Since when its inputs and answers are gone for good. Left out by earlier versions. */
  dataRemovedAt: z.iso.datetime().nullable().default(null),
  /** Whether reviewers are not told whose answers they judge. Left out by earlier versions. */
  isReviewedBlind: z.boolean().default(false),
})

/** How fast a run goes: answers an hour, when it ends at that pace, what is spent when everything that can still be answered is accepted. */
const runPaceView = z.object({
  answersPerHour: z.number().nullable(),
  answersPerHourSinceStart: z.number().nullable(),
  finishesAt: z.iso.datetime().nullable(),
  forecast: moneyView,
})

/**
 * What a run's provider shows its workers: the run itself, null where it is opened there by no call; its units by how far it is with each;
 * calls that failed, the latest first, with what was said and when they are made again, null when not by themselves.
 */
const publishingView = z.object({
  run: z.enum(PUBLICATION_STATUSES).nullable(),
  units: z.record(z.enum(PUBLICATION_STATUSES), z.int()),
  troubles: z.array(z.object({ callId: z.string(), topic: z.string(), about: z.string(), error: z.string(), tries: z.int(), triesAgainAt: z.iso.datetime().nullable() })),
})

/** A run with its counts: units by status, people, answers set aside, how many people got no work for which reason, attempts that came to nothing, its pace. */
export const runProgressView = z.object({
  run: runView,
  units: z.record(z.enum(UNIT_STATUSES), z.int()),
  workers: z.int(),
  setAside: z.int(),
  refusals: z.array(z.object({ reason: z.enum(REFUSAL_REASONS), workers: z.int(), times: z.int() })),
  dropOuts: z.object({ returned: z.int(), timedOut: z.int(), disconnected: z.int(), expired: z.int() }),
  /** Why units were given back, by those who said so, the most first. Left out by earlier versions. */
  returnReasons: z.array(z.object({ reason: z.enum(RETURN_REASONS), attempts: z.int() })).default([]),
  pace: runPaceView,
  /** How long half of the latest answers took at most, ms. */
  medianMs: z.int().nullable(),
  /** How the reading of its feed goes; null without one. `error` is what came of the last try that failed, `dueSince` when it should have been read by somebody. */
  feedReading: z.object({ error: z.string().nullable(), tries: z.int(), dueSince: z.iso.datetime().nullable() }).nullable(),
  publishing: publishingView.nullable(),
  /** Free units that nobody can do whom their items are for, and the first of these items; null where items are for everybody. Left out by earlier versions. */
  stranded: z.object({ units: z.int(), assignments: z.array(z.string()) }).nullable().default(null),
})

/** Runs, newest first; `nextCursor` continues the list. */
export const runListView = z.object({ runs: z.array(runView), nextCursor: z.string().nullable() })

/** What became of a requeue: units that were added, units that are published again, and assignments that have reached their limit of replacements. */
export const requeueView = z.object({
  run: runView, added: z.int(), assignmentsAtLimit: z.int(),
  /** Left out by earlier versions. */
  republished: z.int().default(0),
})

/** What became of a top-up: rows and units that were added. */
export const topUpView = z.object({
  run: runView, rowsAdded: z.int(), unitsAdded: z.int(),
  /** Sentences with the numbers. Left out by earlier versions. */
  warnings: z.array(z.string()).default([]),
})

/** What was compared of a run with its log, and the first difference; null when they agree. */
export const verificationView = z.object({
  runId: z.string(), events: z.int(), units: z.int(), agents: z.int(), answers: z.int(),
  difference: z.object({ subject: z.enum(['run', 'unit', 'agent', 'answer']), id: z.string(), what: z.string() }).nullable(),
})

/** What a worker was paid outside any unit. */
export const compensationView = z.object({ runId: z.string(), compensationId: z.string(), worker: z.string(), amount: moneyView })

/** What a launch would be. */
export const runPlanView = z.object({
  items: z.int(),
  isCut: z.boolean(),
  units: z.int(),
  pay: moneyView,
  fees: moneyView,
  cost: moneyView,
  checks: z.object({ unitsPerWorker: z.int(), mostUnits: z.int().nullable(), costPerWorker: moneyView, mostCost: moneyView.nullable() }),
  unitsCovered: z.int(),
  minutesPerUnit: z.number().nullable(),
  minutesFrom: z.enum(['estimate', 'earlier_runs']).nullable(),
  hourlyPay: moneyView.nullable(),
  warnings: z.array(z.object({ code: z.enum(['budget_short', 'project_budget_short', 'lease_short', 'hourly_pay_low', 'data_cut', 'feed_goes_on', 'paid_checks', 'gold_short', 'page_unreachable']), message: z.string() })),
})

/** A link that lets one worker into one run; the credential is in the address's fragment. */
export const workLinkView = z.object({ url: z.string(), credential: z.string(), expiresAt: z.iso.datetime() })

/** See {@link runView}. */
export type RunView = z.infer<typeof runView>
/** See {@link runProgressView}. */
export type RunProgressView = z.infer<typeof runProgressView>
/** See {@link runListView}. */
export type RunListView = z.infer<typeof runListView>
/** See {@link verificationView}. */
export type VerificationView = z.infer<typeof verificationView>
/** See {@link requeueView}. */
export type RequeueView = z.infer<typeof requeueView>
/** See {@link topUpView}. */
export type TopUpView = z.infer<typeof topUpView>
/** See {@link compensationView}. */
export type CompensationView = z.infer<typeof compensationView>
