import * as z from 'zod'
import { given } from '../data-model/given.js'
import { RUN_STATUSES } from '../data-model/lifecycle.js'
import { HIGHEST_PRIORITY } from '../data-model/rank.js'
import { COMPENSATION_SHAPE } from '../operations/compensation.js'
import { SETTINGS_SHAPE } from '../operations/launch-options.js'
import { resumeFeedSchema } from '../operations/feeds/resume-feed.js'
import { extendSchema } from '../operations/lease-length.js'
import { requeueSchema } from '../operations/requeue.js'
import { PLAN_SHAPE } from '../operations/run-plan.js'
import { toOverviewView, toProgressView, toRunView, toTimelineView, toTopUpView } from '../operations/run-rows.js'
import { timelineSchema } from '../operations/run-timeline.js'
import { TOP_UP_SHAPE } from '../operations/top-up-options.js'
import { verifyRun } from '../operations/verify-run.js'
import { runOverviewView, runTimelineView } from '../protocol/run-overview-views.js'
import { entityId, nameText } from '../protocol/text.js'
import { compensationView, requeueView, runListView, runPlanView, runProgressView, runView, topUpView, verificationView, workLinkView } from '../protocol/run-views.js'
import { operatorProcedure, router, viewerProcedure } from './trpc.js'

// An option that is misspelt would else be left out without a word, and a launch without its budget.
const runId = z.strictObject({ run: entityId })

/** Rows, or the feed that the run takes them from (`fromFeed`), which the launch checks. */
const launchData = z.union([z.array(z.unknown()), z.strictObject({ feed: z.string(), params: z.unknown().optional(), ahead: z.int().optional() }).transform(given)])

const launchInput = z.strictObject({ blueprint: z.string(), data: launchData, args: z.record(z.string(), z.unknown()).optional(), ...SETTINGS_SHAPE })

const planInput = launchInput.extend(PLAN_SHAPE)

/** How urgent the rows are is one number for all of them: what says it row by row is code. */
const topUpInput = z.strictObject({ run: entityId, data: z.array(z.unknown()).optional(), priority: z.int().min(0).max(HIGHEST_PRIORITY).optional(), ...TOP_UP_SHAPE })

/** Who pays is whoever is logged in. */
const compensationInput = z.strictObject({ run: entityId, ...COMPENSATION_SHAPE })

const inviteInput = z.strictObject({ run: entityId, worker: nameText(200), expiresInMs: z.number().optional() })

const listInput = z.strictObject({
  task: nameText(200).optional(),
  statuses: z.array(z.enum(RUN_STATUSES)).optional(),
  /** Archived ones are left out unless this is true; null gives both. */
  isArchived: z.boolean().nullable().default(false),
  cursor: z.string().regex(/^[0-9a-f-]{36}$/, 'is not one that was handed out; start again without a cursor').optional(),
  limit: z.int().min(1).max(200).default(50),
})

/** Launching runs and watching them. */
export const runsRouter = router({
  list: viewerProcedure.input(listInput.prefault({})).output(runListView).query(async ({ ctx, input }) => {
    const runs = await ctx.services.operator.runs({
      limit: input.limit, isArchived: input.isArchived, ...(input.task === undefined ? {} : { taskName: input.task }),
      ...(input.statuses === undefined ? {} : { statuses: input.statuses }), ...(input.cursor === undefined ? {} : { after: input.cursor }),
    })
    return { runs: runs.map(toRunView), nextCursor: runs.length < input.limit ? null : runs.at(-1)?.id ?? null }
  }),
  progress: viewerProcedure.input(runId).output(runProgressView).query(async ({ ctx, input }) => toProgressView(await ctx.services.operator.progress(input.run))),
  overview: viewerProcedure.input(runId).output(runOverviewView).query(async ({ ctx, input }) => toOverviewView(await ctx.services.operator.overview(input.run))),
  timeline: viewerProcedure.input(timelineSchema.extend({ run: entityId })).output(runTimelineView).query(async ({ ctx, input: { run, ...options } }) =>
    toTimelineView(await ctx.services.operator.timeline(run, options))),
  // It changes nothing; data is too long for an address, which is where a query has its input.
  plan: operatorProcedure.input(planInput).output(runPlanView).mutation(async ({ ctx, input: { blueprint, ...options } }) => {
    const plan = await ctx.services.operator.plan(ctx.services.blueprints.get(blueprint).blueprint, given(options))
    return { ...plan, warnings: [...plan.warnings] }
  }),
  launch: operatorProcedure.input(launchInput).output(runView).mutation(async ({ ctx, input: { blueprint, ...options } }) =>
    toRunView(await ctx.services.operator.launch(ctx.services.blueprints.get(blueprint).blueprint, given(options)))),
  invite: operatorProcedure.input(inviteInput).output(workLinkView).mutation(({ ctx, input }) => ctx.services.invite({
    run: input.run, worker: input.worker, ...(input.expiresInMs === undefined ? {} : { expiresInMs: input.expiresInMs }),
  })),
  pause: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.pause(input.run))),
  resume: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.resume(input.run))),
  requeue: operatorProcedure.input(requeueSchema.extend({ run: entityId })).output(requeueView).mutation(async ({ ctx, input: { run, ...options } }) => {
    const report = await ctx.services.operator.requeue(run, given(options))
    return { ...report, run: toRunView(report.run) }
  }),
  drain: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.drain(input.run))),
  archive: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.archive(input.run))),
  unarchive: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.unarchive(input.run))),
  topUp: operatorProcedure.input(topUpInput).output(topUpView).mutation(async ({ ctx, input: { run, priority, ...options } }) =>
    toTopUpView(await ctx.services.operator.topUp(run, { ...given(options), ...(priority === undefined ? {} : { priority: () => priority }) }))),
  resumeFeed: operatorProcedure.input(resumeFeedSchema.extend({ run: entityId })).output(runView).mutation(async ({ ctx, input: { run, ...options } }) =>
    toRunView(await ctx.services.operator.resumeFeed(run, given(options)))),
  extend: operatorProcedure.input(extendSchema.extend({ run: entityId })).output(runView).mutation(async ({ ctx, input: { run, ...options } }) =>
    toRunView(await ctx.services.operator.extend(run, options))),
  compensate: operatorProcedure.input(compensationInput).output(compensationView).mutation(({ ctx, input: { run, ...compensation } }) =>
    ctx.services.operator.compensate(run, { ...compensation, by: ctx.principal.id })),
  /** Compares the run with its log: reads all of it, holding it a portion at a time; a mutation, so that nobody gives it up too early. */
  verify: operatorProcedure.input(runId).output(verificationView).mutation(({ ctx, input }) => verifyRun(ctx.services.db, input.run)),
  expire: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.expire(input.run))),
})
