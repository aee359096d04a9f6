/** What a webhook is told about. */
export const WEBHOOK_SCOPES = ['all', 'project', 'task', 'run'] as const
/** See {@link WEBHOOK_SCOPES}. */
export type WebhookScope = (typeof WEBHOOK_SCOPES)[number]

/** Statuses of a webhook: `paused` ones are sent nothing until somebody resumes them. */
export const WEBHOOK_STATUSES = ['active', 'paused'] as const
/** See {@link WEBHOOK_STATUSES}. */
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number]

/** What became of a delivery: `waiting` is on its way or tried again, `held` waits until the webhook is resumed, `failed` was given up. */
export const DELIVERY_STATUSES = ['waiting', 'held', 'delivered', 'failed'] as const
/** See {@link DELIVERY_STATUSES}. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]
