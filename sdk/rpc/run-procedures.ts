import * as z from 'zod'
import type { TaskRun } from '../data-model/entities.js'
import { RUN_STATUSES } from '../data-model/lifecycle.js'
import { SETTINGS_SHAPE } from '../operations/launch-options.js'
import { requeueSchema } from '../operations/requeue.js'
import { entityId, nameText } from '../protocol/text.js'
import { requeueView, runListView, runProgressView, runView, workLinkView, type RunView } from '../protocol/run-views.js'
import { operatorProcedure, router, viewerProcedure } from './trpc.js'

const runId = z.object({ run: entityId })

const launchInput = z.object({ blueprint: z.string(), data: z.array(z.unknown()), ...SETTINGS_SHAPE })

const inviteInput = z.object({ run: entityId, worker: nameText(200), expiresInMs: z.number().optional() })

const listInput = z.object({
  task: nameText(200).optional(),
  statuses: z.array(z.enum(RUN_STATUSES)).optional(),
  cursor: entityId.optional(),
  limit: z.int().min(1).max(200).default(50),
})

/** Launching runs and watching them. */
export const runsRouter = router({
  list: viewerProcedure.input(listInput.prefault({})).output(runListView).query(async ({ ctx, input }) => {
    const runs = await ctx.services.operator.runs({
      limit: input.limit, ...(input.task === undefined ? {} : { taskName: input.task }),
      ...(input.statuses === undefined ? {} : { statuses: input.statuses }), ...(input.cursor === undefined ? {} : { after: input.cursor }),
    })
    return { runs: runs.map(toRunView), nextCursor: runs.length < input.limit ? null : runs.at(-1)?.id ?? null }
  }),
  progress: viewerProcedure.input(runId).output(runProgressView).query(async ({ ctx, input }) => {
    const progress = await ctx.services.operator.progress(input.run)
    return { ...progress, refusals: [...progress.refusals], run: toRunView(progress.run) }
  }),
  launch: operatorProcedure.input(launchInput).output(runView).mutation(async ({ ctx, input: { blueprint, ...options } }) =>
    toRunView(await ctx.services.operator.launch(ctx.services.blueprints.get(blueprint).blueprint, withoutUndefined(options)))),
  invite: operatorProcedure.input(inviteInput).output(workLinkView).mutation(({ ctx, input }) => ctx.services.invite({
    run: input.run, worker: input.worker, ...(input.expiresInMs === undefined ? {} : { expiresInMs: input.expiresInMs }),
  })),
  pause: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.pause(input.run))),
  resume: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.resume(input.run))),
  requeue: operatorProcedure.input(requeueSchema.extend({ run: entityId })).output(requeueView).mutation(async ({ ctx, input: { run, ...options } }) => {
    const report = await ctx.services.operator.requeue(run, withoutUndefined(options))
    return { ...report, run: toRunView(report.run) }
  }),
  expire: operatorProcedure.input(runId).output(runView).mutation(async ({ ctx, input }) => toRunView(await ctx.services.operator.expire(input.run))),
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Options that were left out, instead of options that are undefined. */
function withoutUndefined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>
}

function toRunView(run: TaskRun): RunView {
  const amount = (minor: number) => ({ minor, currency: run.currency })
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    id: run.id, task: run.taskName, title: run.config.title, blueprintType: run.blueprintType, schemaHash: run.schemaHash, provider: run.provider,
    requester: run.requester, status: run.status, unitsPerAssignment: run.unitsPerAssignment, leaseMs: run.leaseMs,
    unitsTotal: run.unitsTotal, unitsOpen: run.unitsOpen, unitsAnswered: run.unitsAnswered,
    money: {
      pay: amount(run.payMinor), budget: run.budgetMinor === null ? null : amount(run.budgetMinor), reserved: amount(run.reservedMinor),
      owed: amount(run.owedMinor), spent: amount(run.owedMinor + run.paidMinor),
    },
    createdAt: new Date(run.createdAt).toISOString(), startedAt: time(run.startedAt), endedAt: time(run.endedAt),
  }
}
