import * as z from 'zod'
import { personSchema } from './people-requests.js'
import { entityId, nameText, requestIdText } from './text.js'

/**
 * Takes a person's name away, or their texts too; with `force` also while they are at work. `principalId` is their id in the
 * host's login, if they also acted as a viewer, reviewer or operator: it goes from where it says who acted.
 */
export const privacyRequest = z.strictObject({ requestId: requestIdText, person: personSchema, force: z.boolean().default(false), principalId: nameText(200).optional() })

/** Removes the data of an archived run, for good. */
export const removeDataRequest = z.strictObject({ requestId: requestIdText, run: entityId, isForGood: z.literal(true) })

/** See {@link privacyRequest}. */
export type PrivacyRequest = z.input<typeof privacyRequest>
/** See {@link removeDataRequest}. */
export type RemoveDataRequest = z.input<typeof removeDataRequest>
