import * as z from 'zod'
import { sessionEntries } from '../operations/data-browser/session-log.js'
import { requireRun } from '../operations/named-place.js'
import { exportFilter, finishedQuery, projectAgreementQuery, runStatisticsQuery, taskStatisticsQuery, workerStatisticsQuery } from '../protocol/data-requests.js'
import { fileLinkView, projectAgreementView, runFilesView, runStatisticsView, sessionPageView, taskStatisticsView, workerStatisticsListView } from '../protocol/data-views.js'
import { exportPageView } from '../protocol/export-views.js'
import { entityId, writtenText } from '../protocol/text.js'
import { requireToldOf, requireToldOfAll, requireToldWithin } from '../review/blind-review.js'
import { exportCard } from '../review/exports/export-card.js'
import { selectAnswers } from '../review/exports/selected-answers.js'
import { newTally, tallied } from '../review/exports/export-tally.js'
import { exportPage } from '../review/exports/export-rows.js'
import { router, viewerProcedure } from './trpc.js'

const exportInput = z.strictObject({
  run: entityId,
  includeSetAside: z.boolean().default(false),
  /** In the present shape of the blueprint, by its `migrate`. */
  migrated: z.boolean().default(false),
  cursor: z.string().max(128).optional(),
  limit: z.int().min(1).max(1000).default(200),
})

/** Reading finished work: the whole of one run, or what is looked for across runs and what it adds up to. */
export const dataRouter = router({
  export: viewerProcedure.input(exportInput).output(exportPageView).query(async ({ ctx: { services, principal }, input }) => {
    const run = await requireRun(services.db, input.run)
    requireToldOf(run, principal)
    const { includeSetAside, migrated, limit, cursor } = input
    return exportPage(services.db, run, { includeSetAside, limit, ...(cursor === undefined ? {} : { after: cursor }), ...services.showingOf(run.blueprintType, migrated) })
  }),
  /** The dataset card of a download: reads its answers, which may take a while; a mutation, so that nobody gives it up too early. */
  exportCard: viewerProcedure.input(z.strictObject({ of: exportFilter, file: writtenText(255).min(1), license: z.string().nullable().default(null) })).output(z.object({ card: z.string() })).mutation(async ({ ctx: { services, principal }, input: { of, ...named } }) => {
    const { db, showingOf } = services
    const selected = await selectAnswers(db, of, showingOf)
    await requireToldOfAll(selected.runs(), principal)
    const tally = newTally()
    for await (const _ of tallied(selected.pages, tally));
    return { card: await exportCard(db, selected, { ...named, tally }) }
  }),
  units: viewerProcedure.input(finishedQuery.prefault({})).output(exportPageView).query(({ ctx: { services, principal }, input }) => services.data.page(input, principal)),
  workers: viewerProcedure.input(workerStatisticsQuery.prefault({})).output(workerStatisticsListView).query(async ({ ctx: { services, principal }, input }) => {
    if (input.from !== undefined || input.before !== undefined) await requireToldWithin(services.db, principal, input)
    return services.data.workers(input)
  }),
  /** What was said while a unit was worked at, a page at a time. */
  session: viewerProcedure.input(z.strictObject({ unit: entityId, after: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(200) })).output(sessionPageView).query(async ({ ctx, input: { unit, ...page } }) => {
    const entries = [...await sessionEntries(ctx.services.db, unit, page)]
    return { entries, nextAfter: entries.length < page.limit ? null : entries.at(-1)?.number ?? null }
  }),
  /** Links to files of answers, for a quarter of an hour. */
  files: viewerProcedure.input(z.strictObject({ ids: z.array(entityId).min(1).max(200) })).output(z.array(fileLinkView)).query(async ({ ctx, input }) => [...await ctx.services.files.links(input.ids)]),
  /** All files of a run that answers name, with links. */
  runFiles: viewerProcedure.input(z.strictObject({ run: entityId, cursor: entityId.optional(), limit: z.int().min(1).max(200).default(100) })).output(runFilesView).query(async ({ ctx: { services }, input }) => {
    const { id } = await requireRun(services.db, input.run)
    return services.files.ofRun(id, { after: input.cursor ?? '', limit: input.limit })
  }),
  task: viewerProcedure.input(taskStatisticsQuery).output(taskStatisticsView).query(({ ctx, input }) => ctx.services.data.task(input.task)),
  run: viewerProcedure.input(runStatisticsQuery).output(runStatisticsView).query(({ ctx, input }) => ctx.services.data.run(input)),
  agreement: viewerProcedure.input(projectAgreementQuery).output(projectAgreementView).query(({ ctx, input }) => ctx.services.data.agreement(input.project)),
})
