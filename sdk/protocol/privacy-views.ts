import * as z from 'zod'
import { workerView } from './people-views.js'

/** Reply of `privacy.pseudonymise`: the worker as they are called now. */
export const pseudonymiseReply = z.object({ worker: workerView })

/** Reply of `privacy.erase`: the worker as they are called now, and how many answers of theirs have no text any more. */
export const eraseReply = z.object({ worker: workerView, answers: z.int() })

/** Reply of `privacy.removeData`: since when the run has no data any more, how many units and answers it counts all the same, and how many files were discarded. */
export const removeDataReply = z.object({ run: z.string(), task: z.string(), removedAt: z.iso.datetime(), units: z.int(), answers: z.int(), files: z.int() })

/** See {@link pseudonymiseReply}. */
export type PseudonymiseReply = z.infer<typeof pseudonymiseReply>
/** See {@link eraseReply}. */
export type EraseReply = z.infer<typeof eraseReply>
/** See {@link removeDataReply}. */
export type RemoveDataReply = z.infer<typeof removeDataReply>
