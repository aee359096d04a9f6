/**
 * How far it is with what a provider shows its workers, a unit or the run that its units stand in. What was given up
 * (`publish_failed`, `withdraw_failed`) waits for the operator to have its call made again; whether it is there is not known.
 */
export const PUBLICATION_STATUSES = ['publishing', 'published', 'publish_failed', 'withdrawing', 'withdrawn', 'withdraw_failed'] as const
/** See {@link PUBLICATION_STATUSES}. */
export type PublicationStatus = (typeof PUBLICATION_STATUSES)[number]

/** Statuses in which it is there, or may be, and nobody has begun to take it down. */
export const UP: readonly PublicationStatus[] = ['publishing', 'published', 'publish_failed']
/** Statuses in which a call to publish it is wanted. */
export const TO_PUBLISH: readonly PublicationStatus[] = ['publishing', 'publish_failed']
/** Statuses in which a call to take it down is wanted. */
export const TO_WITHDRAW: readonly PublicationStatus[] = ['withdrawing', 'withdraw_failed']
