import * as z from 'zod'
import { personSchema } from './people-requests.js'
import { requestIdText } from './text.js'

/** Takes a person's name away, or their texts too; with `force` also while they are at work. */
export const privacyRequest = z.strictObject({ requestId: requestIdText, person: personSchema, force: z.boolean().default(false) })

/** See {@link privacyRequest}. */
export type PrivacyRequest = z.input<typeof privacyRequest>
