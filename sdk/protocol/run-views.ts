import * as z from 'zod'
import { RUN_STATUSES, UNIT_STATUSES } from '../data-model/lifecycle.js'
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
  blueprintType: z.string(),
  schemaHash: z.string(),
  provider: z.string(),
  requester: z.string(),
  status: z.enum(RUN_STATUSES),
  unitsPerAssignment: z.int(),
  leaseMs: z.int(),
  unitsTotal: z.int(),
  /** Units without an answer that can still get one. */
  unitsOpen: z.int(),
  /** Units with an answer that counts, decided or not. */
  unitsAnswered: z.int(),
  money: moneySummaryView,
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
})

/** How fast a run goes: answers an hour, when it ends at that pace, what is spent when everything that can still be answered is accepted. */
const runPaceView = z.object({
  answersPerHour: z.number().nullable(),
  answersPerHourSinceStart: z.number().nullable(),
  finishesAt: z.iso.datetime().nullable(),
  forecast: moneyView,
})

/** A run with its counts: units by status, people, answers set aside, how many people got no work for which reason, attempts that came to nothing, its pace. */
export const runProgressView = z.object({
  run: runView,
  units: z.record(z.enum(UNIT_STATUSES), z.int()),
  workers: z.int(),
  setAside: z.int(),
  refusals: z.array(z.object({ reason: z.enum(REFUSAL_REASONS), workers: z.int(), times: z.int() })),
  dropOuts: z.object({ returned: z.int(), timedOut: z.int(), disconnected: z.int(), expired: z.int() }),
  pace: runPaceView,
  /** How long half of the latest answers took at most, ms. */
  medianMs: z.int().nullable(),
})

/** Runs, newest first; `nextCursor` continues the list. */
export const runListView = z.object({ runs: z.array(runView), nextCursor: z.string().nullable() })

/** What became of a requeue: units that were added, and assignments that have reached their limit of replacements. */
export const requeueView = z.object({ run: runView, added: z.int(), assignmentsAtLimit: z.int() })

/** What became of a top-up: rows and units that were added. */
export const topUpView = z.object({ run: runView, rowsAdded: z.int(), unitsAdded: z.int() })

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
  unitsCovered: z.int(),
  minutesPerUnit: z.number().nullable(),
  minutesFrom: z.enum(['estimate', 'earlier_runs']).nullable(),
  hourlyPay: moneyView.nullable(),
  warnings: z.array(z.object({ code: z.enum(['budget_short', 'lease_short', 'hourly_pay_low', 'data_cut', 'paid_checks']), message: z.string() })),
})

/** A link that lets one worker into one run; the credential is in the address's fragment. */
export const workLinkView = z.object({ url: z.string(), credential: z.string(), expiresAt: z.iso.datetime() })

/** See {@link runView}. */
export type RunView = z.infer<typeof runView>
/** See {@link runProgressView}. */
export type RunProgressView = z.infer<typeof runProgressView>
