/** The true reasons why a worker gets no unit, each with the sentence the worker reads and whether waiting may help. */
export const REFUSALS = {
  run_not_started: { text: 'This work has not been opened yet. Please come back a little later.', mayChange: true },
  run_paused: { text: 'This work is paused at the moment. Nothing is wrong on your side; it can go on later.', mayChange: true },
  run_draining: { text: 'No new items are handed out any more. Thank you for your work.', mayChange: false },
  run_ended: { text: 'This work has ended. Thank you for taking part.', mayChange: false },
  all_answered: { text: 'Every item has been answered. Thank you, there is nothing left to do.', mayChange: false },
  all_taken: { text: 'Other people are working on all remaining items right now. One may come free if somebody gives it back.', mayChange: true },
  none_left_for_you: { text: 'You have already done or given back every item that is left; the rest is for other people.', mayChange: true },
  budget_exhausted: { text: 'The budget for this work is used up for now. Items may come free when work under way is reviewed.', mayChange: true },
} as const satisfies Record<string, { text: string; mayChange: boolean }>

/** Why a worker gets no unit; see {@link REFUSALS}. */
export type RefusalReason = keyof typeof REFUSALS

/** Why an answer was kept without counting, each with the sentence the worker reads. */
export const SET_ASIDE_TEXTS = {
  lease_expired: 'Your time for this item had run out, so your answer arrived too late to count. It has been kept for the team to see.',
  returned: 'You had given this item back, so this answer does not count. It has been kept for the team to see.',
  already_submitted: 'You had already answered this item; the first answer counts. This one has been kept for the team to see.',
  run_ended: 'This work had ended before your answer arrived, so it does not count. It has been kept for the team to see.',
  superseded: 'This item had moved on to somebody else, so your answer does not count. It has been kept for the team to see.',
} as const satisfies Record<string, string>
