import { tracked, type TrackedEnvelope } from '@trpc/server'
import * as z from 'zod'
import { packetsOf } from './packet-stream.js'
import { extendReply, previewReply, registerReply, renewReply, returnReply, submitReply } from '../protocol/worker-views.js'
import { callReply, callRequest, followRequest, packetView, readReply, readRequest, type PacketView } from '../protocol/packet-views.js'
import { messagesReply } from '../protocol/message-views.js'
import { remarkRequest } from '../protocol/remark-requests.js'
import { remarkReply, tipsReply } from '../protocol/remark-views.js'
import { returnRequest } from '../protocol/return-request.js'
import { signalReply, signalRequest } from '../protocol/signal-views.js'
import { pageBuildText, submissionIdText } from '../protocol/text.js'
import { agentProcedure, entryProcedure, router } from './trpc.js'

const entry = z.object({ provider: z.string().min(1).max(64), credential: z.string().min(1).max(4096) })

const answer = z.object({
  submissionId: submissionIdText,
  answer: z.unknown(),
  pageBuild: pageBuildText.optional(),
})

/** Packets as events with ids; each is checked as it is told. */
const packetEvents = z.custom<AsyncIterable<TrackedEnvelope<PacketView>, void, unknown>>(value => typeof value === 'object' && value !== null && Symbol.asyncIterator in value)

/** What task pages call. All but the subscription are mutations (POST), so that nothing of them is kept in an address or a cache. */
export const agentRouter = router({
  preview: entryProcedure.input(entry).output(previewReply).mutation(({ ctx, input }) => ctx.services.pages.preview(input)),
  /** What reviewers wrote to whoever comes, about their work in this run. */
  messages: entryProcedure.input(entry).output(messagesReply).mutation(({ ctx, input }) => ctx.services.pages.messages(input)),
  register: entryProcedure.input(entry).output(registerReply).mutation(({ ctx, input }) => ctx.services.pages.register(input)),
  renew: entryProcedure.input(z.object({ renewal: z.string().min(1).max(4096) })).output(renewReply).mutation(async ({ ctx, input }) => ({ agentToken: await ctx.services.tokens.renew(input.renewal) })),
  submit: agentProcedure.input(answer).output(submitReply).mutation(({ ctx, input }) =>
    ctx.services.pages.submit(ctx.agent, { submissionId: input.submissionId, answer: input.answer, pageBuild: input.pageBuild ?? null })),
  extend: agentProcedure.input(z.object({}).optional()).output(extendReply).mutation(({ ctx }) => ctx.services.pages.extend(ctx.agent)),
  act: agentProcedure.input(callRequest).output(callReply).mutation(({ ctx, input: { callId, name, input } }) => ctx.services.sessions.call(ctx.agent, { callId, name, input })),
  signal: agentProcedure.input(signalRequest).output(signalReply).mutation(async ({ ctx, input: { name, value } }) => {
    await ctx.services.sessions.signal(ctx.agent, { name, value })
    return {}
  }),
  read: agentProcedure.input(readRequest).output(readReply).mutation(async ({ ctx, input, signal }) => ({ packets: [...await ctx.services.sessions.read(ctx.agent, { ...input, signal })] })),
  packets: agentProcedure.input(followRequest).output(packetEvents).subscription(async function* ({ ctx, input, signal }) {
    for await (const packet of packetsOf(ctx.services.sessions, ctx.agent, { input, signal })) yield tracked(String(packet.number), packetView.parse(packet))
  }),
  remark: agentProcedure.input(remarkRequest).output(remarkReply).mutation(({ ctx, input }) => ctx.services.remarks.leave(ctx.agent, input)),
  tips: agentProcedure.input(z.object({}).optional()).output(tipsReply).mutation(async ({ ctx }) => ({ tips: [...await ctx.services.remarks.tips(ctx.agent)] })),
  return: agentProcedure.input(returnRequest.optional()).output(returnReply).mutation(({ ctx, input }) => ctx.services.pages.giveBack(ctx.agent, input?.why ?? null)),
})
