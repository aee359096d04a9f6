import {
  createWebhookRequest, deleteWebhookRequest, deliveriesQuery, pauseWebhookRequest, replayWebhookRequest, resumeWebhookRequest, rotateWebhookRequest, webhookQuery, webhooksQuery,
} from '../protocol/webhook-requests.js'
import { deliveryListView, replayReply, webhookListView, webhookReply, webhookSecretReply, webhookView } from '../protocol/webhook-views.js'
import { operatorProcedure, router } from './trpc.js'

/** Who is told what happens. For operators alone: an address may hold a token of the receiver's. */
export const webhooksRouter = router({
  list: operatorProcedure.input(webhooksQuery.prefault({})).output(webhookListView).query(({ ctx, input }) => ctx.services.webhooks.list(input)),
  get: operatorProcedure.input(webhookQuery).output(webhookView).query(({ ctx, input }) => ctx.services.webhooks.get(input.webhookId)),
  deliveries: operatorProcedure.input(deliveriesQuery).output(deliveryListView).query(({ ctx, input }) => ctx.services.webhooks.deliveries(input)),
  create: operatorProcedure.input(createWebhookRequest).output(webhookSecretReply).mutation(({ ctx, input }) => ctx.services.webhooks.create(ctx.principal, input)),
  rotate: operatorProcedure.input(rotateWebhookRequest).output(webhookSecretReply).mutation(({ ctx, input }) => ctx.services.webhooks.rotate(ctx.principal, input)),
  pause: operatorProcedure.input(pauseWebhookRequest).output(webhookReply).mutation(({ ctx, input }) => ctx.services.webhooks.pause(ctx.principal, input)),
  resume: operatorProcedure.input(resumeWebhookRequest).output(webhookReply).mutation(({ ctx, input }) => ctx.services.webhooks.resume(ctx.principal, input)),
  delete: operatorProcedure.input(deleteWebhookRequest).output(webhookReply).mutation(({ ctx, input }) => ctx.services.webhooks.delete(ctx.principal, input)),
  replay: operatorProcedure.input(replayWebhookRequest).output(replayReply).mutation(({ ctx, input }) => ctx.services.webhooks.replay(ctx.principal, input)),
})
