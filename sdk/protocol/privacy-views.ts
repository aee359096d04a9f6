import * as z from 'zod'
import { workerView } from './people-views.js'

/** Reply of `privacy.pseudonymise`: the worker as they are called now. */
export const pseudonymiseReply = z.object({ worker: workerView })

/** Reply of `privacy.erase`: the worker as they are called now, and how many answers of theirs have no text any more. */
export const eraseReply = z.object({ worker: workerView, answers: z.int() })

/** See {@link pseudonymiseReply}. */
export type PseudonymiseReply = z.infer<typeof pseudonymiseReply>
/** See {@link eraseReply}. */
export type EraseReply = z.infer<typeof eraseReply>
