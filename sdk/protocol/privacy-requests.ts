import * as z from 'zod'
import { personSchema } from './people-requests.js'
import { nameText, requestIdText } from './text.js'

/**
 * Takes a person's name away, or their texts too; with `force` also while they are at work. `principalId` is their id in the
 * host's login, if they also acted as a viewer, reviewer or operator: it goes from where it says who acted.
 */
export const privacyRequest = z.strictObject({ requestId: requestIdText, person: personSchema, force: z.boolean().default(false), principalId: nameText(200).optional() })

/** See {@link privacyRequest}. */
export type PrivacyRequest = z.input<typeof privacyRequest>
