import * as z from 'zod'

/** Days for which the texts of answers are kept after a run is over: 1 to 36500, a century. */
export const retentionDays = z.int().min(1).max(36_500)
