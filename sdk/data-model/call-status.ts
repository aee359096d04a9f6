/**
 * Statuses of a call to the outside world. `pending` is to be made, or under way; `held` waits until it is released; `done`
 * and `failed` are not made again by themselves.
 */
export const CALL_STATUSES = ['pending', 'held', 'done', 'failed'] as const
/** See {@link CALL_STATUSES}. */
export type CallStatus = (typeof CALL_STATUSES)[number]
