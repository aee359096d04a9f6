/** The true reasons why a worker gets no unit, each with the sentence the worker reads and whether waiting may help. */
export const REFUSALS = {
  run_not_started: { text: 'This work has not been opened yet. Please come back a little later.', mayChange: true },
  run_paused: { text: 'This work is paused at the moment. Nothing is wrong on your side; it can go on later.', mayChange: true },
  run_draining: { text: 'No new items are handed out any more. Thank you for your work.', mayChange: false },
  run_ended: { text: 'This work has ended. Thank you for taking part.', mayChange: false },
  all_answered: { text: 'Every item has been answered. Thank you, there is nothing left to do.', mayChange: false },
  all_taken: { text: 'Other people are working on all remaining items right now. One may come free if somebody gives it back.', mayChange: true },
  waiting_for_items: { text: 'There is no item for you just now. More are on their way; this page can look again in a moment.', mayChange: true },
  none_left_for_you: { text: 'You have already done or given back every item that is left; the rest is for other people.', mayChange: true },
  none_suitable: { text: 'None of the items that are left is for you at the moment. Others may come.', mayChange: true },
  undecided: { text: 'It could not be found out which items are for you. Please try again in a moment; nothing is wrong on your side.', mayChange: true },
  blocked: { text: 'You cannot take part in this work. If you think that this is a mistake, please write to the team.', mayChange: false },
  not_selected: { text: 'This work is for other people at the moment. Thank you for your interest.', mayChange: false },
  not_invited: { text: 'This work is for people who were invited by name, and you are not among them.', mayChange: false },
  not_qualified: { text: 'This work needs a qualification that you do not have at the moment.', mayChange: false },
  run_limit_reached: { text: 'You have answered as many items as one person may in this work. Thank you.', mayChange: false },
  task_limit_reached: { text: 'You have answered as many items as one person may in work of this kind. Thank you.', mayChange: false },
  working_elsewhere: { text: 'You are working on as many items of this kind as one person may at a time. Finish one of them, and come back.', mayChange: true },
  daily_limit_reached: { text: 'You have earned as much as one person may within a day. Please come back tomorrow.', mayChange: true },
  onboarding_failed: { text: 'Thank you for doing the introduction. This work needs something else than what you showed there.', mayChange: false },
  training_failed: { text: 'Thank you for doing the training. This work needs more right answers than you gave there.', mayChange: false },
  screening_failed: { text: 'Thank you for your first answers. This work needs other ones than those you gave.', mayChange: false },
  gold_failed: { text: 'Thank you for your work. Too many of your answers were different from what this work needs.', mayChange: false },
  attention_failed: { text: 'Thank you for your work. Some of your answers showed that not everything on the page had been read.', mayChange: false },
  being_checked: { text: 'What you did is being checked. This takes a moment; please stay on this page.', mayChange: true },
  no_places_left: { text: 'As many new people as this work needs have begun already. A place may come free if somebody stops.', mayChange: true },
  budget_exhausted: { text: 'The budget for this work is used up for now. Items may come free when work under way is reviewed.', mayChange: true },
  project_budget_exhausted: { text: 'The money for this work and for others like it is used up for now. Items may come free when work under way is reviewed.', mayChange: true },
} as const satisfies Record<string, { text: string; mayChange: boolean }>

/** Why a worker gets no unit; see {@link REFUSALS}. */
export type RefusalReason = keyof typeof REFUSALS

/** All reasons. */
export const REFUSAL_REASONS = Object.keys(REFUSALS) as [RefusalReason, ...RefusalReason[]]

/** Why an answer was kept without counting, each with the sentence the worker reads. */
export const SET_ASIDE_TEXTS = {
  lease_expired: 'Your time for this item had run out, so your answer arrived too late to count. It has been kept for the team to see.',
  returned: 'You had given this item back, so this answer does not count. It has been kept for the team to see.',
  already_submitted: 'You had already answered this item; the first answer counts. This one has been kept for the team to see.',
  run_ended: 'This work had ended before your answer arrived, so it does not count. It has been kept for the team to see.',
  superseded: 'This item had moved on to somebody else, so your answer does not count. It has been kept for the team to see.',
} as const satisfies Record<string, string>
