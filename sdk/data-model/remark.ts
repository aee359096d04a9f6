/**
 * What a worker says about their work beside doing it: an opinion, in answers to the task's questions; feedback for those who run it, such
 * as that an item is broken; a tip for others; an error that the page tells of by itself.
 */
export const REMARK_KINDS = ['opinion', 'feedback', 'tip', 'error'] as const
/** See {@link REMARK_KINDS}. */
export type RemarkKind = (typeof REMARK_KINDS)[number]

/** What became of a remark: nobody has looked at it, somebody has; of a tip, others are shown it or are not. */
export const REMARK_STATUSES = ['new', 'reviewed', 'approved', 'declined'] as const
/** See {@link REMARK_STATUSES}. */
export type RemarkStatus = (typeof REMARK_STATUSES)[number]

/** What feedback can be about. */
export const FEEDBACK_TOPICS = ['item', 'instructions', 'page', 'pay', 'other'] as const
/** See {@link FEEDBACK_TOPICS}. */
export type FeedbackTopic = (typeof FEEDBACK_TOPICS)[number]

/** Longest texts of a remark, characters. */
export const LONGEST_REMARK = { answer: 4_000, question: 500, feedback: 4_000, title: 120, tip: 2_000, message: 2_000, stack: 8_000, address: 2_000 } as const

/** Statuses that a remark can be given; a tip has a verdict, all others are looked at. */
export function remarkStatusesOf(kind: RemarkKind): readonly RemarkStatus[] {
  return kind === 'tip' ? ['new', 'approved', 'declined'] : ['new', 'reviewed']
}

/** How many remarks of a kind one attempt can leave. */
export const MOST_REMARKS: Readonly<Record<RemarkKind, number>> = { opinion: 10, feedback: 20, tip: 10, error: 20 }
