import * as z from 'zod'
import { extendReply, previewReply, registerReply, returnReply, submitReply } from '../protocol/worker-views.js'
import { pageBuildText, submissionIdText } from '../protocol/text.js'
import { agentProcedure, entryProcedure, router } from './trpc.js'

const entry = z.object({ provider: z.string().min(1).max(64), credential: z.string().min(1).max(4096) })

const answer = z.object({
  submissionId: submissionIdText,
  answer: z.unknown(),
  pageBuild: pageBuildText.optional(),
})

/** What task pages call. All are mutations (POST), so that nothing of them is kept in an address or a cache. */
export const agentRouter = router({
  preview: entryProcedure.input(entry).output(previewReply).mutation(({ ctx, input }) => ctx.services.pages.preview(input)),
  register: entryProcedure.input(entry).output(registerReply).mutation(({ ctx, input }) => ctx.services.pages.register(input)),
  submit: agentProcedure.input(answer).output(submitReply).mutation(({ ctx, input }) =>
    ctx.services.pages.submit(ctx.agent, { submissionId: input.submissionId, answer: input.answer, pageBuild: input.pageBuild ?? null })),
  extend: agentProcedure.input(z.object({}).optional()).output(extendReply).mutation(({ ctx }) => ctx.services.pages.extend(ctx.agent)),
  return: agentProcedure.input(z.object({}).optional()).output(returnReply).mutation(({ ctx }) => ctx.services.pages.giveBack(ctx.agent)),
})
